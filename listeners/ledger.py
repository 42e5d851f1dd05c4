"""A listener's own memory of what it holds: one SQLite file a source, mode 0600 (docs/architecture.md).

Before posts are published their rows are noted as on their way, so that a removal finds them whatever dies in between.
Acknowledged they are only after the bus has said so, in one transaction with the checkpoint. Here and in
`Post.original` lies the sealed native id, and nowhere else. Two processes may open the same ledger. Knows
nothing of the bus, of texts or of names.
"""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from listeners.ledger_tables import COLUMNS, FIND, SAVE, SCHEMA
from listeners.orders import Orders
from soundings.errors import BadInput
from soundings.files import make_private_folder
from soundings.keys import quarter

BUSY = 60.0
"""Seconds that one process waits for another one's transaction."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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
    stream: str
    """Which broker stream took it: on another one it is published again. Empty while it is on its way."""
    aliases: tuple[str, ...] = ()
    thread_root: str = ""
    account: str = ""
    """`Keys.account` of its writer: for the orders to forget."""
    voice: str = ""


@dataclass(frozen=True)
class Checkpoint:
    """Where a source was, on which broker stream, and when it last heard from its platform."""

    state: Mapping[str, Any]
    stream: str
    heard_at: datetime


def path_of(folder: Path, source: str) -> Path:
    """The ledger file of a source."""
    return folder / f"{source}.sqlite"


class Ledger:
    """One source's ledger. Make it with `Ledger.open`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._sql = connection
        self.orders = Orders(connection)

    @classmethod
    def open(cls, folder: Path, source: str) -> Ledger:
        """Open, and make it the first time. Raises BadInput when the file is damaged."""
        path = path_of(make_private_folder(folder), source)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        connection = sqlite3.connect(path, timeout=BUSY, isolation_level=None, check_same_thread=False)
        try:
            with _locked(path):  # changing the journal mode does not wait for other processes
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("PRAGMA secure_delete = ON")
                connection.executescript(SCHEMA)
        except sqlite3.DatabaseError as error:
            connection.close()
            raise BadInput(f"The ledger {path} cannot be used ({error}). Restore it from your backup.") from None
        return cls(connection)

    @classmethod
    def read(cls, folder: Path, source: str) -> Ledger | None:
        """Open for reading only, or None when there is nothing to read."""
        path = path_of(folder, source)
        if not path.exists():
            return None
        uri = f"{path.absolute().as_uri()}?mode=ro"
        connection = sqlite3.connect(uri, uri=True, timeout=BUSY, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("SELECT 1 FROM held, checkpoint, removed LIMIT 1")
        except sqlite3.DatabaseError:  # another process is making it at this moment, or it is damaged
            connection.close()
            return None
        return cls(connection)

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

    def count(self) -> int:
        """How many posts the bus has acknowledged and nobody has asked to remove."""
        return int(self._sql.execute("SELECT count(*) FROM held WHERE stream != ''").fetchone()[0])

    def quarters(self) -> set[str]:
        """The quarters in which something happened that is held: their voice keys are still needed."""
        months = self._sql.execute("SELECT DISTINCT strftime('%Y-%m-15', happened_at / 1000000, 'unixepoch') FROM held")
        return {quarter(datetime.fromisoformat(month).replace(tzinfo=UTC)) for (month,) in months}

    def checkpoint(self) -> Checkpoint | None:
        """The last checkpoint."""
        row = self._sql.execute("SELECT state, stream, heard_at FROM checkpoint").fetchone()
        return Checkpoint(json.loads(row[0]), row[1], _instant(row[2])) if row else None

    def commit(self, rows: Iterable[Held], checkpoint: Checkpoint | None = None) -> None:
        """Save what the bus has acknowledged and the checkpoint, all or nothing. Only after the PubAck.

        Rows with an empty `stream` are those that are on their way.
        """
        with self._transaction():
            for row in rows:
                if self.was_removed([row.post_id]):
                    continue  # by another process, while it was on its way: the order wins
                self._sql.execute(SAVE, _values(row))
                self._sql.executemany(
                    "INSERT OR REPLACE INTO alias VALUES (?, ?)", [(name, row.native_id) for name in row.aliases]
                )
            if checkpoint is not None:
                state = json.dumps(dict(checkpoint.state))
                values = (state, checkpoint.stream, _number(checkpoint.heard_at))
                self._sql.execute("INSERT OR REPLACE INTO checkpoint VALUES (1, ?, ?, ?)", values)

    def was_removed(self, post_ids: Iterable[str]) -> bool:
        """Whether one of these was removed: it is not to come in again."""
        sql = "SELECT 1 FROM removed WHERE post_id = ?"
        return any(self._sql.execute(sql, (post_id,)).fetchone() for post_id in post_ids)

    def hold_back(self, since: datetime | None) -> None:
        """Note from when on the source is held and not heard; None: no longer."""
        if since is None:
            self._sql.execute("DELETE FROM held_back")
        else:
            self._sql.execute("INSERT OR REPLACE INTO held_back VALUES (1, ?)", (_number(since),))

    def held_back(self) -> datetime | None:
        """From when on the source was held, until it starts again."""
        row = self._sql.execute("SELECT since FROM held_back").fetchone()
        return _instant(row[0]) if row else None

    def remove(self, native_ids: Iterable[str], post_ids: Iterable[str], at: datetime) -> None:
        """Forget items whose retraction the bus has acknowledged: of each stays only the hash that is its post id."""
        with self._transaction():
            names, number = [(native_id,) for native_id in native_ids], _number(at)
            self._sql.executemany(
                "INSERT OR REPLACE INTO removed VALUES (?, ?)", [(post_id, number) for post_id in post_ids]
            )
            self._sql.executemany("DELETE FROM alias WHERE native_id = ?", names)
            self._sql.executemany("DELETE FROM held WHERE native_id = ?", names)

    def expire(self, before: datetime) -> int:
        """Empty it of what was collected or removed before an instant (retention). Returns how many rows went."""
        with self._transaction():
            old = self._sql.execute("DELETE FROM removed WHERE removed_at < ?", (_number(before),)).rowcount
            gone = self._sql.execute("DELETE FROM held WHERE collected_at < ?", (_number(before),)).rowcount
            self._sql.execute("DELETE FROM alias WHERE native_id NOT IN (SELECT native_id FROM held)")
        self._sql.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # what was removed lies in the log until then
        return gone + old

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._sql.execute("BEGIN IMMEDIATE")  # waits its turn; a deferred one could fail half way
        try:
            yield
        except BaseException:
            self._sql.execute("ROLLBACK")
            raise
        self._sql.execute("COMMIT")


def _values(row: Held) -> tuple[object, ...]:
    return (
        row.native_id, json.dumps(row.aliases), row.post_id, row.thread_root, row.account, row.voice, row.version,
        row.content, _number(row.happened_at), _number(row.collected_at), _number(row.last_checked), row.stream,
    )  # fmt: skip


def _held(row: tuple[Any, ...]) -> Held:
    (native_id, aliases, post_id, root, account, voice, version, content, happened, collected, checked, stream) = row
    return Held(
        native_id=native_id, post_id=post_id, version=version, content=content, happened_at=_instant(happened),
        collected_at=_instant(collected), last_checked=_instant(checked), stream=stream,
        aliases=tuple(json.loads(aliases)), thread_root=root, account=account, voice=voice,
    )  # fmt: skip


def _number(instant: datetime) -> int:
    return (instant - EPOCH) // timedelta(microseconds=1)


def _instant(number: int) -> datetime:
    return EPOCH + timedelta(microseconds=number)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.with_suffix(".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
