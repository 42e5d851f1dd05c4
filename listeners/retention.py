"""Empties the ledgers of what is older than this installation keeps: their part of the retention rule.

Knows nothing of the store, which keeps its own time.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import datetime, timedelta

from listeners.ledger import Ledger
from soundings.errors import SoundingsError
from soundings.settings import Settings

log = logging.getLogger("listeners")

EVERY = timedelta(hours=24)


async def keep_retention(
    settings: Settings, clock: Callable[[], datetime], sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> None:
    """Sweep at the start and once a day, until cancelled."""
    while True:
        await asyncio.to_thread(sweep, settings, clock())
        await sleep(EVERY.total_seconds())


def sweep(settings: Settings, now: datetime) -> int:
    """Remove the rows that are too old from every ledger. Returns how many."""
    gone = 0
    for path in sorted(settings.ledgers.glob("*.sqlite")):
        try:
            with closing(Ledger.open(settings.ledgers, path.stem)) as ledger:
                gone += ledger.expire(now - timedelta(days=settings.retention_days))
        except (sqlite3.Error, SoundingsError) as error:  # another one's damage or a full disk: tomorrow again
            log.warning("%s: its ledger could not be swept: %s", path.stem, type(error).__name__)
    if gone:
        log.info("%d rows older than %d days left the ledgers", gone, settings.retention_days)
    return gone
