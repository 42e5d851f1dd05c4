"""The three users of the store, what limits each has, and the private note that says how to reach the engine.

On a real ClickHouse server the same users and profiles are made by its administrator: see `grants`.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from soundings.errors import OursFailed
from soundings.files import write_private
from soundings.lacks import Lack
from soundings.settings import Settings
from store.gate import User

USERS: tuple[User, ...] = ("writer", "officer", "reader")

EXACT = {
    "do_not_merge_across_partitions_select_final": "1",
    "use_skip_indexes_if_final": "1",
    "use_skip_indexes_if_final_exact_mode": "1",
}
"""FINAL made cheap and kept exact. The first is safe because one id has one instant and so lies in one partition
(`store.archive` sees to that); the last, because an edit that drops a word must not leave the old text to be found."""
LIMITS = {"max_execution_time": "30", "max_result_rows": "200000", "max_memory_usage": "2000000000"}
"""Seconds, rows and bytes that one question may use."""
PROFILES: dict[User, dict[str, str]] = {
    "writer": {
        **EXACT,
        "insert_deduplicate": "0",  # the same rows sent again after a retraction must not be taken for a repeat
        "max_partitions_per_insert_block": "0",  # an imported archive reaches over many years
        "lightweight_deletes_sync": "2",
        "lightweight_delete_mode": "lightweight_update",  # where a table cannot, it is done the slower way
        "max_execution_time": "600",
    },
    "officer": {**EXACT, **LIMITS},
    "reader": {**EXACT, **LIMITS},
}


@dataclass(frozen=True)
class Access:
    """Where the engine is, and the password of each user."""

    url: str
    users: dict[str, str] = field(repr=False)


def path(settings: Settings) -> Path:
    """The note of the embedded engine (0600)."""
    return settings.run / "clickhouse.json"


def read(settings: Settings) -> Access:
    """The note. Raises OursFailed while the store has not started."""
    try:
        note = json.loads(path(settings).read_text(encoding="utf-8"))
        return Access(str(note["url"]), {name: str(note["users"][name]) for name in USERS})
    except (OSError, ValueError, KeyError, TypeError):
        raise OursFailed("the store has not started: it left no address", Lack.DATABASE) from None


def write(settings: Settings, access: Access) -> None:
    """Leave the note for the other stages of this installation."""
    write_private(path(settings), json.dumps({"url": access.url, "users": access.users}))


def make_passwords() -> dict[str, str]:
    """A new random password for each user."""
    return {name: secrets.token_urlsafe(32) for name in USERS}


def grants(database: str) -> list[str]:
    """What an administrator runs on a real server, after putting a password in place of each `...`."""
    lines = []
    for user in USERS:
        settings = ", ".join(f"{name} = {value} CONST" for name, value in PROFILES[user].items())
        readonly = ", readonly = 1" if user == "reader" else ""
        lines.append(f"CREATE USER {user} IDENTIFIED BY '...' SETTINGS {settings}{readonly}")
    tables = f"{database}.*"
    return [
        *lines,
        f"CREATE DATABASE IF NOT EXISTS {database}",
        f"GRANT SELECT, INSERT, ALTER, CREATE TABLE, DROP TABLE, TRUNCATE, OPTIMIZE ON {tables} TO writer",
        f"GRANT SELECT ON {tables} TO officer",
        f"GRANT INSERT ON {database}.decisions TO officer",
        f"GRANT INSERT ON {database}.audit TO officer",
        f"GRANT SELECT ON {tables} TO reader",
        f"REVOKE SELECT ON {database}.originals FROM reader",
    ]
