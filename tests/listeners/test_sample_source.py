"""The sample as a source: six weeks up to yesterday, then live; nothing twice."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from listeners import sample_source, status
from listeners.posting import Rules
from listeners.sample_source import Sample, SampleSettings, demo_age
from soundings.bus import Bus
from soundings.settings import Settings
from soundings.streams import POSTS
from soundings.tasks import end
from tests.listeners.kit import COUNCIL, Clock, outlet, posts

PAST: list[dict[str, Any]] = [
    {"id": "p1", "author": "jen", "text": "Mist", "created_at": "2026-03-02T06:48:54+00:00", "campaign": True},
    {
        "id": "p2",
        "author": "bob",
        "text": "Late",
        "created_at": "2026-03-15T21:40:46+00:00",
        "reply_to": "p1",
        "thread": "p1",
    },
]
LIVE: list[dict[str, Any]] = [{"id": f"l{number}", "author": "ann", "text": f"Now {number}"} for number in range(5)]


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"posts.jsonl": PAST, "live.jsonl": LIVE}
    monkeypatch.setattr(sample_source, "records", lambda name: iter(files[name]))


class Rhythm:
    """Lets time pass where the sample sleeps, and stops it after so many pauses."""

    def __init__(self, clock: Clock, until: int = 99) -> None:
        self._clock, self._until, self.slept = clock, until, list[float]()

    async def __call__(self, seconds: float) -> None:
        if len(self.slept) == self._until:
            await asyncio.Event().wait()
        self.slept.append(seconds)
        self._clock.move(seconds=seconds)


async def play(
    bus: Bus, settings: Settings, clock: Clock, sleep: Callable[[float], Awaitable[None]], live: int
) -> None:
    """Let it play until its checkpoint says that so many live posts are out, then stop it."""
    async with outlet(bus, settings, clock, "sample", rules=Rules(local=True, look_back=Sample.look_back)) as out:
        done = asyncio.Event()
        flush = out.flush

        async def watched(state: Any = None, heard: bool = True) -> None:
            await flush(state, heard)
            if state and state["live"] >= live:
                done.set()

        out.flush = watched  # type: ignore[method-assign]
        sample = Sample(SampleSettings(enabled=True), out, COUNCIL, clock, sleep)
        task = asyncio.create_task(sample.listen())
        await asyncio.wait_for(done.wait(), 20)
        await end(task)


@pytest.mark.servers
async def test_the_last_day_is_yesterday_at_the_same_hour(bus: Bus, settings: Settings) -> None:
    clock = Clock()
    await play(bus, settings, clock, Rhythm(clock), 5)
    first, last, *live = await posts(bus)
    assert last.happened_at.date() == date(2026, 11, 9) and last.happened_at.hour == 21
    assert first.happened_at.date() == date(2026, 10, 27)
    assert last.reply_to == last.thread == first.id
    assert [post.text for post in live] == [f"Now {number}" for number in range(5)]
    assert live[0].created_at == Clock()() and live[-1].happened_at == clock()


@pytest.mark.servers
async def test_stopped_and_started_it_goes_on_where_it_was(bus: Bus, settings: Settings) -> None:
    clock = Clock()
    await play(bus, settings, clock, Rhythm(clock, until=1), 4)
    clock.move(days=30)
    await play(bus, settings, clock, Rhythm(clock), 5)
    clock.move(days=1)
    await play(bus, settings, clock, Rhythm(clock), 0)
    found = await posts(bus)
    assert len(found) == len({post.id for post in found}) == 7
    assert found[1].happened_at.date() == date(2026, 11, 9)
    assert status.totals(settings)["published"] == 7
    assert demo_age(settings, clock) == 31


@pytest.mark.servers
async def test_another_bus_hears_it_all_again_with_the_same_dates(bus: Bus, settings: Settings) -> None:
    clock = Clock()
    await play(bus, settings, clock, Rhythm(clock), 5)
    before = {post.id: post.happened_at for post in await posts(bus)}
    await bus.jetstream.delete_stream(POSTS.name)
    await bus.declare()
    clock.move(days=3)
    await play(bus, settings, clock, Rhythm(clock), 5)
    assert {post.id: post.happened_at for post in await posts(bus)} == before


@pytest.mark.servers
async def test_three_at_once_then_gently(bus: Bus, settings: Settings) -> None:
    clock = Clock()
    rhythm = Rhythm(clock)
    await play(bus, settings, clock, rhythm, 5)
    assert len(rhythm.slept) == 2 and all(12 <= pause <= 28 for pause in rhythm.slept)
    assert clock() - Clock()() == timedelta(seconds=sum(rhythm.slept))


def test_there_is_no_age_before_the_first_start(settings: Settings, tmp_path: Path) -> None:
    assert demo_age(settings) is None
