"""Orders to remove, and gaps in what was heard (invariant R2).

An order is written down first and obeyed second, so a crash in between is made good when it comes again, and a post
that comes later than its order finds it. Lightweight DELETE hides rows from the next query on; that their bytes
leave the disk is the nightly sweep's work. Knows nothing of the bus.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from soundings.errors import PostFailed
from soundings.messages import Gap, Notice, Retraction, RetractionKind
from store.archive import TURN
from store.clickhouse import Client
from store.columns import EARLIEST, INSTANT, LATEST, LOW
from store.rows import ask, chunks, insert, literals, milliseconds, tell

TOMBSTONES = {"source": LOW, "post_id": "String", "voice": "String", "kind": LOW, "reason": "String",
              "observed_at": INSTANT, "taken_at": INSTANT, "order_id": "String"}  # fmt: skip
GAPS = {"source": LOW, "start": INSTANT, "end": f"Nullable({INSTANT})", "why": "String", "rank": "UInt64"}


def _now() -> datetime:
    return datetime.now(UTC)


class Registrar:
    """The writer's way to take notices. `clock` dates what was taken when."""

    def __init__(self, client: Client, clock: Callable[[], datetime] = _now, turn: threading.Lock = TURN) -> None:
        self._client, self._clock, self._turn = client, clock, turn

    def retract(self, notices: Sequence[Notice]) -> None:
        """Note gaps, and obey orders: afterwards no query shows what they name. May be repeated."""
        check_instants(notices)
        _note_gaps(self._client, [notice for notice in notices if isinstance(notice, Gap)])
        orders = [notice for notice in notices if isinstance(notice, Retraction)]
        if not orders:
            return
        with self._turn:
            _insert(self._client, "tombstones", TOMBSTONES, tombstones(orders, self._clock()))
            erase(self._client, find_named(self._client, orders))


def check_instants(notices: Sequence[Notice]) -> None:
    """Raises PostFailed for an instant that ClickHouse cannot hold."""
    for notice in notices:
        moments = [notice.start, notice.end] if isinstance(notice, Gap) else [notice.observed_at]
        if any(moment and not EARLIEST <= moment < LATEST for moment in moments):
            raise PostFailed("a notice lies outside of the years 1900 to 2299")


def tombstones(orders: Sequence[Retraction], taken_at: datetime) -> list[tuple[Any, ...]]:
    """One row for the post or for each voice that an order names."""
    rows: list[tuple[Any, ...]] = []
    for order in orders:
        named = [(order.post_id, "")] if order.post_id else [("", voice) for voice in order.voices]
        rows += [
            (order.source, post_id, voice, order.kind.value, order.reason, order.observed_at, taken_at, order_id(order))
            for post_id, voice in named
        ]
    return rows


def order_id(order: Retraction) -> str:
    """The same for the same post or person, however often and for whatever kind it is ordered: for counting."""
    subject = order.post_id or " ".join(sorted(order.voices))
    return hashlib.sha256(f"{order.source} {subject}".encode()).hexdigest()[:32]


def find_named(client: Client, orders: Sequence[Retraction]) -> set[str]:
    """The ids of what is held and falls under these orders, by the same rules as `store.graves`."""
    found: set[str] = set()
    by_id = [order for order in orders if order.post_id]
    found |= {order.post_id for order in by_id if order.post_id and order.kind is not RetractionKind.HIDDEN}
    for order in by_id:
        if order.kind is RetractionKind.HIDDEN:
            found |= _ids(client, f"id = {literals([order.post_id or ''])} AND {_reach(order)}", order)
    for order in orders:
        for part in chunks(order.voices if not order.post_id else ()):
            found |= _ids(client, f"voice IN ({literals(part)}) AND {_reach(order)}", order)
    return found


def _ids(client: Client, condition: str, order: Retraction) -> set[str]:
    rows = ask(
        client,
        f"SELECT DISTINCT id FROM readings FINAL WHERE source = {literals([order.source])} AND {condition}",
        observed=milliseconds(order.observed_at),
    )
    return {row[0] for row in rows}


def _reach(order: Retraction) -> str:
    observed = "fromUnixTimestamp64Milli({observed:Int64})"
    match order.kind:
        case RetractionKind.BLOCKED:
            return "1"
        case RetractionKind.HIDDEN:
            return f"collected_at <= {observed}"
        case RetractionKind.GONE:
            return f"least(happened_at, collected_at) <= {observed}"


def erase(client: Client, ids: set[str]) -> None:
    """Hide every row of these posts from the next query on."""
    for part in chunks(sorted(ids)):
        named = f"id IN ({literals(part)})"
        # The original first: an order by voice finds it by its post, also when a death came in between.
        if ask(client, f"SELECT 1 FROM originals WHERE {named} LIMIT 1"):
            tell(client, f"DELETE FROM originals WHERE {named}")
        # Month by month: a DELETE rewrites a mark for each part that it looks at, a second for a year of posts.
        months = ask(client, f"SELECT DISTINCT toYYYYMM(happened_at) FROM readings WHERE {named}")
        for (month,) in months:
            tell(client, f"DELETE FROM readings IN PARTITION {int(month)} WHERE {named}")


def _note_gaps(client: Client, gaps: Sequence[Gap]) -> None:
    """A gap that closes replaces the open one of the same start: it sorts after, by its end."""
    rows = [
        (gap.source, gap.start, gap.end, gap.why, milliseconds(gap.end) - milliseconds(EARLIEST) if gap.end else 0)
        for gap in gaps
    ]
    _insert(client, "gaps", GAPS, rows)


def _insert(client: Client, table: str, columns: dict[str, str], rows: Sequence[tuple[Any, ...]]) -> None:
    insert(client, table, columns, list(zip(*rows, strict=True)))
