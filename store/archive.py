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
from store.rows import ask, chunks, insert, literals, tell
from store.turns import TURNS, Turns


@dataclass(frozen=True)
class Held:
    """What the archive has of a post: the instant that was decided, the newest rank, and when it was last collected."""

    happened_at: datetime
    rank: int
    collected_at: datetime
    kept: bool
    """False when its time is over and no merge has dropped it yet."""


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
            living, buried = self._judged(readings)
            held = find_held(self._client, ids(readings))
            self._drop({post_id for post_id, known in held.items() if not known.kept})
            self._keep(settle(living, {post_id: known for post_id, known in held.items() if known.kept}))
            self._clear(buried, held, ids(living))
            if orders_taken(self._client) != orders:  # by another process, which does not know of our turns
                self._erase(ids(self._judged(living)[1]))

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

    def _clear(self, buried: Sequence[Reading], held: Mapping[str, Held], living: set[str]) -> None:
        """Remove what lies there although an order covers it: originals that a crash left without their post, and an
        insert that a server finished after the order, although its client had given up.
        """
        late = {one.post.id for one in buried if one.post.id in held and held[one.post.id].rank == _rank(one)}
        for part in chunks(sorted(ids(buried) - living - set(held))):
            late |= {
                row[0] for row in ask(self._client, f"SELECT DISTINCT id FROM originals WHERE id IN ({literals(part)})")
            }
        self._erase(late - living)

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
            "SELECT id, min(happened_at), max(rank), max(collected_at), max(kept) "
            f"FROM readings WHERE id IN ({literals(part)}) GROUP BY id",
        )
        found.update({row[0]: Held(*row[1:]) for row in rows})
    return found


def settle(readings: Sequence[Reading], held: Mapping[str, Held]) -> list[Reading]:
    """The newest of each post that is newer than what is held, at the instant first decided for its id.

    It is kept as long as the last collected of its versions: else a newer text could expire before an older one, which
    would then come back.
    """
    decided = {post_id: (known.happened_at, known.collected_at) for post_id, known in held.items()}
    newest: dict[str, Reading] = {}
    for reading in readings:
        post = reading.post
        happened_at, collected_at = decided.get(post.id, (post.happened_at, post.collected_at))
        decided[post.id] = happened_at, max(collected_at, post.collected_at)
        if post.id not in newest or _rank(reading) > _rank(newest[post.id]):
            newest[post.id] = reading
    return [
        _at(reading, *decided[post_id])
        for post_id, reading in newest.items()
        if post_id not in held or _rank(reading) > held[post_id].rank
    ]


def _rank(reading: Reading) -> int:
    return rank(reading.post.version, reading.reading_version)


def _at(reading: Reading, happened_at: datetime, collected_at: datetime) -> Reading:
    if (reading.post.happened_at, reading.post.collected_at) == (happened_at, collected_at):
        return reading
    update = {"happened_at": happened_at, "collected_at": collected_at}
    return reading.model_copy(update={"post": reading.post.model_copy(update=update)})


def _insert(client: Client, table: str, columns: Sequence[Column], readings: Sequence[Reading]) -> None:
    insert(client, table, {column.name: column.type for column in columns}, by_column(readings, columns))
