"""Taking readings into the archive, exactly once in effect (invariant R1).

Everything here may be repeated: an envelope that comes again, or in pieces, or after a crash between insert and
acknowledgement, changes nothing. Knows nothing of the bus.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from soundings.messages import Reading
from store.clickhouse import Client
from store.columns import COLUMNS, ORIGINALS, Column, by_column, check_dates, rank
from store.erasing import erase
from store.graves import find, is_buried, orders_taken
from store.rows import ask, chunks, insert, literals
from store.turns import TURNS, Turns


@dataclass(frozen=True)
class Held:
    """What the archive has of a post: the instant that was decided, and the newest rank."""

    happened_at: datetime
    rank: int


def _now() -> datetime:
    return datetime.now(UTC)


class Archive:
    """The writer's way in."""

    def __init__(self, client: Client, clock: Callable[[], datetime] = _now, turns: Turns = TURNS) -> None:
        self._client, self._clock, self._turns = client, clock, turns

    def take(self, readings: Sequence[Reading]) -> None:
        """Keep the newest of each post, unless it is retracted. Raises PostFailed for a date out of range."""
        for reading in readings:
            check_dates(reading.post)
        with self._turns.posts():
            orders = orders_taken(self._client)
            living = self._unburied(readings)
            held = find_held(self._client, ids(readings))
            self._keep(settle(living, held))
            self._clear(ids(readings) - ids(living) - set(held))
            if orders_taken(self._client) != orders:  # by another process, which does not know of our turns
                self._erase(ids(living) - ids(self._unburied(living)))

    def _unburied(self, readings: Sequence[Reading]) -> list[Reading]:
        graves = find(self._client, [reading.post for reading in readings])
        return [reading for reading in readings if not is_buried(reading.post, graves)]

    def _keep(self, readings: Sequence[Reading]) -> None:
        # Originals first: a post that is held is then known to be complete when its envelope comes again.
        _insert(self._client, "originals", ORIGINALS, readings)
        _insert(self._client, "readings", COLUMNS, readings)

    def _clear(self, buried: set[str]) -> None:
        """Remove originals that a crash left without their post, when an order to remove it came in between."""
        for part in chunks(sorted(buried)):
            orphans = ask(self._client, f"SELECT DISTINCT id FROM originals WHERE id IN ({literals(part)})")
            self._erase({row[0] for row in orphans})

    def _erase(self, unwanted: set[str]) -> None:
        if unwanted:
            erase(self._client, unwanted, self._clock)


def ids(readings: Sequence[Reading]) -> set[str]:
    """Of the posts."""
    return {reading.post.id for reading in readings}


def find_held(client: Client, ids: set[str]) -> dict[str, Held]:
    """What is held of these posts."""
    found = {}
    for part in chunks(sorted(ids)):
        rows = ask(
            client,
            f"SELECT id, min(happened_at), max(rank) FROM readings WHERE id IN ({literals(part)}) GROUP BY id",
        )
        found.update({row[0]: Held(row[1], row[2]) for row in rows})
    return found


def settle(readings: Sequence[Reading], held: Mapping[str, Held]) -> list[Reading]:
    """The newest of each post that is newer than what is held, at the instant first decided for its id."""
    instants = {post_id: known.happened_at for post_id, known in held.items()}
    newest: dict[str, Reading] = {}
    for reading in readings:
        post = reading.post
        instants.setdefault(post.id, post.happened_at)
        if post.id not in newest or _rank(reading) > _rank(newest[post.id]):
            newest[post.id] = reading
    return [
        _at(reading, instants[post_id])
        for post_id, reading in newest.items()
        if post_id not in held or _rank(reading) > held[post_id].rank
    ]


def _rank(reading: Reading) -> int:
    return rank(reading.post.version, reading.reading_version)


def _at(reading: Reading, happened_at: datetime) -> Reading:
    if reading.post.happened_at == happened_at:
        return reading
    return reading.model_copy(update={"post": reading.post.model_copy(update={"happened_at": happened_at})})


def _insert(client: Client, table: str, columns: Sequence[Column], readings: Sequence[Reading]) -> None:
    insert(client, table, {column.name: column.type for column in columns}, by_column(readings, columns))
