"""What each user may send to the embedded engine: all but one test without an engine."""

from __future__ import annotations

import pytest

from store.archive import Archive
from store.clickhouse import Client
from store.gate import FUNCTIONS, Refused, User, check, tokens
from tests.factories import make_reading, voice

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
PEOPLE = [
    "SELECT text, voice FROM readings",
    "SELECT `voice` FROM readings",
    "SELECT VOICE FROM readings",
    "SELECT text FROM readings ORDER BY voice",
    "SELECT groupArray(text) FROM readings GROUP BY voice",
    "SELECT voice AS v, text FROM readings",
    "SELECT text FROM readings WHERE voice = 'abc'",
    "SELECT text FROM readings WHERE voice IN ('')",
    "SELECT text FROM readings WHERE voice = '' || 'abc'",
    "SELECT text FROM readings WHERE voice = `''`",
    "SELECT text FROM readings WHERE (voice) != ''",
    "SELECT lower(voice) FROM readings",
    "SELECT any(voice) FROM readings",
    "SELECT uniqExactIf(id, voice > 'abc') FROM readings",
    "SELECT r.voice FROM readings AS r",
    "SELECT sipHash64(voice) FROM readings",
    "SELECT sipHash64(voice, 1) FROM readings",
    "SELECT sipHash64(text, voice, {salt:UInt64}) FROM readings",
    "SELECT sipHash64(voice || 'a', {salt:UInt64}) FROM readings",
    "SELECT text FROM readings AS a JOIN tombstones AS b USING voice",
    "SELECT * FROM readings",
    "SELECT r.* FROM readings AS r",
    "SELECT DISTINCT ON (id) * FROM readings",
    "SELECT tuple(*) FROM readings",
]
COUNTED = [
    "SELECT uniqExact(voice), uniqExactIf(voice, voice != ''), uniqExactIf(voice, voice != '' AND clear) FROM readings",
    "SELECT countIf(voice = ''), countIf(voice='') FROM readings WHERE voice != ''",
    "SELECT text, if(voice = '', '', toString(sipHash64(voice, {salt:UInt64}))) AS person FROM readings",
    "SELECT 'voice' AS word FROM readings",
]
SEALED = ["SELECT link FROM originals", "SELECT link FROM soundings.`ORIGINALS`", "DESCRIBE TABLE originals"]
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


@pytest.mark.parametrize("statement", PEOPLE)
def test_reader_may_not_tell_whose_texts_are_whose(statement: str) -> None:
    with pytest.raises(Refused):
        check("reader", statement)


@pytest.mark.parametrize("statement", COUNTED)
def test_reader_counts_people(statement: str) -> None:
    assert check("reader", statement)


@pytest.mark.servers
def test_people_are_told_apart_within_one_answer_alone(writer: Client, reader: Client) -> None:
    names = ("anna", "ben", "anna", "")
    Archive(writer).take([make_reading(str(n), voice=name and voice(name)) for n, name in enumerate(names)])
    told = "SELECT if(voice = '', '', toString(sipHash64(voice, {salt:UInt64}))) AS person FROM readings ORDER BY id"
    one, other = (
        [row[0] for row in reader.query(told, parameters={"salt": salt}).result_rows] for salt in (2**64 - 1, 7)
    )
    assert len(set(one)) == len(set(other)) == 3 and set(one) & set(other) == {""}


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
