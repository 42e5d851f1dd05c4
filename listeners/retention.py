"""Empties the ledgers of what is older than this installation keeps, and destroys voice keys that nothing needs now.

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
from soundings import policies
from soundings.errors import SoundingsError
from soundings.keys import Keys
from soundings.settings import Settings
from soundings.timekeeping import WHAT_TO_DO, Timekeeper

log = logging.getLogger("listeners")

EVERY = timedelta(hours=24)


async def keep_retention(
    settings: Settings, clock: Callable[[], datetime], sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> None:
    """Sweep at the start and once a day, until cancelled; not while the clock cannot be believed."""
    time = Timekeeper(settings.home, clock)
    while True:
        if doubt := await asyncio.to_thread(time.doubt):
            log.critical("nothing leaves the ledgers because its time is over: %s", f"{doubt}. {WHAT_TO_DO}")
        else:
            await asyncio.to_thread(sweep, settings, clock())
        await sleep(EVERY.total_seconds())


def sweep(settings: Settings, now: datetime) -> int:
    """Remove the rows that are too old from every ledger, then the keys of their quarters. Returns how many rows."""
    retention = timedelta(days=settings.retention_days)
    gone, in_use, unread = 0, set[str](), False
    for path in sorted(settings.ledgers.glob("*.sqlite")):
        try:
            with closing(Ledger.open(settings.ledgers, path.stem)) as ledger:
                kept = timedelta(days=policies.days_kept(path.stem, settings.retention_days))
                gone += ledger.expire(now - retention, now - kept)
                in_use |= ledger.quarters()
        except (sqlite3.Error, SoundingsError) as error:  # another one's damage or a full disk: tomorrow again
            log.warning("%s: its ledger could not be swept: %s", path.stem, type(error).__name__)
            unread = True
    if gone:
        log.info("%d rows left the ledgers: their time was over", gone)
    if not unread:  # what cannot be read may still need any of them
        _retire_keys(settings, now, retention, in_use)
    return gone


def _retire_keys(settings: Settings, now: datetime, retention: timedelta, in_use: set[str]) -> None:
    try:
        for name in Keys.open(settings.keys_path).retire(now, retention, in_use):
            log.info("the voice key of %s is destroyed: no text of that quarter is left", name)
    except (OSError, SoundingsError) as error:
        log.warning("the voice keys could not be looked at: %s", type(error).__name__)
