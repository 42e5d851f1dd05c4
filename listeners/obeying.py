"""Obeys the receipts of removals in a restored home: as if each order had come again (invariant R2).

The ledgers' rows go and are noted as removed, or are marked as hidden; the orders to forget are written, and kept lines
of rejects that name one of these are removed. Knows nothing of the store, which obeys for itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from listeners import blocked
from listeners.ledger import HIDDEN, Held, Ledger
from listeners.rejected_lines import Wanted, names_one, purge
from soundings.bus import Bus
from soundings.bus_copy import with_bus
from soundings.keys import Keys
from soundings.messages import Reject, Retraction, RetractionKind
from soundings.parts import Restoring


def remove(ledger: Ledger, source: str, orders: Sequence[Retraction], keys: Keys, at: datetime) -> int:
    """Remove what orders of this source name. Returns how many rows went."""
    by_voice = _rows_by_voice(ledger, orders)
    gone: set[str] = set()
    for order in orders:
        rows = [row for row in _named(ledger, order, by_voice) if _covers(order, row)]
        ids = {keys.post_id(source, alias) for row in rows for alias in row.aliases} | {row.post_id for row in rows}
        ids |= {order.post_id} if order.post_id else set()
        if order.kind is RetractionKind.HIDDEN:  # what may return is known by its row alone
            ledger.commit([replace(row, stream=HIDDEN) for row in rows])
        else:
            ledger.remove([row.native_id for row in rows], ids, at)
        gone |= {row.post_id for row in rows}
    return len(gone)


def _rows_by_voice(ledger: Ledger, orders: Iterable[Retraction]) -> dict[str, list[Held]]:
    """One look through the ledger for all orders."""
    found: dict[str, list[Held]] = {}
    for row in ledger.of_voices({voice for order in orders for voice in order.voices}):
        found.setdefault(row.voice, []).append(row)
    return found


def _named(ledger: Ledger, order: Retraction, by_voice: dict[str, list[Held]]) -> Iterator[Held]:
    if order.post_id:
        row = ledger.find_post(order.post_id)
        yield from [row] if row else []
        return
    if order.account:
        yield from ledger.of_account(order.account)
    for voice in order.voices:
        yield from by_voice.get(voice, ())


def _covers(order: Retraction, row: Held) -> bool:
    return order.kind.covers(order.observed_at, row.happened_at, row.collected_at, by_id=bool(order.post_id))


def on_the_bus(work: Restoring, keys: Keys) -> None:
    """Write the orders to forget, and remove the kept lines of whoever and whatever is to be forgotten."""
    orders = [receipt.order for receipt in work.receipts]
    asyncio.run(with_bus(work.settings, partial(_tell_bus, orders=orders, keys=keys)))


async def _tell_bus(bus: Bus, orders: Sequence[Retraction], keys: Keys) -> None:
    accounts = frozenset(order.account for order in orders if order.account)
    await blocked.write(bus, accounts)
    posts = frozenset(order.post_id for order in orders if order.post_id)
    voices = frozenset(voice for order in orders for voice in order.voices)

    def is_named(reject: Reject) -> bool:
        wanted = Wanted(reject.source, partial(keys.post_id, reject.source), posts, voices=voices)
        return wanted.names(reject) or _names_blocked(reject, keys, accounts)

    await purge(bus, is_named)


def _names_blocked(reject: Reject, keys: Keys, accounts: frozenset[str]) -> bool:
    return bool(accounts and reject.body) and names_one(reject.body, partial(keys.account, reject.source), accounts)
