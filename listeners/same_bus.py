"""Notices while it runs that the bus has become another one: emptied, or replaced (docs/decisions/0014).

What was under way on the old one is lost, so whoever asked a source must ask it again. Knows nothing of sources.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from soundings.bus import Bus, persist
from soundings.errors import BusReplaced
from soundings.streams import POSTS
from soundings.tasks import end

LOOK_EVERY = 1.0
"""Seconds between two looks at the connection."""


class SameBus:
    """The bus that a source began with. `stream` names it once `check` has been called."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self.stream = ""

    async def check(self) -> None:
        """Raises BusReplaced when it is another one by now; waits while it is away."""
        found = await persist("asking which bus this is", lambda: self._bus.identity(POSTS))
        if self.stream and found != self.stream:
            raise BusReplaced(
                "The bus was emptied or replaced by another one meanwhile, and what was under way on it is lost: ask "
                "the source again (import the file again). Nothing comes in twice."
            )
        self.stream = found

    async def during(self, listening: Coroutine[Any, Any, None]) -> None:
        """Listen to the end, and check when the connection was lost: a source with nothing to say must notice too."""
        task, connection = asyncio.create_task(listening), self._bus.reconnects
        try:
            while not (await asyncio.wait({task}, timeout=LOOK_EVERY))[0]:
                if self._bus.reconnects != connection:
                    connection = self._bus.reconnects
                    await self.check()
            task.result()
        finally:
            await end(task)
