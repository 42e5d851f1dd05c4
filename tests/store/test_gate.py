"""What each user may send to the embedded engine, without an engine."""

from __future__ import annotations

import pytest

from store.gate import FUNCTIONS, Refused, User, check, tokens

FILES = ["SELECT 1 INTO OUTFILE '/tmp/x'", "INSERT INTO readings FROM INFILE '/etc/passwd' FORMAT LineAsString"]
NOBODY = [
    "",
    ";",
    "SELECT 1; DROP TABLE readings",
    "SELECT 1 -- ; hidden",
    "SELECT /* */ 1",
    "SELECT 1 // x",
    "SELECT $a$ ; $a$",
    "SELECT 1 # x",
    "SELECT ‘1’",
    "SELECT `a\\x62`",
    "SELECT 'never closed",
    "SYSTEM SHUTDOWN",
    "KILL QUERY WHERE 1",
    "SHOW PROCESSLIST",
    "BACKUP DATABASE soundings TO Disk('x')",
    "ATTACH TABLE readings",
    "SET max_execution_time = 0",
    "USE system",
    "EXPLAIN AST SELECT 1",
    "CREATE TABLE k (a String) ENGINE = Kafka('x', 'y', 'z', 'JSONEachRow')",
    "CREATE TABLE k (a String) ENGINE=NATS",
    "CREATE TABLE k (a String) ENGINE   `Kafka`",
    "CREATE DATABASE k ENGINE = Replicated('/x')",
    "CREATE FUNCTION f AS (x) -> x",
    "CREATE USER x",
    "CREATE NAMED COLLECTION x AS y = 'z'",
    "SELECT native_id FROM {t:Identifier}",
    "SELECT native_id FROM {d : identifier}.{t\n:\tIDENTIFIER}",
    "SELECT {`c`:`Identifier`} FROM readings",
    "INSERT INTO {t:Identifier} (at) FORMAT Native",
    "ALTER TABLE {t:Identifier} DELETE WHERE 1",
    *FILES,
]
READER_NEVER = [
    "SELECT * FROM readings SETTINGS apply_deleted_mask = 0",
    "SELECT * FROM readings settings\nmax_execution_time=0",
    "SELECT file('/etc/hostname')",
    "SELECT * FROM file('/etc/passwd', 'LineAsString')",
    "SELECT * FROM url('http://x', 'CSV')",
    "SELECT * FROM s3('http://x')",
    "SELECT * FROM `file`('/etc/passwd')",
    "SELECT * FROM \"file\"('/etc/passwd')",
    "SELECT * FROM remote('127.0.0.1', system.one)",
    "SELECT * FROM executable('x', 'y', 'z')",
    "SELECT * FROM merge('soundings', '.*')",
    "SELECT * FROM mergeTreeIndex('soundings', 'originals')",
    "SELECT * FROM numbers(1000000000)",
    "DESCRIBE TABLE file('/etc/passwd')",
    "SELECT sleep(3)",
    "SELECT * FROM system.processes",
    "SELECT * FROM `system`.`processes`",
    "SELECT * FROM INFORMATION_SCHEMA.tables",
    "SELECT dictGet('a', 'b', 1)",
    "INSERT INTO readings VALUES (1)",
    "WITH 1 AS x INSERT INTO readings SELECT x",
    "DROP TABLE readings",
    "TRUNCATE TABLE readings",
    "ALTER TABLE readings DELETE WHERE 1",
    "DELETE FROM readings WHERE 1",
    "CREATE TABLE x (a String) ENGINE = MergeTree ORDER BY a",
    "OPTIMIZE TABLE readings FINAL",
]
SEALED = ["SELECT * FROM originals", "SELECT * FROM soundings.`ORIGINALS`", "DESCRIBE TABLE originals"]
NEEDED = [
    "SELECT version(), timezone()",
    "SELECT name, value, readonly FROM system.settings LIMIT 10000\n FORMAT Native",
    "DESCRIBE TABLE `soundings`.`decisions`",
    "SELECT 'a; -- b /* c */ it''s \\' INTO OUTFILE' AS x FROM readings FINAL WHERE id IN ('a', 'b');",
    "SELECT {x:Array(String)}, {y:Int64}",
    "SELECT 'identifier : Identifier' AS identifier",
]


