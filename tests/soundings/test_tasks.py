"""A task ends although something it calls swallows a cancellation."""

from __future__ import annotations

import asyncio
import contextlib
import threading

import pytest

from soundings import bus, tasks


async def deaf() -> None:
    """Sleeps, and takes the first cancellation for nothing, as nats-py does in a flush."""
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.sleep(60)


async def test_a_task_that_swallows_a_cancellation_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "AGAIN", 0.01)

    async def loop() -> None:
        await deaf()
        await deaf()
        await asyncio.sleep(60)

    task = asyncio.create_task(loop())
    await asyncio.sleep(0)
    await asyncio.wait_for(tasks.end(task), 10)
    assert task.cancelled()


async def test_what_ends_with_an_error_is_no_error_of_the_one_who_ends_it() -> None:
    async def fail() -> None:
        raise ValueError

    task = asyncio.create_task(fail())
    await asyncio.wait([task])
    await tasks.end(task)


async def test_trying_for_ever_stops_when_asked_although_the_attempt_was_deaf() -> None:
    tries = 0

    async def attempt() -> None:
        nonlocal tries
        tries += 1
        await deaf()
        raise TimeoutError

    task = asyncio.create_task(bus.persist("a test", attempt))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 10)
    assert tries == 1


async def test_a_thread_is_not_left_behind() -> None:
    """What it works with is closed next: a database's connection that is still used ends the process."""
    begun, go_on, done = threading.Event(), threading.Event(), []

    def work() -> None:
        begun.set()
        assert go_on.wait(10)
        done.append(True)

    task = asyncio.create_task(tasks.in_thread(work))
    await asyncio.to_thread(begun.wait, 10)
    for _ in range(3):  # however often it is asked
        task.cancel()
        await asyncio.sleep(0)
        assert not task.done()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert done == [True]


async def test_what_a_thread_gives_or_raises_comes_back() -> None:
    assert await tasks.in_thread(lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        await tasks.in_thread(lambda: 1 // 0)
