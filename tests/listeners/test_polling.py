"""How one place is asked again and again: a kill between what is told and what is noted, and a clock that was ahead."""

from __future__ import annotations

import copy
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from listeners.notices import Notices
from listeners.polling import AskFailed, Polled, State
from tests.listeners.kit import NOON, Clock

AN_HOUR = timedelta(hours=1)
REFUSED = AskFailed("its server refuses us", at_once=True)


class Killed(BaseException):
    """The process ends here."""


class Told:
    """The gaps that were told. `dies`: in place of telling."""

    def __init__(self) -> None:
        self.gaps: list[tuple[datetime, datetime | None]] = []
        self.dies = False

    async def gap(self, start: datetime, end: datetime | None, why: str) -> None:
        if self.dies:
            raise Killed
        self.gaps.append((start, end))


class Bench:
    """One place, and what of it outlives a kill."""

    def __init__(self) -> None:
        self.clock, self.told, self.saved = Clock(), Told(), State()
        self.start()

    def start(self) -> None:
        """Begin with what was saved."""
        self.state = copy.deepcopy(self.saved)
        notices = cast(Notices, self.told)
        self.place = Polled("a place", AN_HOUR, self.state, notices, self.clock, self.save)

    async def save(self) -> None:
        self.saved = copy.deepcopy(self.state)

    async def dies_telling(self) -> None:
        """The place refuses us, and we die before that is told."""
        self.told.dies = True
        with pytest.raises(Killed):
            await self.place.failed(REFUSED)
        self.told.dies = False
        self.start()


@pytest.fixture
async def bench() -> Bench:
    made = Bench()
    await made.place.heard()
    await made.save()
    made.clock.move(hours=1)
    return made


async def test_a_silence_is_noted_before_it_is_told(bench: Bench) -> None:
    await bench.place.failed(REFUSED)
    bench.start()  # killed right after it was told
    bench.clock.move(hours=1)
    await bench.place.heard()
    assert bench.told.gaps == [(NOON, None), (NOON, NOON + 2 * AN_HOUR)], "it is not open for ever"


async def test_a_silence_that_was_noted_and_not_told_is_told(bench: Bench) -> None:
    await bench.dies_telling()
    await bench.place.failed(REFUSED)
    await bench.place.failed(REFUSED)
    assert bench.told.gaps == [(NOON, None)]


async def test_a_silence_that_ended_before_it_was_told_is_told_whole(bench: Bench) -> None:
    await bench.dies_telling()
    await bench.place.heard()
    await bench.place.heard()
    assert bench.told.gaps == [(NOON, NOON + AN_HOUR)]


@pytest.mark.parametrize("fails", [True, False])
async def test_a_clock_that_was_ahead_stops_nothing(bench: Bench, fails: bool) -> None:
    bench.clock.move(days=400)
    await (bench.place.failed(REFUSED) if fails else bench.place.heard())
    await bench.save()
    bench.clock.move(days=-400)
    bench.start()
    assert bench.place.seconds == 0
    await bench.place.failed(REFUSED)
    assert 0 < bench.place.seconds <= 6 * 3600


async def test_an_old_checkpoint_of_a_clock_that_was_ahead(bench: Bench) -> None:
    """As it was written before pauses were noted."""
    bench.state.pop("pause")
    bench.state["due"] = (bench.clock() + timedelta(days=30)).isoformat()
    assert bench.place.seconds == 0
    bench.state["due"] = (bench.clock() + AN_HOUR).isoformat()
    assert bench.place.seconds == 3600


async def test_a_gap_never_ends_before_it_begins(bench: Bench) -> None:
    bench.clock.move(days=400)
    await bench.place.heard()
    bench.clock.move(days=-400)
    await bench.place.failed(REFUSED)
    await bench.place.heard()
    await bench.place.left()
    assert bench.told.gaps == [(bench.clock(), None), (bench.clock(), bench.clock())]


async def test_a_long_pause_that_a_server_asks_for_is_kept(bench: Bench) -> None:
    week: dict[str, Any] = {"wait": timedelta(days=7)}
    await bench.place.failed(AskFailed("wait", **week))
    bench.clock.move(days=6, hours=12)
    assert bench.place.seconds == 12 * 3600
    bench.clock.move(minutes=-1)
    assert bench.place.seconds > 0
    bench.place.rest(timedelta(days=2))
    assert bench.place.seconds == 24 * 3600
