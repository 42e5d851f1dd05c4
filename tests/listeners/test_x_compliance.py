"""The daily question what was removed on X: jobs that are gone, and clocks that were wrong. The rest: `test_x.py`."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from listeners.outlet import Outlet
from listeners.posting import Rules
from listeners.x_api import XApi
from listeners.x_compliance import EVERY, LATE, LOOK, REST, UNKNOWN, Compliance
from listeners.x_events import NotUnderstood
from listeners.x_posts import to_native
from soundings.bus import Bus
from soundings.messages import Retraction
from soundings.settings import Settings
from tests.listeners.kit import NOON, Clock, notices, outlet
from tests.listeners.x_far_side import JOBS, TOKEN, FarSide, post
from tests.listeners.x_kit import gaps

pytestmark = pytest.mark.servers


class Over(Exception):
    """The test has seen enough."""


@dataclass
class Desk:
    """The job at work; `saved`: its states, as the checkpoint was given them."""

    job: Compliance
    out: Outlet
    clock: Clock
    saved: list[dict[str, Any]]

    async def work(self, tries: int) -> None:
        """So many tries; the clock moves in between."""
        self.left = tries
        with pytest.raises(Over):
            await self.job.work()

    async def nap(self, seconds: float) -> None:
        assert seconds in (LOOK, REST)
        self.left -= 1
        self.clock.move(seconds=seconds)
        if not self.left:
            raise Over


@asynccontextmanager
async def desk(
    bus: Bus, settings: Settings, far: FarSide, clock: Clock, before: dict[str, Any] | None = None
) -> AsyncIterator[Desk]:
    """With one post that is held, until the block ends."""
    async with outlet(bus, settings, clock, "x", rules=Rules()) as out:
        native = to_native(post("Penmarrow", NOON), {}, {})
        assert native
        await out.offer(native)
        await out.flush()
        saved: list[dict[str, Any]] = []

        async def save() -> None:
            saved.append(dict(one.job.state))

        one = Desk(None, out, clock, saved)  # type: ignore[arg-type]
        one.job = Compliance(XApi(far.url, TOKEN, clock), out, clock, one.nap, before or {}, True, save)
        yield one


@pytest.fixture
def far(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[FarSide]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = FarSide(clock)
    yield server
    server.close()


def left(far: FarSide, clock: Clock, ago: timedelta, status: str = "complete") -> dict[str, Any]:
    """The state of a job that was sent some time ago."""
    stores = {way: f"{far.url}/store/40/{way}" for way in ("upload_url", "download_url")}
    far.jobs["40"] = {"id": "40", "type": "tweets", "status": status, "name": "soundings", **stores}
    return {"job": {"id": "40", **stores, "sent": (clock.now - ago).isoformat()}}


async def test_a_job_that_x_knows_no_more_is_dropped_and_a_new_one_made(
    bus: Bus, settings: Settings, far: FarSide, clock: Clock
) -> None:
    before = left(far, clock, timedelta(hours=1))
    far.jobs.clear()
    async with desk(bus, settings, far, clock, before) as one:
        with pytest.raises(NotUnderstood):
            await one.job.go_on()
        await one.work(2)
    assert len(far.uploads) == 1 and "done" in one.job.state and "job" not in one.job.state


async def test_an_answer_that_its_store_has_no_more_is_asked_for_anew(
    bus: Bus, settings: Settings, far: FarSide, clock: Clock
) -> None:
    async with desk(bus, settings, far, clock, left(far, clock, timedelta(hours=1))) as one:
        far.says("/store/40/download_url", 403)
        await one.work(2)
    assert [*far.uploads] == ["901"] and "done" in one.job.state


async def test_a_job_whose_answer_only_fails_for_now_is_kept(
    bus: Bus, settings: Settings, far: FarSide, clock: Clock
) -> None:
    async with desk(bus, settings, far, clock, left(far, clock, timedelta(hours=1))) as one:
        far.says("/store/40/download_url", 503)
        await one.work(2)
    assert not far.uploads and "done" in one.job.state


async def test_after_two_days_a_job_is_dropped_and_it_is_told_and_ended(
    bus: Bus, settings: Settings, far: FarSide, clock: Clock
) -> None:
    before = left(far, clock, timedelta(0), "in_progress")
    async with desk(bus, settings, far, clock, before) as one:
        clock.move(seconds=LATE.total_seconds() + 1)
        await one.work(1)
        assert "job" not in one.job.state and one.saved[0]["told"] == NOON.isoformat()
        far.jobs.clear()
        await one.work(1)
    told, ended = await gaps(bus)
    assert told.why == f"{UNKNOWN}: its job takes longer than two days" and told.end is None
    assert ended.start == told.start == NOON and ended.end and "told" not in one.job.state
    assert not [one for one in await notices(bus) if isinstance(one, Retraction)]


async def test_that_nothing_is_known_is_told_once(
    bus: Bus, settings: Settings, far: FarSide, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    async with desk(bus, settings, far, clock) as one:
        clock.move(hours=49)
        for _ in range(3):
            far.says(JOBS, 404)
        await one.work(3)
    assert len(await gaps(bus)) == 1
    assert sum(record.levelno == logging.ERROR for record in caplog.records) == 3


@pytest.mark.parametrize("ahead", [timedelta(days=2), timedelta(days=400)])
async def test_after_a_clock_that_was_ahead_it_asks_at_once(
    bus: Bus, settings: Settings, far: FarSide, clock: Clock, ahead: timedelta
) -> None:
    wrong = (clock.now + ahead).isoformat()
    async with desk(bus, settings, far, clock, {"since": wrong, "done": wrong}) as one:
        await one.job.go_on()
        assert len(far.uploads) == 1 and one.job.state["done"] == NOON.isoformat()
        clock.move(seconds=EVERY.total_seconds())
        await one.job.go_on()
        assert len(far.uploads) == 2
