"""Who asked to be forgotten: the orders in the key-value bucket `guidance`, by account hash (invariant R2).

Knows nothing of handles: an order is a hash, made with a key that never rotates.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta

from nats.js.errors import NoKeysError

from soundings.bus import Bus, persist
from soundings.streams import GUIDANCE

PREFIX = "forget."
FRESH_FOR = timedelta(seconds=10)


async def order(bus: Bus, account: str, source: str, at: datetime) -> None:
    """Write the order to forget an account hash for ever."""
    note = json.dumps({"source": source, "at": at.isoformat()}).encode()

    async def put() -> None:
        await (await bus.bucket(GUIDANCE)).put(f"{PREFIX}{account}", note)

    await persist("writing the order to forget", put)


async def orders(bus: Bus) -> frozenset[str]:
    """Every account hash that is to be forgotten."""
    try:
        keys = await (await bus.bucket(GUIDANCE)).keys()
    except NoKeysError:
        return frozenset()
    return frozenset(key.removeprefix(PREFIX) for key in keys if key.startswith(PREFIX))


class Blocked:
    """The orders as a listener knows them, read again after a while."""

    def __init__(self, bus: Bus, clock: Callable[[], datetime]) -> None:
        self._bus, self._clock = bus, clock
        self._known: frozenset[str] = frozenset()
        self._read_at: datetime | None = None

    async def refresh(self) -> None:
        """Read the orders, unless that was done a moment ago."""
        now = self._clock()
        if self._read_at is None or not timedelta(0) <= now - self._read_at < FRESH_FOR:
            self._known = await persist("reading the orders to forget", lambda: orders(self._bus))
            self._read_at = now

    def __contains__(self, account: str) -> bool:
        return account in self._known
