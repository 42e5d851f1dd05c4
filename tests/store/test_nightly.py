"""When the sweep runs and what it leaves behind. What it does to the files is in tests/store/test_sweep.py."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from unittest.mock import Mock

import pytest

from soundings import receipts
from soundings.errors import BadInput, NothingRunning, OursFailed
from soundings.messages import Retraction
from soundings.receipts import Receipt
from soundings.settings import Settings
from store import nightly
from store.nightly import AGAIN, EVERY, Nightly, describe, due, main, path, read
from store.sweep import Swept
from tests.factories import NOON, post_id

CLEAN = Swept(NOON, NOON + timedelta(seconds=4), ("readings 202611",), 12, {}, ())
LEFT = Swept(NOON, NOON, (), 1, {"store/abc/all_1_1_0": {post_id()}}, ("store/abc/detached/x",))


class Clock:
    """Now, as a test sets it."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


Make = Callable[[Swept | OursFailed], Nightly]


@pytest.fixture
def make(settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Make:
    """The job over a sweep with a given outcome."""

    def made(outcome: Swept | OursFailed) -> Nightly:
        class Given:
            def __init__(self, *_: object) -> None: ...

            async def run(self, *, held: str) -> Swept:
                if isinstance(outcome, OursFailed):
                    raise outcome
                return replace(outcome, held=held)

        monkeypatch.setattr(nightly, "Sweep", Given)
        return Nightly(settings, Mock(), clock)

    return made


def test_the_first_is_due_at_once_and_the_next_so_early_that_a_day_is_enough(
    make: Make, settings: Settings, clock: Clock
) -> None:
    assert due(read(settings), NOON)
    asyncio.run(make(CLEAN).once())
    assert not due(read(settings), NOON + EVERY - timedelta(seconds=1))
    assert due(read(settings), NOON + EVERY)
    assert timedelta(hours=24) > EVERY + AGAIN, "one may fail, and what came just after it began is still gone in a day"
    assert due(read(settings), NOON - timedelta(days=1)), "a clock that was set back"


@pytest.mark.parametrize("outcome", [LEFT, OursFailed("ClickHouse does not answer")])
def test_one_that_did_not_go_well_is_repeated_soon(
    make: Make, settings: Settings, clock: Clock, outcome: Swept | OursFailed
) -> None:
    asyncio.run(make(CLEAN).once())
    clock.now += EVERY
    with pytest.raises(OursFailed) if isinstance(outcome, OursFailed) else contextlib.nullcontext():
        asyncio.run(make(outcome).once())
    note = read(settings)
    assert note["well_at"] == NOON.isoformat() and note["at"] == clock.now.isoformat()
    assert not due(note, clock.now + AGAIN - timedelta(seconds=1))
    assert due(note, clock.now + AGAIN)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"at": 7}', '{"at": "x", "well_at": null}'])
def test_a_note_that_cannot_be_read_makes_it_due(settings: Settings, text: str) -> None:
    settings.run.mkdir(parents=True)
    path(settings).write_text(text)
    assert due(read(settings), NOON)