@pytest.mark.parametrize("user", ["writer", "officer", "reader"])
@pytest.mark.parametrize("statement", NOBODY)
def test_nobody_may(user: User, statement: str) -> None:
    with pytest.raises(Refused):
        check(user, statement)


@pytest.mark.parametrize("user", ["officer", "reader"])
@pytest.mark.parametrize("statement", READER_NEVER)
def test_reader_and_officer_may_not(user: User, statement: str) -> None:
    with pytest.raises(Refused):
        check(user, statement)


def test_only_the_writer_sees_the_files_that_tables_are_made_of() -> None:
    for statement in (
        "SELECT path FROM system.parts WHERE active",
        "SELECT DISTINCT _partition_id FROM readings WHERE _row_exists = 0 SETTINGS apply_deleted_mask = 0",
    ):
        assert check("writer", statement)
        for user in ("officer", "reader"):
            with pytest.raises(Refused):
                check(user, statement)
    assert not check(
        "writer", "OPTIMIZE TABLE readings PARTITION ID '202611' FINAL SETTINGS optimize_throw_if_noop = 1"
    )
    for table in ("processes", "detached_parts", "parts_columns", "query_log"):
        with pytest.raises(Refused, match="of the system tables only"):
            check("writer", f"SELECT * FROM system.{table}")


@pytest.mark.parametrize("statement", SEALED)
def test_reader_may_not_open_originals(statement: str) -> None:
    assert check("officer", statement)
    with pytest.raises(Refused, match="sealed"):
        check("reader", statement)


@pytest.mark.parametrize("user", ["writer", "officer", "reader"])
@pytest.mark.parametrize("statement", NEEDED)
def test_everybody_may(user: User, statement: str) -> None:
    assert check(user, statement)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO decisions (at, officer) FORMAT Native",
        "INSERT INTO `soundings`.`audit` (`at`) FORMAT Native",
    ],
)
def test_officer_adds_decisions_and_audit(statement: str) -> None:
    assert not check("officer", statement)
    with pytest.raises(Refused):
        check("reader", statement)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO readings (id) FORMAT Native",
        "INSERT INTO originals (id) FORMAT Native",
        "INSERT INTO soundings.readings (id) FORMAT Native",
        "INSERT INTO FUNCTION file('x') (id) FORMAT Native",
        "INSERT INTO decisions (at) SELECT happened_at FROM readings",
        "INSERT INTO decisions SELECT 1",
        "INSERT INTO decisions (at) SETTINGS readonly = 0 FORMAT Native",
        "INSERT INTO readings.decisions.x (at) FORMAT Native",
        "INSERT INTO audit (at) VALUES ('2026-11-10 12:00:00')",
        "INSERT INTO audit (at) FORMAT Values",
        "INSERT INTO audit (at) VALUES (hostName()) FORMAT Native",
        "INSERT INTO audit (at) FORMAT JSONEachRow",
        "INSERT INTO audit FORMAT Native",
    ],
)
def test_officer_adds_nothing_else(statement: str) -> None:
    with pytest.raises(Refused):
        check("officer", statement)


def test_a_refusal_never_repeats_the_statement() -> None:
    with pytest.raises(Refused) as refused:
        check("reader", "SELECT secretword FROM readings WHERE text = 'the text of a resident' SETTINGS a = 1")
    assert "resident" not in str(refused.value) and "secretword" not in str(refused.value)


def test_a_very_long_statement_is_read_in_no_time() -> None:
    assert len(tokens("SELECT " + ",".join(f"'{number}\\''" for number in range(50_000)))) == 100_000
    with pytest.raises(Refused):
        tokens("SELECT '" + "''" * 100_000)


def test_the_list_of_functions_is_in_lower_case() -> None:
    assert {name.lower() for name in FUNCTIONS} == FUNCTIONS
