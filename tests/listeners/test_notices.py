"""Saving to the ledger from the event loop."""

from __future__ import annotations

import asyncio
import threading

import pytest

from listeners.telling import saved


async def test_who_is_cancelled_waits_for_the_thread_that_saves() -> None:
    """The ledger is closed next: under the feet of a thread that still writes, the process would die."""
    begun, may_end, ended = threading.Event(), threading.Event(), threading.Event()

    def change() -> None:
        begun.set()
        may_end.wait(20)
        ended.set()

    task = asyncio.create_task(saved("remembering", change))
    await asyncio.to_thread(begun.wait, 20)
    for _ in range(3):  # `soundings.tasks.end` asks again and again
        task.cancel()
        await asyncio.wait({task}, timeout=0.05)
    assert not task.done()
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended.is_set()


async def test_a_failure_after_the_cancellation_changes_nothing() -> None:
    begun, may_end = threading.Event(), threading.Event()

    def change() -> None:
        begun.set()
        may_end.wait(20)
        raise ValueError

    task = asyncio.create_task(saved("remembering", change))
    await asyncio.to_thread(begun.wait, 20)
    task.cancel()
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await task