def test_what_is_left_is_said_loudly_and_noted(
    make: Make, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        asyncio.run(make(LEFT).once())
    [loud] = [record for record in caplog.records if record.levelno == logging.CRITICAL]
    assert "1 removed posts are still in the files" in loud.message and post_id() in loud.message
    assert any("set a part aside" in record.message for record in caplog.records)
    note = json.loads(path(settings).read_text())
    assert note["found"] == {"store/abc/all_1_1_0": [post_id()]} and note["detached"] == ["store/abc/detached/x"]
    assert path(settings).stat().st_mode & 0o777 == 0o600


async def test_the_job_goes_on_after_a_failure_and_sweeps_once_a_day(
    make: Make, settings: Settings, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    ended: list[datetime] = []
    jobs = [make(OursFailed("ClickHouse does not answer")), make(CLEAN)]

    async def pass_on(_: float) -> None:
        if (at := read(settings).get("at")) and at not in map(str, ended):
            ended.append(at)
        clock.now += timedelta(minutes=10)
        if clock.now > NOON + timedelta(hours=2 if job is jobs[0] else 50):
            raise asyncio.CancelledError

    for job in jobs:
        with pytest.raises(asyncio.CancelledError):
            await job.run(pass_on)
        if job is jobs[0]:
            assert len(ended) == 5, "at once, and every half an hour until it goes well"
            assert "will be repeated: ClickHouse does not answer" in caplog.text
            ended.clear()
    assert len(ended) == 4, "the failed one seen once more, then three that went well in 48 hours"


@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), BadInput("No space left for run/")])
async def test_a_disk_that_takes_no_note_does_not_stop_the_store(
    make: Make, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, failure: Exception
) -> None:
    looks: list[float] = []

    async def stop_at_the_third(seconds: float) -> None:
        looks.append(seconds)
        if len(looks) == 3:
            raise asyncio.CancelledError

    monkeypatch.setattr(nightly, "write_private", Mock(side_effect=failure))
    with pytest.raises(asyncio.CancelledError):
        await make(CLEAN).run(stop_at_the_third)
    assert caplog.text.count("No space left") == 3


async def test_two_never_sweep_at_once(make: Make, settings: Settings) -> None:
    job = make(CLEAN)
    with nightly._alone(settings), pytest.raises(OursFailed, match="another sweep"):
        await job.once()
    assert read(settings) == {}, "the other one says how it went"
    assert (await job.once()).clean


async def test_old_receipts_go_with_it(make: Make, settings: Settings, clock: Clock) -> None:
    order = Retraction(source="files", post_id=post_id(), reason="x", observed_at=NOON)
    receipts.append(settings.receipts, [Receipt(order=order, taken_at=NOON)])
    await make(CLEAN).once()
    assert list(receipts.read(settings.receipts))
    clock.now += timedelta(days=settings.retention_days + 32)
    await make(CLEAN).once(believed=True)
    assert not list(receipts.read(settings.receipts))


@pytest.mark.parametrize("away", [timedelta(days=440), timedelta(days=-440)])
async def test_nothing_goes_by_a_clock_that_cannot_be_believed(
    make: Make, settings: Settings, clock: Clock, caplog: pytest.LogCaptureFixture, away: timedelta
) -> None:
    order = Retraction(source="files", post_id=post_id(), reason="x", observed_at=NOON)
    receipts.append(settings.receipts, [Receipt(order=order, taken_at=NOON)])
    job = make(CLEAN)
    assert not (await job.once()).held
    clock.now += away
    swept = await job.once()
    assert "the clock of this machine" in swept.held and read(settings)["held"] == swept.held
    assert "NOTHING WENT BECAUSE ITS TIME IS OVER" in caplog.text and "--clock-is-right" in caplog.text
    assert list(receipts.read(settings.receipts))
    assert not (await job.once(believed=True)).held, "an officer says that it is right"
    assert bool(list(receipts.read(settings.receipts))) == (away < timedelta())


def test_it_is_told_in_words() -> None:
    told = describe(CLEAN, searched=True)
    assert told.splitlines() == [
        "Swept in 4 s (rewritten: 1): every file of the database was searched for 12 posts.",
        "Nothing removed is left.",
    ]
    assert "STILL THERE: 1 removed posts, in store/abc/all_1_1_0" in describe(LEFT, searched=True)
    assert "its files are not ours" in describe(CLEAN, searched=False)


def test_what_is_set_aside_is_told_also_when_it_goes() -> None:
    left = replace(
        CLEAN, detached=("a/detached/b", "a/detached/c"), unreadable=("a/detached/c",), let_go=("a/detached/d",)
    )
    one, two, three = describe(left, searched=True).splitlines()[2:]
    assert "no sweep empties it: a/detached/b." in one and "it cannot be searched: a/detached/c." in two
    assert three == "a part set aside as damaged 14 days ago is removed: a/detached/d"


def test_the_command_needs_a_store(settings: Settings) -> None:
    with pytest.raises(NothingRunning, match="Is `soundings up` running"):
        main([])
