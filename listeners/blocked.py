"""Who asked to be forgotten: the orders in the key-value bucket `guidance`, by account hash (invariant R2).

Knows nothing of handles: an order is a hash, made with a key that never rotates.
"""

from __future__ import annotations

import json
from datetime import datetime

from nats.js.errors import NoKeysError

from listeners.ledger import Ledger
from soundings.bus import Bus, persist
from soundings.streams import GUIDANCE

PREFIX = "forget."


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
    """The orders as a listener knows them: those on the bus, and those that its ledger remembers of one before."""

    def __init__(self, bus: Bus, ledger: Ledger) -> None:
        self._bus, self._ledger = bus, ledger
        self._known: frozenset[str] = frozenset()
        self._read_at: tuple[str, int] | None = None
        """Which bucket the orders were read from, and its last message before."""

    async def refresh(self) -> None:
        """Know every order written so far; the keys are read again only when the bucket has changed."""
        await persist("reading the orders to forget", self._refresh)

    async def _refresh(self) -> None:
        info = await self._bus.info(f"KV_{GUIDANCE}")
        now = (str(info.created), info.state.last_seq)
        if now != self._read_at:
            remembered = {one.account for one in self._ledger.orders.blocked()}
            self._known = await orders(self._bus) | remembered
            self._read_at = now

    def __bool__(self) -> bool:
        return bool(self._known)

    def __contains__(self, account: object) -> bool:
        return account in self._known
