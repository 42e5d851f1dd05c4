"""How soon a post on Bluesky is on the page: a real Bluesky server (PDS), `soundings up`, and the page in Chromium.

Invented residents post, one every few seconds, each with a word of its own. Of each post it is noted when it was sent,
when the server's stream and the listener had it, when a reader's question first found it, and when the open page told
of it by itself; of some more, when it stood there after a click. Figures of one machine, without a claim: the parts
with a length of their own are named beside what was measured.
"""

from __future__ import annotations

import math
import os
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from statistics import median

from streamlit.logger import set_log_level

from listeners.fetching import APART
from listeners.outlet import LINGER
from tests.browser_there import chromium
from tests.delay import PATIENCE, Note, World, world
from tests.pds.there import node
from tests.waiting import wait_until

POSTS, CLICKED = 60, 10
BETWEEN = (1.0, 3.0)
"""Seconds between two posts, at least and at most."""


def look() -> int:
    """Seconds between two looks of an open page."""
    set_log_level("ERROR")  # it warns that this is no page
    from dashboard.source import LOOK

    return LOOK


def untouched(world: World) -> list[Note]:
    """Posts, and a page that nobody touches."""
    notes = []
    for _ in range(POSTS):
        notes.append(world.post())
        world.pause(*BETWEEN)
    wait_until(lambda: world.store.idle, "the last post to be found", PATIENCE)
    wait_until(lambda: world.notices()[-1][1] >= POSTS, "the page to tell of the last post", PATIENCE, 0.2)
    notices = world.notices()
    for place, note in enumerate(sorted(notes, key=lambda note: note.stored), 1):
        note.passed = world.bridge.passed[note.word]
        note.told = next(at for at, new in notices if new >= place)
    return notes


def clicked(world: World) -> list[Note]:
    """Posts one by one, each shown as soon as the page tells of it."""
    button, notes = world.page.locator(".st-key-show-new button"), []
    button.click()
    for _ in range(CLICKED):
        world.page.get_by_text("Up to date").wait_for()
        world.pause(0, look())
        note = world.post()
        world.wait_for(".st-key-show-new button", "Show")
        note.clicked = time.time()
        button.click()
        world.wait_for(".st-key-post-0", note.word)
        note.shown = time.time()
        notes.append(note)
    return notes


def tell(what: str, seconds: Iterable[float], why: str = "") -> None:
    """One line of the report."""
    found = sorted(seconds)
    if found:
        most = found[math.ceil(0.9 * len(found)) - 1]
        print(f"  {what}: {median(found):.2f} s, {most:.2f} s, {found[-1]:.2f} s{why and f' ({why})'}")


def report(notes: list[Note], shown: list[Note], asked: list[float]) -> None:
    """The whole way, then its parts."""
    print(
        f"Bluesky to the page, {POSTS} posts, one every {BETWEEN[0]:.0f} to {BETWEEN[1]:.0f} s: "
        f"median, 90 %, slowest (load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores)"
    )
    tell(
        "until a question finds it", (note.stored - note.sent for note in notes), f"asking takes {median(asked):.3f} s"
    )
    tell("until the open page tells of it", (note.told - note.sent for note in notes))
    tell(f"until it is on the page, clicked at once, {CLICKED} posts", (note.shown - note.sent for note in shown))
    print("  of which")
    tell("the server's own stream", (note.passed - note.sent for note in notes), "it looks for news after 1 s at most")
    known = (note.taken - note.passed for note in notes if not note.first)
    tell("to the listener, of writers it knows", known, "behind those it does not")
    new = (note.taken - note.passed for note in notes if note.first)
    tell("to the listener, of new writers", new, f"may they be read? One question every {APART:.0f} s")
    to_store = (note.stored - note.taken for note in notes)
    tell("to the store", to_store, f"up to {LINGER:.0f} s for others to share an envelope; then read and stored")
    tell("to the notice", (note.told - note.stored for note in notes), f"the page looks every {look()} s")
    tell("from the click to the post", (note.shown - note.clicked for note in shown), "the whole page is drawn anew")


def missing() -> str:
    """What is not on this machine; empty when all is there."""
    if not node():
        return "no Bluesky server (PDS) is installed: `make pds`"
    return "" if chromium() else "no Chromium or Chrome was found: install one, or set SOUNDINGS_CHROMIUM"


def main() -> None:
    """Print how long it takes, and in which parts."""
    if lack := missing():
        print(f"Bluesky to the page: not measured, {lack}")
        return
    with tempfile.TemporaryDirectory(prefix="soundings-bench-") as folder, world(Path(folder)) as everything:
        notes = untouched(everything)
        report(notes, clicked(everything), everything.store.took)


if __name__ == "__main__":
    main()
