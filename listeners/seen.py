"""Which ids an imported file has used already, and on which line: in constant memory, however long the file is.

Holds hashes only, in a temporary database that the engine removes. Knows nothing of posts.
"""

from __future__ import annotations

import hashlib
import sqlite3

REMOVED = b""
"""In place of the hash of a text."""


class Seen:
    """The ids of one file."""

    def __init__(self) -> None:
        self._sql = sqlite3.connect("", isolation_level=None)  # a private file that nobody else can open
        self._sql.execute("PRAGMA synchronous = OFF")
        self._sql.execute("PRAGMA journal_mode = OFF")
        self._sql.execute("CREATE TABLE seen (id BLOB PRIMARY KEY, line INTEGER, content BLOB) WITHOUT ROWID")
        self._sql.execute("BEGIN")

    def other_text(self, native_id: str, content: bytes) -> int | None:
        """The line that used this id before with another text, or None."""
        before = self._find(native_id)
        return before[0] if before and before[1] not in (content, REMOVED) else None

    def note(self, native_id: str, content: bytes, line: int) -> None:
        """Note an id whose line was taken; the first line stays."""
        self._sql.execute("INSERT OR IGNORE INTO seen VALUES (?, ?, ?)", (_key(native_id), line, content))

    def note_removed(self, native_id: str, line: int) -> None:
        """Note an id that a line removes."""
        self._sql.execute("INSERT OR REPLACE INTO seen VALUES (?, ?, ?)", (_key(native_id), line, REMOVED))

    def was_removed(self, native_id: str) -> bool:
        """Whether a line before removed this id."""
        before = self._find(native_id)
        return before is not None and before[1] == REMOVED

    def _find(self, native_id: str) -> tuple[int, bytes] | None:
        found: tuple[int, bytes] | None = self._sql.execute(
            "SELECT line, content FROM seen WHERE id = ?", (_key(native_id),)
        ).fetchone()
        return found

    def close(self) -> None:
        """Remove the temporary database."""
        self._sql.close()


def _key(native_id: str) -> bytes:
    return hashlib.sha256(native_id.encode("utf-8", "surrogatepass")).digest()[:16]
