"""Finds what an ill bus left behind in a work queue: acknowledged, and yet still there. It is then delivered again.

A nats-server that could not write down a removal brings the message back when it is started again, below the point up
to which its consumer has acknowledged: nobody would ever get it, and its text would stay for ever (measured). Removing
it would trust the server's books; delivering it again trusts nothing, because all work may be repeated.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from soundings.bus import Bus
from soundings.streams import Consumer

log = logging.getLogger("remnants")

EVERY = 5.0
"""Seconds between two looks. What is there at two looks in a row was not just on its way out."""


class Remnants:
    """Looks after one consumer's queue."""

    def __init__(self, bus: Bus, consumer: Consumer, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._bus, self._consumer, self._monotonic = bus, consumer, monotonic
        self._look_at = monotonic() + EVERY
        self._seen = 0

    async def look(self) -> None:
        """Now and then: make the consumer anew when it has passed something that is still there.

        Raises what the bus raises.
        """
        if self._monotonic() < self._look_at:
            return
        self._look_at = self._monotonic() + EVERY
        left, seen = await self._left(), self._seen
        self._seen = left
        if left and left == seen:
            log.warning("%s: acknowledged and still there: delivering it again", self._consumer.stream.name)
            await self._bus.renew_consumer(self._consumer)
            self._seen = 0

    async def _left(self) -> int:
        """The first message that the consumer has passed, by its number; 0 for none."""
        name = self._consumer.stream.name
        state = (await self._bus.jetstream.stream_info(name)).state
        consumer = await self._bus.jetstream.consumer_info(name, self._consumer.durable)
        passed = consumer.ack_floor.stream_seq if consumer.ack_floor else 0
        return state.first_seq if state.messages and state.first_seq <= passed else 0
