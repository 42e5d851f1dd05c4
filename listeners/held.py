"""What a ledger holds, and looking it up: the reading side of `listeners.ledger`.

Knows nothing of writing, of the bus, of texts and of names.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from listeners.ledger_tables import COLUMNS, DELAYS, FIND, NEWEST, REMOVED, REPLIES, TAKEN_UNTIL
from soundings.keys import quarter

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HIDDEN = "hidden"
"""In the place of a broker stream, whose name is an instant."""


@dataclass(frozen=True)
class Held:
    """What a ledger knows of one item that the bus has acknowledged, or is about to."""

    native_id: str
    post_id: str
    version: int
    content: bytes
    """Hash of the text as it came: tells an edit from a repeat."""
    happened_at: datetime
    collected_at: datetime
    last_checked: datetime
    """When it was last sent to a bus: a repeat is collected when its text was first taken."""
    stream: str
    """Which broker stream took it: on another one it is published again. Empty while it is on its way; HIDDEN while
    its platform does not show it, whichever bus took it before."""
    aliases: tuple[str, ...] = ()
    thread_root: str = ""
    account: str = ""
    """`Keys.account` of its writer: for the orders to forget."""
    voice: str = ""

    @property
    def is_hidden(self) -> bool:
        """Whether it is not to be taken until its platform shows it again."""
        return self.stream == HIDDEN


@dataclass(frozen=True)
class Checkpoint:
    """Where a source was, on which broker stream, and when it last heard from its platform."""

    state: Mapping[str, Any]
    stream: str
    heard_at: datetime


class Lookup:
    """A ledger open for reading. Make it with `Ledger.read`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._sql = connection

    def close(self) -> None:
        """Close the file."""
        self._sql.close()

    def find(self, native_id: str) -> Held | None:
        """The row of a native id or of one of its aliases."""
        row = self._sql.execute(FIND, (native_id,)).fetchone()
        return _held(row) if row else None

    def find_post(self, post_id: str) -> Held | None:
        """The row of a post id."""
        row = self._sql.execute(f"SELECT {COLUMNS} FROM held WHERE post_id = ?", (post_id,)).fetchone()  # noqa: S608
        return _held(row) if row else None

    def of_account(self, account: str) -> list[Held]:
        """Every row of one account hash."""
        rows = self._sql.execute(f"SELECT {COLUMNS} FROM held WHERE account = ? AND account != ''", (account,))  # noqa: S608
        return [_held(row) for row in rows]

    def of_thread(self, root: str) -> list[Held]:
        """Every row of the thread that begins with this one, which itself is none of them."""
        rows = self._sql.execute(f"SELECT {COLUMNS} FROM held WHERE thread_root = ? AND thread_root != ''", (root,))  # noqa: S608
        return [_held(row) for row in rows]

    def taken_until(self, moment: datetime, after: str, count: int) -> list[Held]:
        """The next rows, by post id from after this one on, of what happened up to an instant and is shown."""
        rows = self._sql.execute(TAKEN_UNTIL, (after, number(moment), HIDDEN, count))
        return [_held(row) for row in rows]

    def of_voices(self, voices: Iterable[str]) -> list[Held]:
        """Every row of these pseudonyms."""
        named = f"SELECT {COLUMNS} FROM held WHERE voice != '' AND voice IN (SELECT value FROM json_each(?))"  # noqa: S608
        return [_held(row) for row in self._sql.execute(named, (json.dumps(list(voices)),))]

    def replies(self, root: str) -> tuple[int, datetime | None]:
        """How many posts of the thread that begins with this one are held, and when the first of them happened."""
        count, first = self._sql.execute(REPLIES, (root,)).fetchone()
        return count, instant(first) if count else None

    def has_opted_out(self, account: str) -> bool:
        """Whether the platform told that the writer with this account hash asks not to be read."""
        return self._sql.execute("SELECT 1 FROM opted_out WHERE account = ?", (account,)).fetchone() is not None

    def count(self) -> int:
        """How many posts the bus has acknowledged and nobody has asked to remove or hides."""
        return int(self._sql.execute("SELECT count(*) FROM held WHERE stream NOT IN ('', ?)", (HIDDEN,)).fetchone()[0])

    def newest(self) -> datetime | None:
        """When the newest of what is taken happened; None while there is nothing."""
        (found,) = self._sql.execute(NEWEST, (HIDDEN,)).fetchone()
        return instant(found) if found is not None else None

    def delays(self, count: int) -> list[timedelta]:
        """How long after they happened the last posts that came in did so, the last first."""
        rows = self._sql.execute(DELAYS, (HIDDEN, count))
        return [timedelta(microseconds=delay) for (delay,) in rows]

    def quarters(self) -> set[str]:
        """The quarters in which something happened that is held: their voice keys are still needed."""
        months = self._sql.execute("SELECT DISTINCT strftime('%Y-%m-15', happened_at / 1000000, 'unixepoch') FROM held")
        return {quarter(datetime.fromisoformat(month).replace(tzinfo=UTC)) for (month,) in months}

    def checkpoint(self) -> Checkpoint | None:
        """The last checkpoint."""
        row = self._sql.execute("SELECT state, stream, heard_at FROM checkpoint").fetchone()
        return Checkpoint(json.loads(row[0]), row[1], instant(row[2])) if row else None

    def was_removed(self, post_ids: Iterable[str]) -> bool:
        """Whether one of these was removed: it is not to come in again."""
        return any(self._sql.execute(REMOVED, (post_id,)).fetchone() for post_id in post_ids)

    def told_elsewhere(self, stream: str) -> list[bytes]:
        """The notices that another bus than this one has acknowledged, in the order in which they were told."""
        rows = self._sql.execute("SELECT notice FROM told WHERE stream != ? ORDER BY told_at, notice", (stream,))
        return [row[0] for row in rows]

    def held_back(self) -> datetime | None:
        """From when on the source was held, until it starts again."""
        row = self._sql.execute("SELECT since FROM held_back").fetchone()
        return instant(row[0]) if row else None


def values(row: Held) -> tuple[object, ...]:
    """A row as the database has it, in the order of COLUMNS."""
    return (
        row.native_id, json.dumps(row.aliases), row.post_id, row.thread_root, row.account, row.voice, row.version,
        row.content, number(row.happened_at), number(row.collected_at), number(row.last_checked), row.stream,
    )  # fmt: skip


def _held(row: tuple[Any, ...]) -> Held:
    (native_id, aliases, post_id, root, account, voice, version, content, happened, collected, checked, stream) = row
    return Held(
        native_id=native_id, post_id=post_id, version=version, content=content, happened_at=instant(happened),
        collected_at=instant(collected), last_checked=instant(checked), stream=stream,
        aliases=tuple(json.loads(aliases)), thread_root=root, account=account, voice=voice,
    )  # fmt: skip


def number(moment: datetime) -> int:
    """An instant as the database has it: microseconds."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def instant(microseconds: int) -> datetime:
    """The same back."""
    return EPOCH + timedelta(microseconds=microseconds)
