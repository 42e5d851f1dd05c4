"""Envelopes in hand: kept alive on the bus while they are worked, and answered in the end.

Knows nothing of the work.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from nats.aio.msg import Msg

from soundings import metrics
from soundings.bus import TROUBLE
from soundings.errors import OursFailed
from soundings.queues import items
from soundings.streams import ACK_WAIT
from soundings.tasks import end


async def settle(answer: Awaitable[Any]) -> None:
    """Send an answer to the bus. A lost one means that the envelope comes again, and all work may be repeated."""
    with contextlib.suppress(OursFailed, *TROUBLE):
        await answer


@asynccontextmanager
async def kept_alive(messages: Sequence[Msg], by: str) -> AsyncIterator[None]:
    """Tell the bus again and again that these are still worked on."""

    async def say_so() -> None:
        while True:
            await asyncio.sleep(ACK_WAIT / 3)
            for message in messages:
                if not message.is_acked:
                    await settle(message.in_progress())

    task = asyncio.create_task(say_so())
    in_hand = sum(items(message.subject) for message in messages)
    try:
        with metrics.in_hand(by, in_hand):
            yield
    finally:
        await end(task)
