"""End to end: people post, edit, delete, hide and leave on a real PDS, while the listener of a real service is killed.

At the end the store, the ledger and the totals hold exactly what the PDS still shows of the area, with its texts.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from listeners.bluesky_posts import NOT_IN_PUBLIC
from listeners.ledger import Ledger
from soundings.keys import Keys
from tests.pds.bridge import AppView, Bridge
from tests.pds.pds import Pds
from tests.pds.there import node
from tests.service import Service
from tests.waiting import wait_until

pytestmark = [pytest.mark.pds, pytest.mark.timeout(600)]

COUNCIL = """
[area]
names = ["Penmarrow"]

[[accounts]]
handle = "penmarrow.test"
name = "Penmarrow Council"
kind = "council"
source = "bluesky"
did = "{did}"

[sources.bluesky]
enabled = true
purpose = "We listen in order to answer."
hosts = ["{host}"]
appview = "{appview}"
allow_private = true
look_back_hours = 1
"""
ACTIONS, KILLS, SEED = 90, 5, 20261122
PEOPLE = ("anna", "bert", "cara", "dora", "emil")


@dataclass
class World:
    """A PDS, a service that hears it, and what should be held by now."""

    pds: Pds
    bridge: Bridge
    service: Service
    held: dict[str, str] = field(default_factory=dict)
    """Post -> who wrote it."""
    count: int = 0

    def say(self, name: str, local: bool = True) -> str:
        """A post that names the area, or not."""
        self.count += 1
        uri = self.pds.post(name, f"{'Penmarrow' if local else 'Elsewhere'} {self.count}")
        if local or name == "council":
            self.held[uri] = name
        return uri

    def answer(self, name: str, to: str, root: str) -> str:
        """A reply that names nothing."""
        self.count += 1
        uri = self.pds.reply(name, f"I think so too {self.count}", root, to)
        if to in self.held or root in self.held:
            self.held[uri] = name
        return uri

    def expected(self) -> dict[str, str]:
        """Post id -> text of what is to be shown: what the PDS still shows of what concerned the area."""
        keys = Keys.open(self.service.settings.keys_path)
        shown = dict(self.pds.shown())
        return {keys.post_id("bluesky", uri): shown[uri] for uri in self.held if uri in shown}

    def stored(self) -> dict[str, str]:
        """What the service shows."""
        answer = self.service.run("ask", "posts", "--since", "1990-01-01", "--format", "json")
        return {post["id"]: post["text"] for post in json.loads(answer.stdout)} if answer.returncode == 0 else {}

    def in_ledger(self) -> tuple[set[str], int]:
        """The posts that the ledger says are on pages, and how far the stream was heard."""
        ledger = Ledger.read(self.service.settings.ledgers, "bluesky")
        if ledger is None:
            return set(), 0
        with closing(ledger):
            rows = [row for uri in self.held if (row := ledger.find(uri))]
            checkpoint = ledger.checkpoint()
            shown = {row.post_id for row in rows if row.stream and not row.is_hidden}
            return shown, checkpoint.state["seq"] if checkpoint else 0

    def differences(self, expected: dict[str, str]) -> dict[str, list[str]]:
        """What is wrong, by the names of the PDS."""
        held, stored = self.in_ledger()[0], self.stored()
        keys = Keys.open(self.service.settings.keys_path)
        names = {keys.post_id("bluesky", uri): uri for uri in self.held}
        wrong = {
            "too many in the ledger": held - set(expected),
            "missing in the ledger": set(expected) - held,
            "too many in the store": set(stored) - set(expected),
            "missing in the store": set(expected) - set(stored),
            "another text": {name for name in set(stored) & set(expected) if stored[name] != expected[name]},
        }
        return {what: [names.get(one, one) for one in ones] for what, ones in wrong.items() if ones}

    def wait_equal(self) -> None:
        """Wait until all that happened was heard and obeyed; then compare."""
        last = self.bridge.settle()
        wait_until(lambda: self.in_ledger()[1] >= last, f"event {last} to be heard", 180, 0.2)
        expected = self.expected()
        try:
            wait_until(lambda: self.in_ledger()[0] == set(expected), "the ledger", 60, 0.2)
            wait_until(lambda: self.stored() == expected, "the store", 60, 0.5)
        except AssertionError as error:
            told = self.differences(expected)
            raise AssertionError(f"{error}: {told}") from None
        totals = self.service.totals()
        assert (totals["published"], totals["stored"], totals["rejected"]) == (len(expected), len(expected), 0)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    if not node():
        say = pytest.fail if os.environ.get("SOUNDINGS_TEST_ALL") else pytest.skip
        say("no PDS is installed: `make pds`")
    folder: Path = tmp_path_factory.mktemp("pds")
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_PROXY", "127.0.0.1")
        pds = stack.enter_context(Pds(folder / "server"))
        for name in ("marker", "council", *PEOPLE):
            pds.join(name)
        bridge = stack.enter_context(Bridge(pds))
        appview = stack.enter_context(AppView(pds))
        service = Service(folder / "home")
        host, did = bridge.in_loop(lambda jetstream: jetstream.url), pds.people["council"].did
        text = COUNCIL.format(did=did, host=host, appview=appview.url)
        (folder / "home" / "council.toml").write_text(text, encoding="utf-8")
        world = World(pds, bridge, service)
        world.say("anna")  # before we listen: within the look-back
        service.start()
        stack.callback(service.stop)
        yield world


def act(world: World, dice: random.Random, hidden: set[str]) -> None:
    """Somebody does something."""
    active = [name for name in PEOPLE if name in world.pds.people and name not in hidden]
    name, kind = dice.choice(active), dice.random()
    shown = dict(world.pds.shown())
    own = [uri for uri, writer in world.held.items() if writer == name and uri in shown]
    if kind < 0.35 or not own:
        world.say(name, local=dice.random() < 0.7)
    elif kind < 0.55:
        to = dice.choice([uri for uri in world.held if uri in shown])
        record = world.pds.record(to)
        assert record
        root = record.get("reply", {}).get("root", {}).get("uri", to)
        world.answer(name, to, root if root in shown else to)
    elif kind < 0.70:
        world.count += 1
        world.pds.edit(name, dice.choice(own), f"{dice.choice(('Penmarrow', 'Elsewhere'))} {world.count}, edited")
    elif kind < 0.85:
        uri = dice.choice(own)
        world.pds.delete(name, uri)
        del world.held[uri]
    elif hidden and dice.random() < 0.6:
        name = dice.choice(sorted(hidden))
        world.pds.activate(name)
        hidden.discard(name)
    elif len(active) > 2:
        world.pds.deactivate(name)
        hidden.add(name)


def test_exactly_what_the_pds_shows_is_held_whatever_was_killed_meanwhile(world: World) -> None:
    dice, hidden = random.Random(SEED), set[str]()
    kills = sorted(dice.sample(range(5, ACTIONS), KILLS))
    for step in range(ACTIONS):
        act(world, dice, hidden)
        if step in kills:
            world.service.kill("listeners")
        if step == ACTIONS // 2:
            world.wait_equal()
    for name in sorted(hidden)[1:]:  # one stays hidden
        world.pds.activate(name)
    world.service.kill("listeners")
    world.wait_equal()


def test_who_left_while_nobody_listened_is_gone_with_all_their_posts(world: World) -> None:
    """Then only the account is named: its earlier posts are gone from the stream, as a real PDS has it."""
    kept, unheard = world.say("emil"), 10**6
    world.wait_equal()
    assert world.pds.record(kept)

    async def shut(jetstream: object) -> None:
        world.bridge.jetstream.refuses = unheard
        await world.bridge.jetstream.close(1012)

    world.bridge.in_loop(shut)
    world.say("emil")  # written and gone before anyone heard it
    after = world.say("council")
    world.pds.leave("emil")
    world.held = {uri: name for uri, name in world.held.items() if name != "emil"}
    world.bridge.settle()
    world.bridge.in_loop(lambda jetstream: setattr(jetstream, "refuses", 0))
    world.service.kill("listeners")  # it starts again where it was
    world.wait_equal()
    assert after in world.held


def test_what_a_local_reply_answers_comes_with_it_and_who_asks_for_it_is_left_out(world: World) -> None:
    for name in ("fay", "gus"):
        world.pds.join(name)
    question = world.say("fay", local=False)
    reply = world.pds.reply("gus", "The tip in Penmarrow opens at nine", question)
    world.held |= {question: "fay", reply: "gus"}
    world.wait_equal()
    world.answer("fay", reply, question)
    world.wait_equal()
    world.pds.label("fay", NOT_IN_PUBLIC)
    world.held = {uri: name for uri, name in world.held.items() if name != "fay"}
    world.wait_equal()
    unheard = world.say("fay")
    del world.held[unheard]
    world.wait_equal()
