"""Who waits for whom: the longest wait is told, counted from its first failure, and forgotten when it ends."""

from __future__ import annotations

import asyncio
import errno

import nats.errors
import pytest

from soundings import bus, metrics
from soundings.bus import persist
from soundings.errors import OursFailed
from soundings.lacks import FULL, WORDS, Lack
from soundings.tasks import end
from soundings.waits import HERE, Waits
from tests.factories import NOON


class Clock:
    """A monotonic clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def waits(clock: Clock) -> Waits:
    return Waits(lambda: NOON, clock)


def test_nothing_is_waited_for_until_something_lacks(waits: Waits, clock: Clock) -> None:
    with waits.watched():
        clock.now += 100
        assert waits.longest() is None


def test_a_wait_counts_from_its_first_failure(waits: Waits, clock: Clock) -> None:
    with waits.watched() as waiting:
        waiting.lacks(Lack.BUS)
        assert waits.longest() is None, "it only began"
        clock.now += 40
        waiting.lacks(Lack.POSTS_FULL)
        wait = waits.longest()
        assert wait
        assert (wait.lack, waits.lasted(wait)) == (Lack.POSTS_FULL, 40)
        assert wait.note() == {
            "reason": "posts-full", "who": "nlp", "why": "its queue is full", "since": "2026-11-10T12:00:00Z",
        }  # fmt: skip
    assert waits.longest() is None
    assert waits.lasted(None) == 0


def test_the_longest_of_several_is_told(waits: Waits, clock: Clock) -> None:
    with waits.watched() as first, waits.watched() as second:
        second.lacks(Lack.DISK)
        clock.now += 5
        first.lacks(Lack.BUS)
        clock.now += 5
        assert [wait.lack for wait in [waits.longest()] if wait] == [Lack.DISK]


def test_each_lack_has_its_words() -> None:
    assert set(WORDS) == set(Lack)
    assert set(FULL) <= {"posts", "readings", "notices"}


async def test_persist_tells_for_what_it_waits_and_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bus, "PAUSES", (0.001,))
    monkeypatch.setattr("soundings.waits.SHORT", 0.0)
    seen: list[Lack] = []

    async def attempt() -> str:
        seen.extend(wait.lack for wait in [HERE.longest()] if wait)
        if len(seen) < 3:
            raise OursFailed("no", Lack.DATABASE)
        return "done"

    before = _retries(Lack.DATABASE)
    try:
        async with asyncio.timeout(10):
            assert await persist("trying", attempt) == "done"
    finally:
        assert HERE.longest() is None
    assert set(seen) == {Lack.DATABASE}
    assert _retries(Lack.DATABASE) - before >= 3


def _retries(lack: Lack) -> float:
    return metrics.REGISTRY.get_sample_value("soundings_retries_total", {"reason": lack.value}) or 0.0


async def test_a_wait_that_is_cancelled_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("soundings.waits.SHORT", 0.0)

    async def attempt() -> None:
        raise TimeoutError

    task = asyncio.create_task(persist("trying", attempt))
    while HERE.longest() is None:
        await asyncio.sleep(0)
    await end(task)
    assert HERE.longest() is None


LACKS = [
    (OursFailed("no", Lack.DATABASE), Lack.DATABASE),
    (TimeoutError(), Lack.BUS),
    (nats.errors.NoRespondersError(), Lack.BUS),
    (ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"), Lack.BUS),
    *((OSError(number, "no"), Lack.DISK) for number in (errno.ENOSPC, errno.EDQUOT, errno.EIO)),
    (OSError(errno.EMFILE, "Too many open files"), Lack.OTHER),
]


@pytest.mark.parametrize(("error", "lack"), LACKS, ids=[repr(error) for error, _ in LACKS])
async def test_each_failure_is_told_as_what_it_is(
    monkeypatch: pytest.MonkeyPatch, error: Exception, lack: Lack
) -> None:
    """A full disk is not "the bus does not answer"."""
    monkeypatch.setattr("soundings.waits.SHORT", 0.0)

    async def attempt() -> None:
        raise error

    task = asyncio.create_task(persist("trying", attempt))
    while (wait := HERE.longest()) is None:
        await asyncio.sleep(0)
    await end(task)
    assert wait.lack is lack


def test_pauses_before_a_full_queue_stay_short() -> None:
    assert bus._pause(50, Lack.BUS) == bus.PAUSES[-1]
    assert bus._pause(50, Lack.POSTS_FULL) == bus.FULL_PAUSE
    assert bus._pause(0, Lack.POSTS_FULL) == bus.PAUSES[0]
