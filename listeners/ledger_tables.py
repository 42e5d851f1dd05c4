"""The tables of a ledger, and how its rows are found and saved: for `listeners.ledger` and `listeners.held` alone.

Knows nothing of what the rows mean.
"""

from __future__ import annotations

SCHEMA = """
CREATE TABLE IF NOT EXISTS held (
    native_id TEXT PRIMARY KEY, aliases TEXT NOT NULL, post_id TEXT NOT NULL UNIQUE, thread_root TEXT NOT NULL,
    account TEXT NOT NULL, voice TEXT NOT NULL, version INTEGER NOT NULL, content BLOB NOT NULL,
    happened_at INTEGER NOT NULL, collected_at INTEGER NOT NULL, last_checked INTEGER NOT NULL, stream TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS held_account ON held (account) WHERE account != '';
CREATE INDEX IF NOT EXISTS held_thread ON held (thread_root) WHERE thread_root != '';
CREATE TABLE IF NOT EXISTS alias (name TEXT PRIMARY KEY, native_id TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS checkpoint (
    one INTEGER PRIMARY KEY CHECK (one = 1), state TEXT NOT NULL, stream TEXT NOT NULL, heard_at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS removed (post_id TEXT PRIMARY KEY, removed_at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS told (
    notice BLOB PRIMARY KEY, for_ever INTEGER NOT NULL, stream TEXT NOT NULL, told_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS opted_out (account TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS held_back (one INTEGER PRIMARY KEY CHECK (one = 1), since INTEGER NOT NULL);
"""
COLUMNS = (
    "native_id, aliases, post_id, thread_root, account, voice, version, content, "
    "happened_at, collected_at, last_checked, stream"
)
FIND = f"""
SELECT {COLUMNS} FROM held WHERE native_id IN (?1, (SELECT native_id FROM alias WHERE name = ?1))
ORDER BY native_id != ?1 LIMIT 1
"""  # noqa: S608 - only our own column names
REPLIES = "SELECT count(*), min(happened_at) FROM held WHERE thread_root = ? AND thread_root != ''"
TAKEN_UNTIL = f"""
SELECT {COLUMNS} FROM held WHERE post_id > ? AND happened_at <= ? AND stream NOT IN ('', ?) ORDER BY post_id LIMIT ?
"""  # noqa: S608 - only our own column names
NEWEST = "SELECT max(happened_at) FROM held WHERE stream NOT IN ('', ?)"
DELAYS = """
SELECT collected_at - happened_at FROM held WHERE stream NOT IN ('', ?) ORDER BY collected_at DESC LIMIT ?
"""
REMOVED = "SELECT 1 FROM removed WHERE post_id = ?"
SAVE = f"""
INSERT INTO held ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (native_id) DO UPDATE SET
    aliases = excluded.aliases, thread_root = excluded.thread_root, version = excluded.version,
    content = excluded.content, collected_at = excluded.collected_at, last_checked = excluded.last_checked,
    stream = excluded.stream, account = coalesce(nullif(excluded.account, ''), held.account),
    voice = coalesce(nullif(excluded.voice, ''), held.voice)
WHERE excluded.version >= held.version
"""  # noqa: S608 - only our own column names. The first instant of an id stays, and a writer once known.
