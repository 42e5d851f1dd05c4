"""The store's part of a backup: the rows that are kept, page by page, and back into a new database.

A page is what any question would get: a removed post is in no page, an edited one with its newest text alone.
ClickHouse's own BACKUP copies files, and what was deleted with them: restored, it shows it again (measured, see
docs/decisions/0011-a-backup-is-a-copy-of-what-is-kept.md). Knows nothing of the other parts.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from soundings.errors import BadInput, SoundingsError
from soundings.messages import Retraction, RetractionKind
from soundings.parts import MISSING, Restoring, Saving
from store.clickhouse import Client, connect, failures
from store.erasing import erase
from store.migrate import keep_for, known, migrate
from store.retractions import TOMBSTONES, find_named, tombstones
from store.rows import ask, chunks, insert, literals, milliseconds

PAGE = 20_000
"""Rows of one page: some 15 MB."""
LARGEST = 32 * 1024 * 1024
"""Bytes of a page above which a smaller one is taken: half of what the endpoint takes back."""
NOT_COPIED = "migrations"
"""Says which tables there are. The backup notes the last one instead."""
ABOUT = "tables.json"
POSTS = "posts in the database"


@dataclass(frozen=True)
class Table:
    """A table, the columns it is sorted by, and whether newer rows replace older ones."""

    name: str
    key: tuple[str, ...]
    replaces: bool

    @property
    def kept(self) -> str:
        """What a question reads: the newest of each row."""
        return f"{self.name} FINAL" if self.replaces else self.name


def save(work: Saving) -> dict[str, int]:
    """Copy every table. A real server is backed up by its own tools, and left out here. Raises OursFailed."""
    if work.settings.clickhouse_url:
        return {}
    work.say("Copying the database.")
    client = connect(work.settings, "writer")
    folder = work.folder / "database"
    folder.mkdir()
    begun = ask(client, "SELECT now64(3)")[0][0]
    promised = _posts(client)  # whatever is there before the copying is in the copy
    for table in tables(client, work.settings.clickhouse_database):
        for number, page in enumerate(pages(client, table), 1):
            with gzip.open(folder / f"{table.name}-{number:06d}.native.gz", "wb", compresslevel=1) as file:
                file.write(page)
            if number % 10 == 0:
                work.say(f"  {table.name}: {number * PAGE:,} rows")
    last = ask(client, "SELECT max(number) FROM migrations FINAL")[0][0]
    about = {"migration": last, "posts": promised, "removed_meanwhile": _erased_since(client, begun)}
    (folder / ABOUT).write_text(json.dumps(about), encoding="utf-8")
    return {POSTS: _posts(client)}


def _posts(client: Client) -> int:
    return int(ask(client, "SELECT count() FROM readings FINAL")[0][0])


def _erased_since(client: Client, moment: datetime) -> int:
    rows = ask(client, f"SELECT uniqExact(post_id) FROM erased WHERE at >= {_literal(moment)}")
    return int(rows[0][0])


def tables(client: Client, database: str) -> list[Table]:
    """All tables that hold something of ours."""
    rows = ask(
        client,
        "SELECT name, sorting_key, engine FROM system.tables "
        f"WHERE database = {literals([database])} AND name != {literals([NOT_COPIED])} ORDER BY name",
    )
    return [Table(name, tuple(key.split(", ")), engine == "ReplacingMergeTree") for name, key, engine in rows]


def pages(client: Client, table: Table, size: int = PAGE, largest: int = LARGEST) -> Iterator[bytes]:
    """The rows of a table in ClickHouse's format Native, in the order of its key.

    What is inserted meanwhile may be in it or not: whatever was there before is.
    """
    after: Sequence[Any] | None = None
    while True:
        count, until = size, _key_at(client, table, after, size)
        page = _page(client, table, after, until)
        while len(page) > largest and count > 1:
            count = max(1, count // 4)
            until = _key_at(client, table, after, count)
            page = _page(client, table, after, until)
        if page:
            yield page
        if until is None:
            return
        after = until


def _key_at(client: Client, table: Table, after: Sequence[Any] | None, count: int) -> Sequence[Any] | None:
    """The key of the last row of a page; None when fewer rows are left."""
    key = ", ".join(table.key)
    where = f"WHERE {_beyond(table, after)}" if after else ""
    rows = ask(client, f"SELECT {key} FROM {table.kept} {where} ORDER BY {key} LIMIT 1 OFFSET {count - 1}")
    return rows[0] if rows else None


def _page(client: Client, table: Table, after: Sequence[Any] | None, until: Sequence[Any] | None) -> bytes:
    parts = [_beyond(table, after)] if after else []
    parts += [_up_to(table, until)] if until else []
    where = f"WHERE {' AND '.join(parts)}" if parts else ""
    with failures():
        return bytes(client.raw_query(f"SELECT * FROM {table.kept} {where}", fmt="Native"))


def _beyond(table: Table, after: Sequence[Any]) -> str:
    # The index is used for the first column alone, so that is asked for by itself too.
    return f"{table.key[0]} >= {_literal(after[0])} AND {_tuple(table)} > ({_literals(after)})"


def _up_to(table: Table, until: Sequence[Any]) -> str:
    return f"{table.key[0]} <= {_literal(until[0])} AND {_tuple(table)} <= ({_literals(until)})"


def _tuple(table: Table) -> str:
    return f"({', '.join(table.key)})"


def _literals(values: Sequence[Any]) -> str:
    return ", ".join(map(_literal, values))


def _literal(value: Any) -> str:
    if isinstance(value, datetime):
        return f"fromUnixTimestamp64Milli({milliseconds(value)})"
    return literals([value]) if isinstance(value, str) else str(int(value))


def restore(work: Restoring) -> dict[str, int]:
    """Fill a new database, and remove what any order in it or among the receipts names."""
    client = connect(work.settings, "writer")
    folder = work.folder / "database"
    missing = 0
    if folder.is_dir():
        work.say("Restoring the database.")
        about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        _fill(client, folder, work, int(about["migration"]))
        promised = about.get("posts", 0) - about.get("removed_meanwhile", 0)
        missing = max(0, promised - _posts(client))
    else:
        migrate(client, work.now)
    work.say("Obeying the removals.")
    _obey(client, [receipt.order for receipt in work.receipts], work.now)
    return {POSTS: _posts(client)} | ({MISSING: missing} if missing else {})


def _fill(client: Client, folder: Path, work: Restoring, last: int) -> None:
    if last > max(migration.number for migration in known()):
        raise BadInput(f"The database of {work.folder} is of a newer Soundings: install that version to restore it.")
    migrate(client, work.now, [migration for migration in known() if migration.number <= last])
    # Before the rows: a merge would drop at once what is past the default.
    keep_for(client, work.settings.retention_days)
    if _posts(client):
        raise SoundingsError(f"The database {work.settings.clickhouse_url} holds posts: empty it before you restore.")
    ours = {table.name for table in tables(client, work.settings.clickhouse_database)}
    files = sorted(folder.glob("*.native.gz"))
    for other in sorted({_table_of(path) for path in files} - ours):
        work.say(f"  The table {other} is not one of ours: it stays in the backup.")
    for number, path in enumerate(files, 1):
        if _table_of(path) in ours:
            with failures():
                client.raw_insert(_table_of(path), insert_block=path.read_bytes(), fmt="Native", compression="gzip")
        if number % 10 == 0:
            work.say(f"  {number:,} of {len(files):,} files")
    migrate(client, work.now)


def _table_of(path: Path) -> str:
    return path.name.rpartition("-")[0]


def _obey(client: Client, orders: Sequence[Retraction], now: datetime) -> None:
    """The receipts' orders become this database's; then all of them are obeyed, also one that was cut short before."""
    insert(client, "tombstones", TOMBSTONES, list(zip(*tombstones(orders, now), strict=True)))
    for part in chunks(list(_standing(client))):
        erase(client, find_named(client, part), lambda: now)


def _standing(client: Client) -> Iterator[Retraction]:
    """Every order that this database knows."""
    rows = ask(
        client,
        "SELECT source, post_id, kind, observed_at, groupArray(voice) FROM tombstones FINAL "
        "GROUP BY source, post_id, kind, observed_at",
    )
    for source, post_id, kind, observed_at, voices in rows:
        yield Retraction(
            source=source, post_id=post_id or None, voices=() if post_id else tuple(voices), kind=RetractionKind(kind),
            reason="known before", observed_at=observed_at,
        )  # fmt: skip
