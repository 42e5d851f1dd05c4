"""Which ids an imported file has used already, and on which line: in constant memory, however long the file is.

Holds hashes only, in a temporary database that the engine removes. Knows nothing of posts.
"""

from __future__ import annotations

import hashlib
import sqlite3


class Seen:
    """The ids of one file."""

    def __init__(self) -> None:
        self._sql = sqlite3.connect("", isolation_level=None)  # a private file that nobody else can open
        self._sql.execute("PRAGMA synchronous = OFF")
        self._sql.execute("PRAGMA journal_mode = OFF")
        self._sql.execute("CREATE TABLE seen (id BLOB PRIMARY KEY, line INTEGER, content BLOB) WITHOUT ROWID")
        self._sql.execute("BEGIN")

    def other_text(self, native_id: str, content: bytes, line: int) -> int | None:
        """Note an id. The line that used it before with another text, or None."""
        key = hashlib.sha256(native_id.encode("utf-8", "surrogatepass")).digest()[:16]
        noted = self._sql.execute("INSERT OR IGNORE INTO seen VALUES (?, ?, ?)", (key, line, content))
        if noted.rowcount == 1:
            return None
        before: tuple[int, bytes] = self._sql.execute("SELECT line, content FROM seen WHERE id = ?", (key,)).fetchone()
        return None if before[1] == content else before[0]

    def close(self) -> None:
        """Remove the temporary database."""
        self._sql.close()
