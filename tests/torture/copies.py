"""Envelopes of before that come once more: copied off the bus while they wait, and published again with their old ids.

Within two minutes the bus itself swallows such a repeat; later, or after it was killed, it does not.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from typing import Any

from nats.js.api import RawStreamMsg

from soundings.bus import TROUBLE
from soundings.connecting import make_broker
from soundings.errors import NothingRunning
from soundings.runtime import found
from soundings.settings import Settings
from soundings.streams import NOTICES, POSTS, READINGS

KEPT = 60
SENT = 8
"""How many are sent again at a time."""


class Copies:
    """Copies of some of the envelopes that passed."""

    def __init__(self, settings: Settings, dice: random.Random) -> None:
        self._settings, self._dice = settings, dice
        self._kept: list[RawStreamMsg] = []

    def look(self) -> None:
        """Copy some of what waits just now; nothing, while the bus is away."""
        self._over_the_bus(self._look)

    def send_again(self) -> int:
        """Publish old ones once more. Returns how many the bus took or swallowed."""
        chosen = self._dice.sample(self._kept, min(SENT, len(self._kept)))
        sent = self._over_the_bus(lambda jetstream: self._send(jetstream, chosen))
        return int(sent or 0)

    async def _look(self, jetstream: Any) -> None:
        for stream in (POSTS, READINGS, NOTICES):
            state = (await jetstream.stream_info(stream.name)).state
            for number in range(state.first_seq, min(state.last_seq, state.first_seq + 3) + 1):
                with contextlib.suppress(*TROUBLE):
                    self._keep(await jetstream.get_msg(stream.name, number))

    def _keep(self, message: RawStreamMsg) -> None:
        if len(self._kept) < KEPT:
            self._kept.append(message)
        else:
            self._kept[self._dice.randrange(KEPT)] = message

    async def _send(self, jetstream: Any, messages: list[RawStreamMsg]) -> int:
        for message in messages:
            await jetstream.publish(
                message.subject, message.data or b"", headers=dict(message.headers or {}), timeout=5
            )
        return len(messages)

    def _over_the_bus(self, work: Any) -> Any:
        try:
            return asyncio.run(asyncio.wait_for(self._with(work), 10))
        except (NothingRunning, *TROUBLE):
            return None

    async def _with(self, work: Any) -> Any:
        broker = make_broker(found(self._settings), "torture")
        client = await asyncio.wait_for(broker.connect(), 3)
        try:
            return await work(client.jetstream(timeout=3))
        finally:
            await broker.stop()
