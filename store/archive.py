"""Taking readings into the archive, exactly once in effect (invariant R1).

Everything here may be repeated: an envelope that comes again, or in pieces, or after a crash between insert and
acknowledgement, changes nothing. Knows nothing of the bus.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from soundings.messages import Reading
from store.clickhouse import Client
from store.columns import COLUMNS, ORIGINALS, Column, by_column, check_dates, rank
from store.graves import find, is_buried
from store.rows import ask, chunks, insert, literals, tell

TURN = threading.Lock()
"""Taking and removing take turns: between asking for tombstones and inserting, none may be written."""


@dataclass(frozen=True)
class Held:
    """What the archive has of a post: the instant that was decided, the newest rank, and when it was last collected."""

    happened_at: datetime
    rank: int
    collected_at: datetime
    kept: bool
    """False when its time is over and no merge has dropped it yet."""


class Archive:
    """The writer's way in."""

    def __init__(self, client: Client, turn: threading.Lock = TURN) -> None:
        self._client, self._turn = client, turn

    def take(self, readings: Sequence[Reading]) -> None:
        """Keep the newest of each post, unless it is retracted. Raises PostFailed for a date out of range."""
        for reading in readings:
            check_dates(reading.post)
        with self._turn:
            graves = find(self._client, [reading.post for reading in readings])
            living = [reading for reading in readings if not is_buried(reading.post, graves)]
            held = find_held(self._client, {reading.post.id for reading in readings})
            self._drop({post_id for post_id, known in held.items() if not known.kept})
            self._keep(settle(living, {post_id: known for post_id, known in held.items() if known.kept}))
            self._clear({reading.post.id for reading in readings} - {reading.post.id for reading in living} - set(held))

    def _keep(self, readings: Sequence[Reading]) -> None:
        # Originals first: a post that is held is then known to be complete when its envelope comes again.
        _insert(self._client, "originals", ORIGINALS, readings)
        _insert(self._client, "readings", COLUMNS, readings)

    def _drop(self, expired: set[str]) -> None:
        """Remove posts whose time is over: they come anew, and an old row of a greater rank would hide the new one."""
        for table in ("readings", "originals"):
            for part in chunks(sorted(expired)):
                tell(self._client, f"DELETE FROM {table} WHERE id IN ({literals(part)})")

    def _clear(self, buried: set[str]) -> None:
        """Remove originals that a crash left without their post, when an order to remove it came in between."""
        for part in chunks(sorted(buried)):
            orphans = ask(self._client, f"SELECT DISTINCT id FROM originals WHERE id IN ({literals(part)})")
            if orphans:
                tell(self._client, f"DELETE FROM originals WHERE id IN ({literals([row[0] for row in orphans])})")


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


def _rank(reading: Reading) -> int:
    return rank(reading.post.version, reading.reading_version)


def _at(reading: Reading, happened_at: datetime, collected_at: datetime) -> Reading:
    if (reading.post.happened_at, reading.post.collected_at) == (happened_at, collected_at):
        return reading
    update = {"happened_at": happened_at, "collected_at": collected_at}
    return reading.model_copy(update={"post": reading.post.model_copy(update=update)})


def _insert(client: Client, table: str, columns: Sequence[Column], readings: Sequence[Reading]) -> None:
    insert(client, table, {column.name: column.type for column in columns}, by_column(readings, columns))
