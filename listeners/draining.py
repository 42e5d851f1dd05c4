"""Waits until everything that is on the bus now has gone all the way to the store.

What is published meanwhile by others is not waited for. Knows nothing of what the messages mean.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from nats.js.api import StreamState

from soundings.bus import Bus, persist
from soundings.queues import READ_BY
from soundings.streams import NOTICES, POSTS, READINGS, Stream
from soundings.tasks import end
from soundings.waits import HERE, Wait

LOOK_EVERY = 0.1
"""Seconds between two looks at the bus."""


class Behind(Exception):
    """A stage has not moved for too long. The message names it."""


async def watched(
    job: Coroutine[Any, Any, None],
    moved: Callable[[], object],
    patience: float,
    monotonic: Callable[[], float],
    tell: Callable[[Wait], None],
) -> None:
    """Run something for as long as `moved` changes, and tell for what it waits.

    Raises Behind after `patience` seconds in which nothing moved.
    """
    task = asyncio.create_task(job)
    seen, moved_at = moved(), monotonic()
    try:
        while not (await asyncio.wait({task}, timeout=LOOK_EVERY))[0]:
            if moved() != seen:
                seen, moved_at = moved(), monotonic()
            elif monotonic() - moved_at > patience:
                raise Behind(_whom(HERE.longest()))
            elif wait := HERE.longest():
                tell(wait)
        task.result()
    finally:
        await end(task)


def _whom(wait: Wait | None) -> str:
    return f"this has waited for {wait.lack.who}: {wait.lack.why}" if wait else "nothing has moved"


async def drain(
    bus: Bus,
    patience: float,
    pause: Callable[[float], Awaitable[None]],
    monotonic: Callable[[], float],
    tell: Callable[[str, int], None],
) -> None:
    """Return when what is on the bus now is in the store. Raises Behind after `patience` seconds without progress."""
    last_notice = (await _state(bus, NOTICES)).last_seq
    for stream in (POSTS, READINGS, NOTICES):
        state = await _state(bus, stream)
        last = last_notice if stream is NOTICES else state.last_seq
        first, moved_at = state.first_seq, monotonic()
        while not _is_past(state, last):
            if state.first_seq > first:
                first, moved_at = state.first_seq, monotonic()
            elif monotonic() - moved_at > patience:
                raise Behind(f"{READ_BY[stream.name]} has {state.messages:,} envelopes before it and does not move")
            tell(stream.name, state.messages)
            await pause(LOOK_EVERY)
            state = await _state(bus, stream)


def _is_past(state: StreamState, last: int) -> bool:
    """Whether nothing up to `last` is left: a work-queue stream drops a message when it is acknowledged."""
    return state.messages == 0 or state.first_seq > last


async def _state(bus: Bus, stream: Stream) -> StreamState:
    info = await persist(f"looking at {stream.name}", lambda: bus.jetstream.stream_info(stream.name))
    return info.state
