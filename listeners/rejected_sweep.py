"""Looks through `rejected` once an hour: nothing is kept there over seven days, however often it was sent again, nor
what was removed while it was on its way to be rejected (invariants R2, R3).

Knows nothing of how a post is removed elsewhere.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from datetime import datetime, timedelta

from listeners.kept import names_of
from listeners.ledger import Ledger, Lookup
from listeners.rejected_stream import Kept, read, remove
from soundings.bus import Bus, persist
from soundings.keys import Keys
from soundings.settings import Settings
from soundings.stage import Context

log = logging.getLogger("listeners")

EVERY = timedelta(hours=1)
KEPT_FOR = timedelta(days=7)


async def keep_rejects_clean(context: Context, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
    """Sweep at the start and once an hour, until cancelled."""
    while True:
        await persist("sweeping what was rejected", lambda: sweep(context.bus, context.settings, context.clock()))
        await sleep(EVERY.total_seconds())


async def sweep(bus: Bus, settings: Settings, now: datetime) -> int:
    """Remove what must not be kept. Returns how many rejects went."""
    everything = [kept async for kept in read(bus)]
    found = await asyncio.to_thread(_to_go, everything, settings, now)
    gone = sum([await remove(bus, kept.number) for kept in found])
    if gone:
        log.info("%d rejects were too old, or of posts that were removed since", gone)
    return gone


def _to_go(everything: list[Kept], settings: Settings, now: datetime) -> list[Kept]:
    keys = Keys.open(settings.keys_path)
    with ExitStack() as stack:
        ledgers: dict[str, Lookup | None] = {}
        for source in {kept.reject.source for kept in everything}:
            if ledger := Ledger.read(settings.ledgers, source):
                stack.callback(ledger.close)
            ledgers[source] = ledger
        return [kept for kept in everything if _is_old(kept, now) or _was_removed(kept, ledgers, keys)]


def _is_old(kept: Kept, now: datetime) -> bool:
    return kept.reject.at < now - KEPT_FOR


def _was_removed(kept: Kept, ledgers: dict[str, Lookup | None], keys: Keys) -> bool:
    ledger, source = ledgers[kept.reject.source], kept.reject.source
    try:
        return ledger is not None and ledger.was_removed(
            names_of(kept.reject, lambda native_id: keys.post_id(source, native_id))
        )
    except sqlite3.Error:  # another one's damage or a full disk: in an hour again
        return False
