"""The endpoint through unmodified `clickhouse_connect`, and through bare HTTP for what that would never send."""

from __future__ import annotations

import gzip
import stat
import threading
import zlib
from datetime import UTC, datetime

import clickhouse_connect
import httpx
import pytest
from clickhouse_connect.driver.exceptions import DatabaseError

from soundings.errors import OursFailed
from soundings.settings import Settings
from store import access
from store.clickhouse import Client, connect
from tests.store.serving import StoreServer

pytestmark = pytest.mark.servers


def ask(server: StoreServer, user: str, statement: str, **parameters: str) -> httpx.Response:
    note = access.read(server.settings)
    parameters = {"database": "soundings"} | parameters
    return httpx.post(note.url, params=parameters, content=statement, auth=(user, note.users[user]))


def code(answer: httpx.Response) -> str:
    return str(answer.headers.get("X-ClickHouse-Exception-Code", ""))


def test_ping_needs_no_password(store_server: StoreServer) -> None:
    assert httpx.get(access.read(store_server.settings).url + "/ping").text == "Ok.\n"


@pytest.mark.parametrize("auth", [None, ("reader", "wrong"), ("nobody", ""), ("default", ""), ("reader", "")])
def test_all_else_needs_one(store_server: StoreServer, auth: tuple[str, str] | None) -> None:
    answer = httpx.get(access.read(store_server.settings).url, params={"query": "SELECT 1"}, auth=auth)
    assert (answer.status_code, code(answer)) == (403, "516")


def test_a_password_in_the_address_is_not_taken(store_server: StoreServer) -> None:
    note = access.read(store_server.settings)
    answer = httpx.get(note.url, params={"query": "SELECT 1", "user": "reader", "password": note.users["reader"]})
    assert answer.status_code == 403


def test_the_note_is_private_and_the_passwords_are_long(store_server: StoreServer) -> None:
    path = access.path(store_server.settings)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert all(len(password) >= 32 for password in access.read(store_server.settings).users.values())
    assert access.read(store_server.settings).users["reader"] not in repr(access.read(store_server.settings))


@pytest.mark.parametrize("user", ["reader", "officer"])
@pytest.mark.parametrize("setting", ["apply_deleted_mask", "max_execution_time", "readonly", "max_result_rows"])
def test_settings_in_the_address_are_refused(store_server: StoreServer, user: str, setting: str) -> None:
    answer = ask(store_server, user, "SELECT 1", **{setting: "0"})
    assert (answer.status_code, code(answer)) == (400, "164")


def test_deleted_rows_stay_hidden_from_every_trick(store_server: StoreServer, writer: Client) -> None:
    writer.command("INSERT INTO audit VALUES (now64(), 'a', 'b', 'canary')")
    writer.command("DELETE FROM audit WHERE 1")
    for statement in ("SELECT detail FROM audit", "SELECT detail FROM audit SETTINGS apply_deleted_mask = 0"):
        for parameters in ({}, {"apply_deleted_mask": "0"}):
            assert "canary" not in ask(store_server, "reader", statement, **parameters).text


def test_several_statements_are_refused(store_server: StoreServer) -> None:
    answer = ask(store_server, "writer", "SELECT 1; SELECT 2")
    assert (answer.status_code, code(answer)) == (400, "164")
    assert ask(store_server, "writer", "SELECT 1;").text == "1\n"


def test_the_engine_itself_would_refuse_a_reader_to_write(store_server: StoreServer) -> None:
    """Behind the gate stands `readonly = 1`, set after the limits."""
    settings = (
        "SELECT name, value FROM system.settings WHERE name IN ('readonly', 'max_execution_time', 'max_result_rows')"
    )
    for user in ("reader", "officer"):
        rows = dict(line.split("\t") for line in ask(store_server, user, settings).text.splitlines())
        assert rows == {"readonly": "1", "max_execution_time": "30", "max_result_rows": "200000"}


def test_an_answer_above_the_limit_is_an_error_not_a_cut(store_server: StoreServer) -> None:
    answer = ask(store_server, "reader", "SELECT arrayJoin(arrayMap(x -> x, groupArray(name))) FROM system.settings")
    assert answer.status_code == 200  # a few thousand rows
    many = "SELECT a.name FROM system.settings AS a, system.settings AS b"
    assert code(ask(store_server, "reader", many)) == "396"


