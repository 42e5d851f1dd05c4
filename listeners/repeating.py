"""Gives orders to remove again when the bus is another one than before: it may have lost them untaken (invariant R2).

For every ledger, also of sources that nobody listens to now, such as imported files. To be told twice changes nothing.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing

from listeners import blocked
from listeners.ledger import Ledger
from listeners.notices import Notices, saved
from soundings.bus import persist
from soundings.errors import BadInput
from soundings.keys import Keys
from soundings.stage import Context
from soundings.streams import GUIDANCE, NOTICES

log = logging.getLogger("listeners")

EVERY = 30.0
"""Seconds between two looks at which bus this is."""


async def keep_orders(context: Context, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
    """Look at the start and ever again, until cancelled."""
    while True:
        await order_again(context)
        await sleep(EVERY)


async def order_again(context: Context) -> None:
    """Give the orders of each ledger that gave them on another bus."""
    bus = await persist("asking which bus this is", lambda: _identity(context))
    for path in sorted(context.settings.ledgers.glob("*.sqlite")):
        try:
            with closing(Ledger.open(context.settings.ledgers, path.stem)) as ledger:
                if ledger.orders.bus() != bus:
                    await _give(context, path.stem, ledger, bus)
        except (sqlite3.Error, BadInput) as error:  # another one's damage: the others are told all the same
            log.warning("%s: its orders could not be read: %s", path.stem, type(error).__name__)


async def _identity(context: Context) -> str:
    bucket = await context.bus.info(f"KV_{GUIDANCE}")
    return f"{await context.bus.identity(NOTICES)} {bucket.created}"


async def _give(context: Context, source: str, ledger: Ledger, bus: str) -> None:
    keys = Keys.open(context.settings.keys_path)
    for one in ledger.orders.blocked():
        await blocked.order(context.bus, one.account, source, one.at)
    await Notices(source, context.bus, ledger, keys, context.clock).again()
    await saved("noting that all is ordered", lambda: ledger.orders.given_on(bus))
