"""Questions about what is held: how much, how new, from where, read by whom, and where something is missing.

Entry: `store.questions`.
"""

from __future__ import annotations

from datetime import datetime

from store.answers import Freshness, ReaderCount, SourceFreshness, SourceGap, Totals
from store.clickhouse import Client
from store.filters import SHOWN
from store.rows import ask, milliseconds
from store.windows import Window


def freshness(client: Client, now: datetime) -> Freshness:
    """How much is held and how new it is, in all and for each source. Instants after `now` count as `now`."""
    rows = ask(
        client,
        f"SELECT source, count(), max(happened_at), max(collected_at) FROM {SHOWN} "
        "GROUP BY source ORDER BY source LIMIT 1000",
    )
    sources = [
        SourceFreshness(name, posts, min(happened, now), min(collected, now))
        for name, posts, happened, collected in rows
    ]
    return Freshness(
        newest_happened=max((source.newest_happened for source in sources), default=None),
        newest_collected=max((source.newest_collected for source in sources), default=None),
        stored=sum(source.posts for source in sources),
        sources=sources,
    )


def totals(client: Client) -> Totals:
    """Distinct posts held, and distinct orders to remove that were obeyed."""
    stored = ask(client, f"SELECT count() FROM {SHOWN}")
    retracted = ask(client, "SELECT uniqExact(order_id) FROM tombstones")
    return Totals(int(stored[0][0]), int(retracted[0][0]))


def gaps(client: Client, window: Window) -> list[SourceGap]:
    """Gaps that reach into a window, newest first. Open ones reach until now."""
    rows = ask(
        client,
        "SELECT source, start, end, why FROM gaps FINAL WHERE start < fromUnixTimestamp64Milli({until:Int64}) "
        "AND (end IS NULL OR end > fromUnixTimestamp64Milli({since:Int64})) ORDER BY start DESC, source LIMIT 1000",
        since=milliseconds(window.start),
        until=milliseconds(window.end),
    )
    return [SourceGap(*row) for row in rows]


def readers(client: Client) -> list[ReaderCount]:
    """Which reader last read how many posts."""
    rows = ask(
        client,
        f"SELECT reader, count() AS posts FROM {SHOWN} GROUP BY reader ORDER BY posts DESC, reader LIMIT 1000",
    )
    return [ReaderCount(*row) for row in rows]
