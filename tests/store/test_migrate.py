"""Changes of the tables: once, in order, and again after a crash."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from soundings.errors import SoundingsError
from store import migrate as m
from store.clickhouse import Client
from store.columns import COLUMNS, ORIGINALS
from store.decisions import AUDIT, DECISIONS
from store.erasing import ERASED
from store.retractions import GAPS, TOMBSTONES
from tests.factories import NOON
from tests.store.serving import RETENTION

pytestmark = pytest.mark.servers

ONE = m.Migration(901, "0901_one", ("CREATE TABLE IF NOT EXISTS trial (a UInt8) ENGINE = MergeTree ORDER BY a",))
TWO = m.Migration(
    902, "0902_two", ("ALTER TABLE trial ADD COLUMN IF NOT EXISTS b UInt8", "ALTER TABLE nothing DROP COLUMN c")
)


@pytest.fixture
def trial(writer: Client) -> Iterator[Client]:
    yield writer
    writer.command("DROP TABLE IF EXISTS trial")
    writer.command("DELETE FROM migrations WHERE number > 900")


def test_numbers_are_in_order_and_no_statement_is_empty() -> None:
    known = m.known()
    assert [migration.number for migration in known] == list(range(1, len(known) + 1))
    assert all(statement and not statement.endswith(";") for migration in known for statement in migration.statements)


def test_each_is_applied_once(trial: Client) -> None:
    assert m.migrate(trial, NOON, [*m.known(), ONE]) == ["0901_one"]
    assert m.migrate(trial, NOON, [*m.known(), ONE]) == []


def test_a_death_in_the_middle_is_made_good(trial: Client) -> None:
    with pytest.raises(Exception, match="code 60"):
        m.migrate(trial, NOON, [*m.known(), ONE, TWO])
    mended = m.Migration(902, "0902_two", TWO.statements[:1])
    assert m.migrate(trial, NOON, [*m.known(), ONE, mended]) == ["0902_two"]
    assert [row[0] for row in trial.query("DESCRIBE TABLE trial").result_rows] == ["a", "b"]


def test_a_newer_database_is_left_alone(trial: Client) -> None:
    m.migrate(trial, NOON, [*m.known(), ONE])
    with pytest.raises(SoundingsError, match=r"newer Soundings \(migration 901\)"):
        m.migrate(trial, NOON)


def test_the_retention_is_changed_only_when_it_changed(writer: Client) -> None:
    assert not m.keep_for(writer, RETENTION)
    assert m.keep_for(writer, 30)
    assert not m.keep_for(writer, 30)
    assert "toIntervalDay(30)" in str(writer.query("SHOW CREATE TABLE readings").result_rows)
    assert m.keep_for(writer, RETENTION)


def test_no_table_believes_a_clock(writer: Client) -> None:
    """Also one that an earlier version made."""
    writer.command("ALTER TABLE readings MODIFY TTL collected_at + toIntervalDay(395)")
    writer.command("ALTER TABLE erased MODIFY TTL at + toIntervalDay(35)")
    assert m.keep_for(writer, RETENTION) and not m.keep_for(writer, RETENTION)
    for table in m.TIMED:
        assert "TTL" not in str(writer.query(f"SHOW CREATE TABLE {table}").result_rows)


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("readings", {column.name: column.type for column in COLUMNS}),
        ("originals", {column.name: column.type for column in ORIGINALS}),
        ("tombstones", TOMBSTONES),
        ("erased", ERASED),
        ("gaps", GAPS),
        ("decisions", DECISIONS),
        ("audit", AUDIT),
    ],
)
def test_the_code_and_the_tables_agree(writer: Client, table: str, columns: dict[str, str]) -> None:
    stored = [row for row in writer.query(f"DESCRIBE TABLE {table}").result_rows if row[2] != "ALIAS"]
    assert {row[0]: row[1] for row in stored} == columns
