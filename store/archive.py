"""Taking readings into the archive, exactly once in effect (invariant R1).

Everything here may be repeated: an envelope that comes again, or in pieces, or after a crash between insert and
acknowledgement, changes nothing. Knows nothing of the bus.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from soundings.messages import Reading
from store.clickhouse import Client
from store.columns import COLUMNS, ORIGINALS, Column, by_column, check_dates, rank
from store.erasing import erase
from store.graves import find, is_buried, orders_taken
from store.rows import ask, chunks, insert, literals, tell
from store.turns import TURNS, Turns

AT_ONCE = 1000
"""Posts in one turn: how long an order may have to wait."""


@dataclass(frozen=True)
class Held:
    """What the archive has of a post: the instant that was decided, the newest rank, and when it was last collected."""

    happened_at: datetime
    rank: int
    collected_at: datetime
    kept: bool
    """False when its time is over and no merge has dropped it yet."""


@dataclass(frozen=True)
class Seen:
    """What the tables said of a batch: the orders taken until then, who may be kept, and what is held."""

    orders: tuple[Any, ...]
    living: Sequence[Reading]
    buried: Sequence[Reading]
    held: Mapping[str, Held]


def _now() -> datetime:
    return datetime.now(UTC)


class Archive:
    """The writer's way in."""

    def __init__(self, client: Client, clock: Callable[[], datetime] = _now, turns: Turns = TURNS) -> None:
        self._client, self._clock, self._turns = client, clock, turns
        self._one = threading.Lock()

    def take(self, readings: Sequence[Reading]) -> None:
        """Keep the newest of each post, unless it is retracted. Raises PostFailed for a date out of range."""
        for reading in readings:
            check_dates(reading.post)
        with self._one:  # or two batches with the same post would each decide its instant
            for few in chunks(by_instant(readings), AT_ONCE):
                self._take(few)

    def _take(self, readings: Sequence[Reading]) -> None:
        seen = self._look(readings)  # before our turn, so that an order never waits for it
        with self._turns.posts():
            if orders_taken(self._client) != seen.orders:
                seen = self._look(readings)
            self._drop({post_id for post_id, known in seen.held.items() if not known.kept})
            self._keep(settle(seen.living, {post_id: known for post_id, known in seen.held.items() if known.kept}))
            self._clear(seen)
            if orders_taken(self._client) != seen.orders:  # by another process, which does not know of our turns
                self._erase(ids(self._judged(seen.living)[1]))

    def _look(self, readings: Sequence[Reading]) -> Seen:
        orders = orders_taken(self._client)  # first: what comes after this is seen as a change
        return Seen(orders, *self._judged(readings), find_held(self._client, ids(readings)))

    def _judged(self, readings: Sequence[Reading]) -> tuple[list[Reading], list[Reading]]:
        """Those that may be kept, and those that an order to remove covers."""
        graves = find(self._client, [reading.post for reading in readings])
        judged = [(reading, is_buried(reading.post, graves)) for reading in readings]
        return [one for one, buried in judged if not buried], [one for one, buried in judged if buried]

    def _keep(self, readings: Sequence[Reading]) -> None:
        # Originals first: a post that is held is then known to be complete when its envelope comes again.
        _insert(self._client, "originals", ORIGINALS, readings)
        _insert(self._client, "readings", COLUMNS, readings)

    def _drop(self, expired: set[str]) -> None:
        """Remove posts whose time is over: they come anew, and an old row of a greater rank would hide the new one."""
        for table in ("readings", "originals"):
            for part in chunks(sorted(expired)):
                tell(self._client, f"DELETE FROM {table} WHERE id IN ({literals(part)})")

    def _clear(self, seen: Seen) -> None:
        """Remove what lies there although an order covers it: originals that a crash left without their post, and an
        insert that a server finished after the order, although its client had given up.
        """
        late = {one.post.id for one in seen.buried if one.post.id in seen.held and _is(one, seen.held[one.post.id])}
        for part in chunks(sorted(ids(seen.buried) - ids(seen.living) - set(seen.held))):
            orphans = ask(self._client, f"SELECT DISTINCT id FROM originals WHERE id IN ({literals(part)})")
            late |= {row[0] for row in orphans}
        self._erase(late - ids(seen.living))

    def _erase(self, unwanted: set[str]) -> None:
        if unwanted:
            erase(self._client, unwanted, self._clock)


def by_instant(readings: Sequence[Reading]) -> list[Reading]:
    """Those of one month together: a batch in pieces then makes hardly more files. Those of one id stay in order."""
    first: dict[str, datetime] = {}
    for reading in readings:
        first.setdefault(reading.post.id, reading.post.happened_at)
    return sorted(readings, key=lambda reading: (first[reading.post.id], reading.post.id))


def ids(readings: Sequence[Reading]) -> set[str]:
    """Of the posts."""
    return {reading.post.id for reading in readings}


def find_held(client: Client, ids: set[str]) -> dict[str, Held]:
    """What is held of these posts."""
    found = {}
    for part in chunks(sorted(ids)):
        rows = ask(
            client,
            "SELECT id, min(happened_at), max(rank), max(collected_at), max(kept) "
            f"FROM readings WHERE id IN ({literals(part)}) GROUP BY id",
        )
        found.update({row[0]: Held(*row[1:]) for row in rows})
    return found


def settle(readings: Sequence[Reading], held: Mapping[str, Held]) -> list[Reading]:
    """The newest of each post that is newer than what is held, at the instant first decided for its id.

    It is kept as long as any version that it replaces: else a newer text could expire before an older one, which would
    then come back.
    """
    known, newest = dict(held), dict[str, Reading]()
    for reading in readings:
        post, before = reading.post, known.get(reading.post.id)
        if before and _rank(reading) <= before.rank:
            continue
        happened_at = before.happened_at if before else post.happened_at
        collected_at = max(before.collected_at, post.collected_at) if before else post.collected_at
        known[post.id] = Held(happened_at, _rank(reading), collected_at, kept=True)
        newest[post.id] = _at(reading, happened_at, collected_at)
    return list(newest.values())


def _is(reading: Reading, held: Held) -> bool:
    return _rank(reading) == held.rank


def _rank(reading: Reading) -> int:
    return rank(reading.post.version, reading.reading_version)


def _at(reading: Reading, happened_at: datetime, collected_at: datetime) -> Reading:
    if (reading.post.happened_at, reading.post.collected_at) == (happened_at, collected_at):
        return reading
    update = {"happened_at": happened_at, "collected_at": collected_at}
    return reading.model_copy(update={"post": reading.post.model_copy(update=update)})


def _insert(client: Client, table: str, columns: Sequence[Column], readings: Sequence[Reading]) -> None:
    insert(client, table, {column.name: column.type for column in columns}, by_column(readings, columns))
