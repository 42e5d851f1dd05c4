"""Removes rows whose time is over, by an instant that is given. ClickHouse's own TTL would believe any clock, and what
it drops is gone. Of a source whose policy allows fewer days than the council keeps, texts go after these (R7). That the
bytes leave the disk is `store.sweep`'s work. Knows nothing of clocks.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from soundings import policies
from store.clickhouse import Client
from store.migrate import AGING
from store.rows import ask, literals, milliseconds, tell

LONGER = timedelta(days=31)
"""How much longer an order to remove is kept than every post that it can be about, unless it holds for ever."""
LOOKED_FOR = timedelta(days=35)
"""How long the list of what was erased is kept: by then many sweeps have looked for it."""


def expire(client: Client, now: datetime, days: int) -> None:
    """Hide what was collected so many days before `now` and earlier, and the orders and lists that went with it.

    The orders outlive the posts of every source: they are kept by the council's days.
    """
    oldest, condition = now - timedelta(days=days), _over(now, days)
    for table in reversed(AGING):  # the originals first, as in `store.erasing`
        for (partition,) in ask(client, f"SELECT DISTINCT _partition_id FROM {table} WHERE {condition}"):
            tell(client, f"DELETE FROM {table} IN PARTITION ID '{partition}' WHERE {condition}")
    _drop(client, "tombstones", f"taken_at < {_instant(oldest - LONGER)} AND kind != 'blocked'")
    _drop(client, "erased", f"at < {_instant(now - LOOKED_FOR)}")


def _over(now: datetime, days: int) -> str:
    """The condition of rows whose time is over by now."""
    old = {source: now - timedelta(days=kept) for source, kept in policies.kept_shorter(days).items()}
    sooner = [f"(source = {literals([name])} AND collected_at < {_instant(at)})" for name, at in sorted(old.items())]
    return " OR ".join([f"collected_at < {_instant(now - timedelta(days=days))}", *sooner])


def _drop(client: Client, table: str, condition: str) -> None:
    if ask(client, f"SELECT 1 FROM {table} WHERE {condition} LIMIT 1"):
        tell(client, f"DELETE FROM {table} WHERE {condition}")


def _instant(moment: datetime) -> str:
    return f"fromUnixTimestamp64Milli({milliseconds(moment)})"
