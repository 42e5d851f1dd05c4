"""Orders to remove, and gaps in what was heard (invariant R2).

An order is written down first and obeyed second: as a receipt beside the backups, then as a tombstone. So a crash in
between is made good when it comes again, and a post that comes later than its order finds it, also in a database
that was restored. Knows nothing of the bus.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from soundings import receipts
from soundings.errors import PostFailed
from soundings.messages import Gap, Notice, Retraction, RetractionKind
from soundings.receipts import Receipt
from store.clickhouse import Client
from store.columns import EARLIEST, INSTANT, LATEST, LOW
from store.erasing import erase
from store.rows import ask, chunks, insert, literals, milliseconds
from store.turns import TURNS, Turns

TOMBSTONES = {"source": LOW, "post_id": "String", "voice": "String", "kind": LOW, "reason": "String",
              "observed_at": INSTANT, "taken_at": INSTANT, "order_id": "String"}  # fmt: skip
GAPS = {"source": LOW, "start": INSTANT, "end": f"Nullable({INSTANT})", "why": "String", "rank": "UInt64"}


def _now() -> datetime:
    return datetime.now(UTC)


class Registrar:
    """The writer's way to take notices. `folder`: of the receipts. `clock` dates what was taken when; `dated` mends it
    where a clock that was set back would have an order forgotten early.
    """

    def __init__(
        self,
        client: Client,
        folder: Path,
        clock: Callable[[], datetime] = _now,
        turns: Turns = TURNS,
        dated: Callable[[datetime], datetime] = lambda moment: moment,
    ) -> None:
        self._client, self._folder, self._clock, self._turns, self._dated = client, folder, clock, turns, dated

    def retract(self, notices: Sequence[Notice]) -> None:
        """Note gaps, and obey orders: afterwards no query shows what they name. May be repeated.

        Raises OursFailed when the store or the disk of the receipts does not take them.
        """
        check_instants(notices)
        _note_gaps(self._client, [notice for notice in notices if isinstance(notice, Gap)])
        orders = [notice for notice in notices if isinstance(notice, Retraction)]
        if not orders:
            return
        taken_at = self._dated(self._clock())
        receipts.append(self._folder, [Receipt(order=order, taken_at=taken_at) for order in orders])
        with self._turns.order():
            _insert(self._client, "tombstones", TOMBSTONES, tombstones(orders, taken_at))
            erase(self._client, find_named(self._client, orders), self._clock)


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
    subject = order.account or order.post_id or " ".join(sorted(order.voices))
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


def _note_gaps(client: Client, gaps: Sequence[Gap]) -> None:
    """A gap that closes replaces the open one of the same start: it sorts after, by its end."""
    rows = [
        (gap.source, gap.start, gap.end, gap.why, milliseconds(gap.end) - milliseconds(EARLIEST) if gap.end else 0)
        for gap in gaps
    ]
    _insert(client, "gaps", GAPS, rows)


def _insert(client: Client, table: str, columns: dict[str, str], rows: Sequence[tuple[Any, ...]]) -> None:
    insert(client, table, columns, list(zip(*rows, strict=True)))
