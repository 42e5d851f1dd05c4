"""Who asked to be forgotten: the orders in the key-value bucket `guidance`, by account hash (invariant R2).

A bus can be lost, and an order is for ever: whoever knows one writes it to the next bus, from memory or from the
receipts. Knows nothing of handles: an order is a hash, made with a key that never rotates.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from pathlib import Path

from soundings import receipts
from soundings.bus import Bus, persist
from soundings.streams import GUIDANCE

log = logging.getLogger("listeners")

PREFIX = "forget."
KEYS = f"$KV.{GUIDANCE}.{PREFIX}"


async def write(bus: Bus, accounts: Iterable[str]) -> int:
    """Write the orders to forget these account hashes for ever, where this bus does not know them. Returns how many."""
    wanted = frozenset(accounts)
    return await persist("writing the orders to forget", lambda: _write(bus, wanted)) if wanted else 0


async def _write(bus: Bus, accounts: frozenset[str]) -> int:
    missing, bucket = sorted(accounts - await orders(bus)), await bus.bucket(GUIDANCE)
    for account in missing:
        await bucket.put(f"{PREFIX}{account}", b"{}")  # the key says all: whose, where and since when is in no bus
    return len(missing)


async def restore(bus: Bus, folder: Path) -> None:
    """Write what the receipts know and this bus does not: another one than before, or an emptied one."""
    kept = await asyncio.to_thread(lambda: list(receipts.read(folder, receipts.FOR_EVER)))
    if missing := await write(bus, (one.order.account for one in kept if one.order.account)):
        log.warning("%d orders to forget were not on this bus, and were written again", missing)


async def orders(bus: Bus) -> frozenset[str]:
    """Every account hash that is to be forgotten. None is ever deleted from the bucket.

    Asked of the server in one answer. The library's `keys()` listens to a subscription, and under load takes "all has
    been delivered" for "there is none" (found by a test on a busy machine): whoever was forgotten would be heard again.
    """
    await bus.bucket(GUIDANCE)
    info = await bus.info(f"KV_{GUIDANCE}", f"{KEYS}>")
    return frozenset(subject.removeprefix(KEYS) for subject in info.state.subjects or {})


class Blocked:
    """The orders as a listener knows them."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._known: frozenset[str] = frozenset()
        self._read_at: tuple[str, int] | None = None
        """Which bucket the orders were read from, and its last message before."""

    async def refresh(self) -> None:
        """Know every order written so far; the keys are read again only when the bucket has changed."""
        await persist("reading the orders to forget", self._refresh)

    async def _refresh(self) -> None:
        info = await self._bus.info(f"KV_{GUIDANCE}")
        now = (str(info.created), info.state.last_seq)
        if now == self._read_at:
            return
        there = await orders(self._bus)
        if self._read_at and self._read_at[0] != now[0]:
            await _write(self._bus, self._known)
        self._known |= there
        self._read_at = now

    def __bool__(self) -> bool:
        return bool(self._known)

    def __contains__(self, account: object) -> bool:
        return account in self._known
