"""Numbered changes of the tables, each applied once and in order. Runs on chDB and on a real server.

Each statement may be repeated (IF NOT EXISTS and the like), so a process that dies in the middle of a file runs the
whole file again. Knows nothing of what the tables are for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files

from soundings import policies
from soundings.errors import SoundingsError
from store.clickhouse import Client, failures
from store.rows import literals

AGING = ("readings", "originals")
"""Tables whose rows go when the retention has passed."""


TIMED = (*AGING, "tombstones", "erased")
"""Tables that earlier versions emptied by a TTL."""


@dataclass(frozen=True)
class Migration:
    """One file: its number, its name and its statements."""

    number: int
    name: str
    statements: tuple[str, ...]


def known() -> list[Migration]:
    """All migrations, in order."""
    found = [file for file in (files("store") / "migrations").iterdir() if file.name.endswith(".sql")]
    return [_read(file.name, file.read_text(encoding="utf-8")) for file in sorted(found, key=lambda file: file.name)]


def _read(name: str, text: str) -> Migration:
    plain = re.sub(r"^--.*\n", "", text, flags=re.MULTILINE)
    statements = tuple(part.strip() for part in re.split(r";\s*\n", plain + "\n") if part.strip())
    return Migration(int(name.split("_")[0]), name.removesuffix(".sql"), statements)


def migrate(client: Client, now: datetime, migrations: list[Migration] | None = None) -> list[str]:
    """Bring the tables up to date; returns the names of what was applied.

    Raises SoundingsError for a database of a newer version, OursFailed when the store does not answer.
    """
    given = known() if migrations is None else migrations
    with failures():
        client.command(
            "CREATE TABLE IF NOT EXISTS migrations (number UInt32, name String, applied_at DateTime64(3, 'UTC')) "
            "ENGINE = ReplacingMergeTree ORDER BY number SETTINGS fsync_after_insert = 1, fsync_part_directory = 1"
        )
        applied = {row[0] for row in client.query("SELECT number FROM migrations FINAL").result_rows}
        if unknown := applied - {migration.number for migration in given}:
            raise SoundingsError(
                f"The database was changed by a newer Soundings (migration {max(unknown)}): install that version, "
                "or restore a backup from before."
            )
        return list(_apply(client, now, [migration for migration in given if migration.number not in applied]))


def _apply(client: Client, now: datetime, migrations: list[Migration]) -> Iterator[str]:
    for migration in migrations:
        for statement in migration.statements:
            client.command(statement)
        client.insert("migrations", [[migration.number, migration.name, now]], ["number", "name", "applied_at"])
        yield migration.name


def keep_for(client: Client, days: int) -> bool:
    """Set the retention in days after collection; True when it was another.

    The column `kept`, computed when it is asked for, takes a row out of every question once its time is over. Off the
    disk the sweep takes it (`store.expiring`), and not a TTL: that would believe a clock that is wrong for a minute.
    Texts of a source whose policy allows fewer days are kept for these (invariant R7).
    """
    kept = f"Bool ALIAS {_within(days)}"
    timed = [table for table in TIMED if re.search(r"\bTTL\b", _definition(client, table))]
    for table in timed:
        with failures():
            client.command(f"ALTER TABLE {table} REMOVE TTL")
    wanted = (
        ("`kept` Bool ALIAS", f"ADD COLUMN IF NOT EXISTS kept {kept}"),
        (f"`kept` {kept}", f"MODIFY COLUMN kept {kept}"),
    )
    return True in [bool(timed), *(_alter_unless(client, "readings", *one) for one in wanted)]


def _within(days: int) -> str:
    """The condition of rows that are still kept, spelled as ClickHouse gives it back."""
    whole = f"collected_at > (now() - toIntervalDay({int(days)}))"
    sooner = [
        f"((source != {literals([source])}) OR (collected_at > (now() - toIntervalDay({int(kept)}))))"
        for source, kept in sorted(policies.kept_shorter(days).items())
    ]
    return " AND ".join([f"({whole})", *sooner]) if sooner else whole


def _alter_unless(client: Client, table: str, shown: str, change: str) -> bool:
    """Change a table unless its definition says so already. True when it was changed."""
    if shown in _definition(client, table):
        return False
    with failures():
        client.command(f"ALTER TABLE {table} {change}")
    return True


def _definition(client: Client, table: str) -> str:
    with failures():
        return str(client.query(f"SHOW CREATE TABLE {table}").result_rows[0][0])
