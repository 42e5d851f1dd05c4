"""Everything between a resident's post and an officer's screen, started for real, and what notes when a post was where.

A Bluesky server (PDS), `soundings up` that hears it, and the page Now in Chromium. For `tests.bench_delay`.
"""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page

from store import questions
from store.answers import Mark
from store.clickhouse import Client, connect
from tests.browsers import open_browser
from tests.listeners.jetstream import Event
from tests.pds.bridge import AppView, Bridge
from tests.pds.pds import Pds
from tests.pds.test_pds import COUNCIL
from tests.service import Service
from tests.waiting import wait_until

PEOPLE, SEED = 20, 20261122
POLL = 0.02
"""Seconds between two questions to the store."""
PATIENCE = 120.0
SENTENCES = (
    "The brown bins in Penmarrow were not emptied again, {word}",
    "Why is the tip in Penmarrow closed on a Sunday? {word}",
    "Thank you to whoever cleared the path by Penmarrow church, {word}",
    "Street light out in Penmarrow for the third week, {word}",
)
WATCH = """() => {
  const seen = window.soundingsSeen = [];
  let before = null;
  const look = () => {
    const said = document.querySelector(".st-key-waiting")?.textContent ?? "";
    if (said !== before) seen.push([Date.now() / 1000, before = said]);
  };
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
  look();
}"""
"""Notes each change of the notice of new posts, with its instant."""


@dataclass
class Note:
    """When one post was where; 0 where it has not come so far."""

    word: str
    """Its own, at the end of its text."""
    first: bool
    """Nothing of its writer was heard before."""
    sent: float = 0
    passed: float = 0
    """Given to the listener."""
    taken: float = 0
    stored: float = 0
    """First found by a question."""
    told: float = 0
    clicked: float = 0
    shown: float = 0


class Noting(Bridge):
    """A bridge that notes when it passed what on."""

    def __init__(self, pds: Pds) -> None:
        super().__init__(pds)
        self.passed: dict[str, float] = {}
        """Last word of a text -> when."""

    def _add(self, events: list[Event], reached: int) -> None:
        super()._add(events, reached)
        for event in events:
            self.passed[_word(event.get("record", {}).get("text", ""))] = time.time()


class StoreWatch(threading.Thread):
    """Asks as a reader, again and again, while something is on its way."""

    def __init__(self, client: Client) -> None:
        super().__init__(daemon=True)
        self._client, self._waiting, self._end = client, dict[str, Note](), threading.Event()
        self.took: list[float] = []
        """Seconds of each question that was answered with something new: as late may be what is noted."""

    def expect(self, note: Note) -> None:
        """Note when this one is found."""
        self._waiting[note.word] = note

    def run(self) -> None:
        """Until `stop`."""
        since, before = Mark(datetime.now(UTC), ""), 0
        while not self._end.wait(POLL):
            begun = time.time()
            count = questions.count_newer(self._client, questions.ALL, since) if self._waiting else before
            if count != before:
                before, now = count, time.time()
                self.took.append(now - begun)
                self._note(now)

    def _note(self, now: float) -> None:
        for post in questions.newest(self._client, limit=PEOPLE):
            if note := self._waiting.pop(_word(post.text), None):
                note.stored, note.taken = now, post.collected_at.timestamp()

    @property
    def idle(self) -> bool:
        """Whether all was found."""
        assert self.is_alive(), "the store did not answer"
        return not self._waiting

    def stop(self) -> None:
        """End it."""
        self._end.set()
        self.join(10)


def _word(text: str) -> str:
    return text.rpartition(" ")[2]


@dataclass
class World:
    """What runs, and the page that is open."""

    pds: Pds
    bridge: Noting
    store: StoreWatch
    page: Page
    dice: random.Random
    known: set[str] = field(default_factory=set)

    def post(self) -> Note:
        """Somebody says something of the area."""
        who = self.dice.choice([name for name in self.pds.people if name.startswith("resident")])
        word = "".join(self.dice.choice("bdfklmnprstv") + self.dice.choice("aeiou") for _ in range(5))
        note, text = Note(word, who not in self.known), self.dice.choice(SENTENCES).format(word=word)
        self.known.add(who)
        self.store.expect(note)
        note.sent = time.time()
        self.pds.post(who, text)
        return note

    def pause(self, least: float, most: float) -> None:
        """Nobody says anything for a moment; the browser goes on."""
        self.page.wait_for_timeout(1000 * self.dice.uniform(least, most))

    def wait_for(self, what: str, text: str) -> None:
        """Until this stands on the page: looked for with each frame, not now and then as a locator does."""
        self.page.wait_for_function(
            "([what, text]) => document.querySelector(what)?.textContent.includes(text)",
            arg=[what, text],
            timeout=1000 * PATIENCE,
        )

    def notices(self) -> list[tuple[float, int]]:
        """Each notice that the page has given so far: when, and of how many new posts."""
        seen: list[tuple[float, str]] = self.page.evaluate("() => window.soundingsSeen")
        return [(at, int("0" + re.sub(r"\D", "", said))) for at, said in seen]


@contextmanager
def world(folder: Path) -> Iterator[World]:
    """Everything started, with one post held and the page open."""
    with ExitStack() as stack:
        stack.enter_context(pytest.MonkeyPatch.context()).setenv("NO_PROXY", "127.0.0.1")
        pds = stack.enter_context(Pds(folder / "server"))
        for name in ("marker", "council", *(f"resident{number}" for number in range(PEOPLE))):
            pds.join(name)
        stack.enter_context(bridge := Noting(pds))
        appview = stack.enter_context(AppView(pds))
        service = Service(folder / "home")
        host = bridge.in_loop(lambda jetstream: jetstream.url)
        text = COUNCIL.format(did=pds.people["council"].did, host=host, appview=appview.url)
        (service.home / "council.toml").write_text(text, encoding="utf-8")
        pds.post("council", "Good morning, Penmarrow")  # a page without any post is another page
        stack.callback(service.stop)
        service.start()
        wait_until(lambda: service.totals()["stored"], "the first post to be stored", PATIENCE)
        address = service.status()["page"]
        page = stack.enter_context(open_browser()).new_page(viewport={"width": 1280, "height": 900})
        page.goto(address)
        page.get_by_text("Up to date").wait_for()
        page.evaluate(WATCH)
        store = StoreWatch(connect(service.settings, "reader"))
        store.start()
        stack.callback(store.stop)
        yield World(pds, bridge, store, page, random.Random(SEED))
