"""Notices while it runs that the bus has become another one: emptied, or replaced (docs/decisions/0014).

What was under way on the old one is lost, so whoever asked a source must ask it again. Costs nothing while the
connection lasts: a bus cannot become another one without ending it. Knows nothing of sources.
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
        self._connection = -1
        self.stream = ""

    async def check(self) -> None:
        """Raises BusReplaced when it is another one by now; waits while it is away."""
        connection = self._bus.reconnects
        if connection == self._connection:
            return
        found = await persist("asking which bus this is", lambda: self._bus.identity(POSTS))
        if self.stream and found != self.stream:
            raise BusReplaced(
                "The bus was emptied or replaced meanwhile, and what was under way on it is lost: ask the source again "
                "(import the file again). Nothing comes in twice."
            )
        self.stream, self._connection = found, connection

    async def during(self, listening: Coroutine[Any, Any, None]) -> None:
        """Listen to the end, and look now and then meanwhile: a source that has nothing to say must notice as well."""
        task = asyncio.create_task(listening)
        try:
            while not (await asyncio.wait({task}, timeout=LOOK_EVERY))[0]:
                await self.check()
            task.result()
        finally:
            await end(task)