def test_officer_adds_audit_rows_and_reads(officer: Client, writer: Client) -> None:
    officer.insert("audit", [[datetime(2026, 11, 10, tzinfo=UTC), "an officer", "looked", "x"]])
    assert officer.query("SELECT officer FROM audit").result_rows == [("an officer",)]
    with pytest.raises(DatabaseError):
        officer.insert("gaps", [["feeds", datetime(2026, 11, 10, tzinfo=UTC), None, "x", 0]])


def test_a_kafka_table_cannot_be_made(store_server: StoreServer) -> None:
    statement = "CREATE TABLE k (a String) ENGINE = Kafka('localhost:9092', 'a', 'b', 'JSONEachRow')"
    assert code(ask(store_server, "writer", statement)) == "164"


@pytest.mark.parametrize(
    "text", ["it's", 'a "b"', "tab\tline\n", "back\\slash", "nul\x00", "{x:String}", "%(x)s", "🗑️", ""]
)
def test_parameters_come_through_unchanged(reader: Client, text: str) -> None:
    assert reader.query("SELECT {x:String}", parameters={"x": text}).result_rows == [(text,)]
    rows = reader.query("SELECT {x:Array(String)}", parameters={"x": [text, "y"]}).result_rows
    assert list(rows[0][0]) == [text, "y"]


def test_an_empty_answer_is_no_rows(reader: Client) -> None:
    assert reader.query("SELECT source FROM readings WHERE 0").result_rows == []
    assert reader.query("SELECT source, text FROM readings LIMIT 0").column_names == ("source", "text")


def test_errors_carry_clickhouses_code(store_server: StoreServer, reader: Client) -> None:
    assert code(ask(store_server, "reader", "SELECT 1 FROM nothing")) == "60"
    with pytest.raises(DatabaseError) as failed:
        reader.query("SELECT nothing FROM readings")
    assert failed.value.code == 47


ROWS = b'{"at":"2026-11-10 12:00:00","officer":"o","action":"a","detail":"packed"}\n'


@pytest.mark.parametrize("encoding", ["gzip", "zstd", "lz4"])
def test_packed_bodies_are_taken(store_server: StoreServer, writer: Client, encoding: str) -> None:
    from clickhouse_connect.driver.compression import get_compressor

    packer = get_compressor(encoding)
    first = packer.compress_block(b"INSERT INTO audit FORMAT JSONEachRow\n" + ROWS)
    body = (first or b"") + (packer.flush() or b"")
    note = access.read(store_server.settings)
    answer = httpx.post(
        note.url,
        params={"database": "soundings"},
        content=body,
        auth=("writer", note.users["writer"]),
        headers={"Content-Encoding": encoding},
    )
    assert (answer.status_code, answer.text) == (200, "")
    assert writer.query("SELECT detail FROM audit").result_rows == [("packed",)]


def test_a_body_of_several_packed_parts_is_taken_whole(store_server: StoreServer, writer: Client) -> None:
    note = access.read(store_server.settings)
    body = gzip.compress(b"INSERT INTO audit FORMAT JSONEachRow\n" + ROWS) + gzip.compress(ROWS)
    httpx.post(
        note.url,
        params={"database": "soundings"},
        content=body,
        auth=("writer", note.users["writer"]),
        headers={"Content-Encoding": "gzip"},
    ).raise_for_status()
    assert writer.query("SELECT count() FROM audit").result_rows == [(2,)]


@pytest.mark.parametrize("compress", ["lz4", "zstd", "gzip", True, False])
def test_the_client_may_pack_what_it_inserts(store_server: StoreServer, writer: Client, compress: str | bool) -> None:
    note = access.read(store_server.settings)
    host, port = note.url.removeprefix("http://").split(":")
    client = clickhouse_connect.get_client(
        host=host,
        port=int(port),
        username="writer",
        password=note.users["writer"],
        database="soundings",
        compress=compress,
    )
    client.insert("audit", [[datetime(2026, 11, 10, tzinfo=UTC), "o", "a", "x" * 5000]] * 500)
    assert client.query("SELECT count(), max(length(detail)) FROM audit").result_rows == [(500, 5000)]


