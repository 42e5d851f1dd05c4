"""Runs what blocks in a thread that nobody waits for, so that a stop is prompt whatever a server does.

`asyncio.to_thread` will not do: a process that stops waits for its threads. Knows nothing of what is run.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


async def aside(work: Callable[[], T]) -> T:
    """What the work returns, or raises. Once cancelled it is left alone, and its end goes unheard."""
    done: Future[T] = Future()
    done.set_running_or_notify_cancel()

    def run() -> None:
        try:
            found = work()
        except BaseException as error:
            done.set_exception(error)
        else:
            done.set_result(found)

    waiting = asyncio.wrap_future(done)
    threading.Thread(target=run, daemon=True).start()
    return await waiting
