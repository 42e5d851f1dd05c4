"""Ending tasks for certain. nats-py swallows a cancellation that falls into a flush: the task then goes on as if
nobody had asked (`Client._send_flush`, tried with 2.16).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
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


def stop_if_asked() -> None:
    """Raise the cancellation that something called here has swallowed."""
    task = asyncio.current_task()
    if task and task.cancelling():
        raise asyncio.CancelledError


async def in_thread(work: Callable[[], T]) -> T:
    """Run something in a thread, and never leave it behind: who is cancelled waits for its end first.

    What the thread works with (a database's connection) is closed next, and must not be while it is used.
    """
    task = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(task)
    finally:
        while not task.done():
            try:
                await asyncio.wait({task})
            except asyncio.CancelledError:
                continue  # asked once more: it is raised below all the same