def test_rows_may_come_beside_the_statement(store_server: StoreServer, writer: Client) -> None:
    note = access.read(store_server.settings)
    query = {"query": "INSERT INTO audit FORMAT JSONEachRow", "database": "soundings"}
    answer = httpx.post(note.url, params=query, content=ROWS, auth=("writer", note.users["writer"]))
    assert answer.status_code == 200
    assert writer.query("SELECT count() FROM audit").result_rows == [(1,)]


@pytest.mark.parametrize(
    "body", [gzip.compress(b"SELECT 1")[:-6] + b"damage", gzip.compress(b"SELECT 1")[:-4], b"not packed", b""]
)
def test_a_damaged_body_is_refused(store_server: StoreServer, body: bytes) -> None:
    note = access.read(store_server.settings)
    answer = httpx.post(
        note.url, content=body, auth=("reader", note.users["reader"]), headers={"Content-Encoding": "gzip"}
    )
    assert answer.status_code == 400


def test_a_body_that_unfolds_without_end_is_refused(store_server: StoreServer) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(b" " * 1024 * 1024) for _ in range(80)) + packer.flush()
    note = access.read(store_server.settings)
    answer = httpx.post(
        note.url, content=bomb, auth=("reader", note.users["reader"]), headers={"Content-Encoding": "gzip"}
    )
    assert answer.status_code == 413


def test_no_insert_leaves_anything_outside_of_the_database(store_server: StoreServer, writer: Client) -> None:
    canary = "canary-7c1f"
    for _ in range(3):
        writer.insert("audit", [[datetime(2026, 11, 10, tzinfo=UTC), "o", "a", canary * 2000]] * 200)
    assert ask(store_server, "writer", "INSERT INTO audit FORMAT JSONEachRow\n{broken " + canary).status_code == 500
    assert list(store_server.temporary.rglob("*")) == []
    home = store_server.settings.home
    outside = [path for path in home.rglob("*") if path.is_file() and home / "database" not in path.parents]
    assert not any(canary.encode() in path.read_bytes() for path in outside)


def test_a_failed_insert_does_not_hang_however_long_its_rows(store_server: StoreServer) -> None:
    rows = "\n".join(['{"a": "' + "x" * 1000 + '"}'] * 5000)
    answer = ask(store_server, "writer", "INSERT INTO nothing FORMAT JSONEachRow\n" + rows)
    assert (answer.status_code, code(answer)) == (500, "60")


def test_clients_are_shared_by_threads(reader: Client) -> None:
    found: list[int] = []

    def work(number: int) -> None:
        for _ in range(10):
            found.append(reader.query("SELECT {n:Int64}", parameters={"n": number}).result_rows[0][0] - number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [0] * 120


def test_the_server_says_utc_and_claims_no_protocol_version(store_server: StoreServer) -> None:
    answer = ask(store_server, "reader", "SELECT 1 AS check", default_format="Native", client_protocol_version="54405")
    assert answer.content.startswith(b"\x01\x01\x05check")
    assert answer.headers["X-ClickHouse-Timezone"] == "UTC"
    assert ask(store_server, "reader", "SELECT timezone()").text == "UTC\n"


def test_connect_says_that_the_store_has_not_started(settings: Settings) -> None:
    with pytest.raises(OursFailed, match="has not started"):
        connect(settings, "reader")


def test_connect_says_when_nothing_answers(settings: Settings) -> None:
    access.write(settings, access.Access("http://127.0.0.1:1", access.make_passwords()))
    with pytest.raises(OursFailed, match="does not answer"):
        connect(settings, "reader")


@pytest.mark.parametrize("database", ["system", "INFORMATION_SCHEMA", "nope"])
def test_no_other_database_is_asked(store_server: StoreServer, database: str) -> None:
    """There, `processes` alone would be the table of the system that the gate refuses by its whole name."""
    for user in ("reader", "officer", "writer"):
        answer = ask(store_server, user, "SELECT count() FROM processes", database=database)
        assert (answer.status_code, code(answer)) == (400, "164")
    assert ask(store_server, "reader", "SELECT 1", database="").text == "1\n"
