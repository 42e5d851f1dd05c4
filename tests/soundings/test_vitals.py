"""Whether a stage is well, and why not, in words; and what it leaves in its pulse."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from soundings import runtime
from soundings.bus import Bus
from soundings.errors import BadInput
from soundings.lacks import Lack
from soundings.settings import Settings
from soundings.streams import POSTS
from soundings.vitals import Vitals
from soundings.waits import LONG, Waiting, Waits
from tests.factories import NOON
from tests.soundings.test_waits import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def waits(clock: Clock) -> Waits:
    return Waits(lambda: NOON, clock)


@pytest.fixture
def vitals(settings: Settings, waits: Waits, clock: Clock) -> Vitals:
    return Vitals("nlp", settings, waits, lambda: NOON, clock)


def test_a_stage_that_waits_for_nothing_is_well(vitals: Vitals) -> None:
    assert vitals.report() == {"stage": "nlp", "well": True, "says": [], "waiting_for": None, "alarms": []}


def test_a_long_wait_is_not_well_and_a_short_one_is_only_told(vitals: Vitals, waits: Waits, clock: Clock) -> None:
    Waiting(waits).lacks(Lack.READINGS_FULL)
    clock.now += LONG - 1
    vitals.beat()
    assert vitals.report()["well"]
    assert vitals.report()["waiting_for"]["who"] == "store"
    clock.now += 2
    assert not vitals.report()["well"]
    assert vitals.report()["says"] == ["waiting for store since 2026-11-10T12:00:00Z: its queue is full"]


def test_a_stage_whose_loop_stands_still_is_not_well(vitals: Vitals, clock: Clock) -> None:
    clock.now += runtime.STALE
    (said,) = vitals.report()["says"]
    assert said.startswith("nlp stands still: it has not moved for 15 seconds.")
    vitals.beat()
    assert vitals.report()["well"]


def test_the_pulse_carries_address_and_wait(vitals: Vitals, waits: Waits, clock: Clock, settings: Settings) -> None:
    vitals.health = "http://127.0.0.1:9"
    Waiting(waits).lacks(Lack.BUS)
    clock.now += 5
    vitals.beat()
    [pulse] = runtime.pulses(settings)
    assert (pulse.doing, pulse.health) == ("waiting", "http://127.0.0.1:9")
    assert pulse.waiting_for
    assert pulse.waiting_for["reason"] == "bus"


@pytest.mark.servers
async def test_what_is_too_old_makes_it_ill_and_is_logged_once_an_hour(
    bus: Bus, settings: Settings, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    await bus.jetstream.publish("posts.feeds.7", b"x", stream=POSTS.name)
    later = datetime.now(UTC) + timedelta(hours=49, minutes=1)
    vitals = Vitals("nlp", settings, Waits(), lambda: later, clock)
    for _ in range(3):
        await vitals.look(bus.client)
    assert not vitals.report()["well"]
    assert "Something has waited for nlp for 2 days and 1 hour." in vitals.report()["says"][0]
    assert len([one for one in caplog.records if one.levelname == "CRITICAL"]) == 1
    clock.now += 3600
    await vitals.look(bus.client)
    assert len([one for one in caplog.records if one.levelname == "CRITICAL"]) == 2


@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), BadInput("no folder")])
async def test_beating_outlives_a_disk_that_takes_nothing(
    vitals: Vitals, settings: Settings, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    """Neither a file nor, where somebody removed it, the folder."""
    beats = 0

    def full(*_: object, **__: object) -> None:
        nonlocal beats
        beats += 1
        raise failure

    monkeypatch.setattr(runtime, "BEAT", 0)
    for name in ("begin_beating", "beat"):
        monkeypatch.setattr(runtime, name, full)
    task = asyncio.create_task(vitals.beating())
    async with asyncio.timeout(5):
        while beats < 4 and not task.done():
            await asyncio.sleep(0.01)
    assert not task.done()
    task.cancel()


async def test_watching_outlives_a_bus_that_is_away(vitals: Vitals) -> None:
    class Away:
        is_closed = False

        async def request(self, *_: object, **__: object) -> None:
            raise TimeoutError

    task = asyncio.create_task(vitals.watching(Away()))  # type: ignore[arg-type]
    for _ in range(5):
        await asyncio.sleep(0)
    assert not task.done()
    task.cancel()
