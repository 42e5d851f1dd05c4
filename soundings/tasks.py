"""Ending tasks for certain. nats-py swallows a cancellation that falls into a flush: the task then goes on as if
nobody had asked (`Client._send_flush`, tried with 2.16).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

AGAIN = 0.2
"""Seconds until a task that did not end is asked again."""


async def end(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks and wait for them, asking again until each has ended. Their results and errors are dropped."""
    while pending := [task for task in tasks if not task.done()]:
        for task in pending:
            task.cancel()
        await asyncio.wait(pending, timeout=AGAIN)
    for task in tasks:
        if not task.cancelled():
            task.exception()  # looked at, or asyncio complains that nobody did


async def to_its_end(work: Coroutine[Any, Any, T]) -> T:
    """Await what must not be left half done: whoever is cancelled meanwhile goes on only when it has ended."""
    running = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(running)
    finally:
        while not running.done():
            with contextlib.suppress(asyncio.CancelledError):  # asked once more: it is raised all the same
                await asyncio.wait({running})
        if not running.cancelled():
            running.exception()  # looked at, or asyncio complains that nobody did


async def in_thread(work: Callable[[], T]) -> T:
    """Run something in a thread, and never leave it behind.

    What the thread works with (a database's connection) is closed next, and must not be while it is used.
    """
    return await to_its_end(asyncio.to_thread(work))


def stop_if_asked() -> None:
    """Raise the cancellation that something called here has swallowed."""
    task = asyncio.current_task()
    if task and task.cancelling():
        raise asyncio.CancelledError
