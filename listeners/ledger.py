"""A listener's own memory of what it holds: one SQLite file a source, mode 0600 (docs/architecture.md).

Rows are written only after the bus has acknowledged the posts, in one transaction with the checkpoint. Here and
in `Post.original` lies the sealed native id, and nowhere else. Two processes may open the same ledger. What is read
is read over a connection of its own: it never waits for a transaction. Knows nothing of the bus, of texts or of names.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from pathlib import Path

from listeners.held import HIDDEN, Checkpoint, Held, Lookup, number, values
from listeners.ledger_tables import REMOVED, SAVE, SCHEMA
from soundings.errors import BadInput, SoundingsError
from soundings.files import locked, make_private_folder

__all__ = ["HIDDEN", "Checkpoint", "Held", "Ledger", "Lookup", "path_of"]

BUSY = 60.0
"""Seconds that one process waits for another one's transaction."""
EMPTY_LOG = "PRAGMA wal_checkpoint(TRUNCATE)"  # what was removed lies in the log until then


def path_of(folder: Path, source: str) -> Path:
    """The ledger file of a source."""
    return folder / f"{source}.sqlite"


class Ledger(Lookup):
    """One source's ledger. Make it with `Ledger.open`."""

    def __init__(self, writing: sqlite3.Connection, reading: sqlite3.Connection) -> None:
        super().__init__(reading)
        self._writing = writing
        self._turn = threading.Lock()  # several tasks of a source write, each in a thread: one transaction at a time

    @classmethod
    def open(cls, folder: Path, source: str) -> Ledger:
        """Open, and make it the first time. Raises BadInput when it is damaged, SoundingsError for what will pass."""
        path = path_of(make_private_folder(folder), source)
        try:
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
            with locked(path), ExitStack() as stack:  # changing the journal mode does not wait for other processes
                writing = stack.enter_context(closing(_connect(str(path))))
                for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
                    writing.execute(f"PRAGMA {pragma}")
                writing.executescript(SCHEMA)
                reading = stack.enter_context(closing(_connect(str(path))))
                reading.execute("PRAGMA query_only = ON")
                stack.pop_all()
        except (OSError, sqlite3.OperationalError) as error:
            raise SoundingsError(
                f"The ledger {path} cannot be opened now ({error}). When the disk has room and no other program holds "
                "it, try again."
            ) from None
        except sqlite3.DatabaseError as error:
            raise BadInput(f"The ledger {path} cannot be used ({error}). Restore it from your backup.") from None
        return cls(writing, reading)

    @classmethod
    def read(cls, folder: Path, source: str) -> Lookup | None:
        """Open for reading only, or None when there is nothing to read."""
        path = path_of(folder, source)
        if not path.exists():
            return None
        connection = _connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        try:
            connection.execute("SELECT 1 FROM held, checkpoint, removed LIMIT 1")
        except sqlite3.DatabaseError:  # another process is making it at this moment, or it is damaged
            connection.close()
            return None
        return Lookup(connection)

    def close(self) -> None:
        """Close the file."""
        super().close()
        self._writing.close()  # the last one out empties the log

    def commit(self, rows: Iterable[Held], checkpoint: Checkpoint | None = None) -> None:
        """Save what the bus has acknowledged and the checkpoint, all or nothing. Only after the PubAck.

        Rows with an empty `stream` are those that are on their way: noted before, so that a removal finds them.
        """
        with self._transaction():
            for row in rows:
                if self._writing.execute(REMOVED, (row.post_id,)).fetchone():
                    continue  # by another process, while it was on its way: the order wins
                self._writing.execute(SAVE, values(row))
                self._writing.executemany(
                    "INSERT OR REPLACE INTO alias VALUES (?, ?)", [(name, row.native_id) for name in row.aliases]
                )
            if checkpoint is not None:
                state = json.dumps(dict(checkpoint.state))
                saved = (state, checkpoint.stream, number(checkpoint.heard_at))
                self._writing.execute("INSERT OR REPLACE INTO checkpoint VALUES (1, ?, ?, ?)", saved)

    def hold_back(self, since: datetime | None) -> None:
        """Note from when on the source is held and not heard; None: no longer."""
        with self._transaction():
            self._writing.execute("DELETE FROM held_back")
            if since is not None:
                self._writing.execute("INSERT INTO held_back VALUES (1, ?)", (number(since),))

    def opt_out(self, account: str, since: datetime | None) -> None:
        """Note that a writer asks not to be read, for as long as they do; None: no longer."""
        with self._transaction():
            if since is None:
                self._writing.execute("DELETE FROM opted_out WHERE account = ?", (account,))
            else:
                self._writing.execute("INSERT OR IGNORE INTO opted_out VALUES (?, ?)", (account, number(since)))

    def remove(self, native_ids: Iterable[str], post_ids: Iterable[str], at: datetime) -> None:
        """Forget items whose retraction the bus has acknowledged: of each stays only the hash that is its post id."""
        with self._transaction():
            names, when = [(native_id,) for native_id in native_ids], number(at)
            self._writing.executemany(
                "INSERT OR REPLACE INTO removed VALUES (?, ?)", [(post_id, when) for post_id in post_ids]
            )
            self._writing.executemany("DELETE FROM alias WHERE native_id = ?", names)
            self._writing.executemany("DELETE FROM held WHERE native_id = ?", names)
        with self._turn:
            self._writing.execute(EMPTY_LOG)

    def note_told(self, notices: Iterable[tuple[bytes, bool]], stream: str, at: datetime) -> None:
        """Keep notices that this bus has acknowledged, each with whether it holds for ever."""
        values = [(body, for_ever, stream, number(at)) for body, for_ever in notices]
        with self._transaction():
            self._writing.executemany("INSERT OR REPLACE INTO told VALUES (?, ?, ?, ?)", values)

    def expire(self, before: datetime, held_before: datetime | None = None) -> int:
        """Empty it of what was collected or removed before an instant (retention). Returns how many rows went.

        `held_before`: when the source's policy lets its posts be held for less than what was removed is remembered.
        """
        with self._transaction():
            old = self._writing.execute("DELETE FROM removed WHERE removed_at < ?", (number(before),)).rowcount
            old += self._writing.execute(
                "DELETE FROM told WHERE NOT for_ever AND told_at < ?", (number(before),)
            ).rowcount
            held = number(held_before or before)
            gone = self._writing.execute("DELETE FROM held WHERE collected_at < ?", (held,)).rowcount
            self._writing.execute("DELETE FROM alias WHERE native_id NOT IN (SELECT native_id FROM held)")
        with self._turn:
            self._writing.execute(EMPTY_LOG)
        return gone + old

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._turn:
            self._writing.execute("BEGIN IMMEDIATE")  # waits its turn; a deferred one could fail half way
            try:
                yield
            except BaseException:
                self._writing.execute("ROLLBACK")
                raise
            self._writing.execute("COMMIT")


def _connect(name: str, uri: bool = False) -> sqlite3.Connection:
    return sqlite3.connect(name, uri=uri, timeout=BUSY, isolation_level=None, check_same_thread=False)
