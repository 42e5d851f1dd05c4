"""What is kept goes page by page into a backup and comes back the same; what was removed goes into none."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from soundings.errors import BadInput, OursFailed
from soundings.messages import Gap, Notice, Retraction, RetractionKind
from soundings.parts import MISSING, Restoring, Saving
from soundings.receipts import Receipt
from store import backup
from store.archive import Archive
from store.backup import Table, pages, tables
from store.clickhouse import Client, connect
from store.migrate import keep_for, known
from store.retractions import Registrar
from tests.factories import NOON, make_reading, post_id, voice
from tests.store.conftest import TABLES, truncate
from tests.store.serving import RETENTION, StoreServer

pytestmark = pytest.mark.servers

READINGS = Table("readings", ("happened_at", "id"), True)
CANARY = "canaryword of a resident"


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoreServer]:
    """The engine of the home that is restored into."""
    server = StoreServer(tmp_path_factory.mktemp("second"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def there(second: StoreServer) -> Client:
    """A writer of it, over empty tables."""
    client = connect(second.settings, "writer")
    truncate(client)
    return client


@pytest.fixture
def save(store_server: StoreServer, tmp_path: Path) -> Callable[[], dict[str, int]]:
    return lambda: backup.save(Saving(store_server.settings, tmp_path, print))


@pytest.fixture
def restore(second: StoreServer, tmp_path: Path) -> Callable[..., dict[str, int]]:
    def run(*orders: Retraction) -> dict[str, int]:
        receipts = [Receipt(order=one, taken_at=NOON) for one in orders]
        return backup.restore(Restoring(second.settings, tmp_path, print, receipts, NOON))

    return run


def order(name: str = "", **changes: object) -> Retraction:
    fields: dict[str, object] = {"source": "files", "reason": "removed", "observed_at": NOON}
    return Retraction.model_validate(fields | ({"post_id": post_id(name)} if name else {}) | changes)


def retract(client: Client, *notices: Notice) -> None:
    with TemporaryDirectory() as receipts:
        Registrar(client, Path(receipts)).retract(notices)


def rows(client: Client, table: str) -> list[Any]:
    final = " FINAL" if table in ("readings", "originals", "tombstones", "gaps") else ""
    return sorted(client.query(f"SELECT * FROM {table}{final}").result_rows, key=repr)


def ids(client: Client) -> set[str]:
    return {row[0] for row in client.query("SELECT id FROM readings FINAL").result_rows}


def fill(writer: Client) -> None:
    """Something in every table."""
    Archive(writer).take([
        make_reading(str(number), happened_at=NOON - timedelta(days=number * 20), version=2**60 + number,
                     alt=("a £ sign",), point=(51.5, -3.1))
        for number in range(9)
    ])  # fmt: skip
    retract(writer, order("8"), Gap(source="feeds", start=NOON, why="away"))
    writer.insert("decisions", [[NOON, "ann", post_id("1"), "topic", "bins"]] * 2)
    writer.insert("audit", [[NOON, "ann", "opened", "x"]])
    writer.insert("alerts_sent", [[NOON, "rule", "key", "mail", "said"]])


def test_every_table_comes_back_row_by_row(
    writer: Client, there: Client, save: Callable[[], Any], restore: Callable[..., Any]
) -> None:
    fill(writer)
    assert save() == restore() == {"posts in the database": 8}
    for table in set(TABLES) - {"erased"}:  # a restore obeys once more, and notes it
        assert rows(there, table) == rows(writer, table), table
        assert rows(there, table), f"a test that would not notice that {table} is left out"


def test_no_table_is_forgotten(writer: Client, store_server: StoreServer) -> None:
    """A table that a later migration adds is in the backup by itself."""
    named = {table.name for table in tables(writer, store_server.settings.clickhouse_database)}
    assert named == set(TABLES)
    assert READINGS in tables(writer, store_server.settings.clickhouse_database)


@pytest.mark.parametrize("size", [1, 3, 7, 100])
def test_pages_hold_every_row_once(writer: Client, there: Client, size: int) -> None:
    """Also where many share an instant, and where a key is not of one row."""
    Archive(writer).take([
        make_reading(str(number), happened_at=NOON + timedelta(milliseconds=number // 10)) for number in range(30)
    ])  # fmt: skip
    writer.insert("decisions", [[NOON, "ann", post_id("1"), "topic", str(number)] for number in range(5)])
    for table in (READINGS, Table("decisions", ("post_id", "field", "at"), False)):
        found = list(pages(writer, table, size))
        for page in found:
            there.raw_insert(table.name, insert_block=page, fmt="Native")
        assert rows(there, table.name) == rows(writer, table.name)
        assert there.query(f"SELECT count() FROM {table.name}").result_rows == [(30 if table is READINGS else 5,)]


def test_long_posts_make_smaller_pages(writer: Client, there: Client) -> None:
    Archive(writer).take([make_reading(str(number), text="x" * 20_000) for number in range(40)])
    found = list(pages(writer, READINGS, 40, 100_000))
    assert len(found) > 5 and max(map(len, found)) < 200_000
    for page in found:
        there.raw_insert("readings", insert_block=page, fmt="Native")
    assert ids(there) == ids(writer)


def test_what_is_inserted_meanwhile_loses_nothing_that_was_there(writer: Client, there: Client) -> None:
    Archive(writer).take([make_reading(str(number)) for number in range(0, 40, 2)])
    for number, page in enumerate(pages(writer, READINGS, 4)):
        there.raw_insert("readings", insert_block=page, fmt="Native")
        Archive(writer).take([make_reading(str(number * 2 + 1))])
    assert {post_id(str(number)) for number in range(0, 40, 2)} <= ids(there)


def test_no_byte_of_what_was_removed_or_edited_is_in_a_backup(
    writer: Client, save: Callable[[], Any], tmp_path: Path
) -> None:
    Archive(writer).take([make_reading("1", text=CANARY), make_reading("2", text=CANARY), make_reading("3")])
    save()
    assert _holders(tmp_path) == {"readings"}, "a canary that no backup would show"
    for path in (tmp_path / "database").iterdir():
        path.unlink()
    (tmp_path / "database").rmdir()
    Archive(writer).take([make_reading("2", text="mended", version=2)])
    retract(writer, order("1"))
    save()
    assert _holders(tmp_path) == set()


def _holders(folder: Path) -> set[str]:
    files = (folder / "database").glob("*.native.gz")
    return {path.name.partition("-")[0] for path in files if CANARY.encode() in gzip.decompress(path.read_bytes())}


GONE, HIDDEN, BLOCKED = RetractionKind.GONE, RetractionKind.HIDDEN, RetractionKind.BLOCKED
RECEIPTS = [
    ([order("1")], {"2", "3"}),
    ([order(voices=(voice("anna"),))], {"2", "3"}),  # a person's, up to when it was observed
    ([order(voices=(voice("anna"),), kind=BLOCKED)], {"3"}),
    ([order("1", kind=HIDDEN, observed_at=NOON - timedelta(days=1))], {"1", "2", "3"}),  # it had returned
    ([order("1"), order("1"), order("9")], {"2", "3"}),
]


@pytest.mark.parametrize(("orders", "left"), RECEIPTS)
def test_receipts_are_obeyed_and_stay_obeyed(
    writer: Client,
    there: Client,
    save: Callable[[], Any],
    restore: Callable[..., Any],
    orders: list[Retraction],
    left: set[str],
) -> None:
    later = NOON + timedelta(hours=1)
    readings = [make_reading("1"), make_reading("2", happened_at=later, collected_at=later),
                make_reading("3", voice=voice("bert"))]  # fmt: skip
    Archive(writer).take(readings)
    save()
    restore(*orders)
    wanted = {post_id(name) for name in left}
    assert ids(there) == wanted
    assert {row[0] for row in there.query("SELECT id FROM originals").result_rows} == wanted
    Archive(there).take(readings)  # its source is asked again, or what was on the bus comes
    assert ids(there) == wanted


def test_an_order_that_was_cut_short_by_the_backup_is_obeyed(
    writer: Client, there: Client, save: Callable[[], Any], restore: Callable[..., Any]
) -> None:
    """The post was copied, then its order came, then the orders were copied: no receipt is needed."""
    Archive(writer).take([make_reading("1"), make_reading("2"), make_reading("3", voice=voice("bert"))])
    writer.insert("tombstones", [
        ["files", post_id("1"), "", "gone", "gone", NOON, NOON, "a"], ["files", "", voice("bert"), "blocked", "x", NOON,
                                                                       NOON, "b"],
    ])  # fmt: skip
    save()
    restore()
    assert ids(there) == {post_id("2")}


def test_orders_are_counted_as_before(
    writer: Client, there: Client, save: Callable[[], Any], restore: Callable[..., Any]
) -> None:
    retract(writer, order("1"))
    save()
    restore(order("1"), order(voices=(voice("a"), voice("b"))))
    assert there.query("SELECT uniqExact(order_id) FROM tombstones").result_rows == [(2,)]


def test_a_table_that_somebody_else_made_is_no_hindrance(
    writer: Client, there: Client, save: Callable[[], Any], restore: Callable[..., Any]
) -> None:
    Archive(writer).take([make_reading("1")])
    writer.command("CREATE TABLE notes (word String) ENGINE = MergeTree ORDER BY word")
    try:
        writer.insert("notes", [["mine"]])
        save()
    finally:
        writer.command("TRUNCATE TABLE notes")  # or its files stay for minutes
        writer.command("DROP TABLE notes")
    assert restore() == {"posts in the database": 1}


def test_a_database_of_a_newer_version_is_refused(
    writer: Client, there: Client, save: Callable[[], Any], restore: Callable[..., Any], tmp_path: Path
) -> None:
    save()
    assert json.loads((tmp_path / "database" / backup.ABOUT).read_text())["migration"] == known()[-1].number
    (tmp_path / "database" / backup.ABOUT).write_text(json.dumps({"migration": known()[-1].number + 1}))
    with pytest.raises(BadInput, match="of a newer Soundings"):
        restore()


def test_a_database_that_holds_posts_is_not_mixed_with_another(
    writer: Client, there: Client, save: Callable[[], Any], restore: Callable[..., Any]
) -> None:
    Archive(writer).take([make_reading("1")])
    save()
    Archive(there).take([make_reading("2")])
    with pytest.raises(Exception, match="holds posts: empty it before you restore"):
        restore()
    assert ids(there) == {post_id("2")}


def test_a_real_server_is_left_to_its_own_tools_and_still_obeys(
    store_server: StoreServer, second: StoreServer, there: Client, tmp_path: Path, restore: Callable[..., Any]
) -> None:
    given = store_server.settings.model_copy(update={"clickhouse_url": "http://127.0.0.1:1"})
    assert backup.save(Saving(given, tmp_path, print)) == {}
    Archive(there).take([make_reading("1"), make_reading("2")])  # as its own tools restored it
    restore(order("1"))
    assert ids(there) == {post_id("2")}


def test_a_store_that_is_away_is_our_failure(tmp_path: Path, store_server: StoreServer) -> None:
    nobody = store_server.settings.model_copy(update={"home": tmp_path / "nobody"})
    with pytest.raises(OursFailed, match="the store has not started"):
        backup.save(Saving(nobody, tmp_path, print))


def test_a_long_retention_holds_from_the_first_row_on(
    writer: Client, there: Client, save: Callable[[], Any], second: StoreServer, tmp_path: Path
) -> None:
    """A new table has a TTL of 395 days, and a merge drops what is older before `soundings up` says otherwise."""
    now = datetime.now(UTC)
    for days in (500, 900):
        Archive(writer).take([make_reading(str(days), collected_at=now - timedelta(days=days))])
    save()
    there.command("ALTER TABLE readings MODIFY TTL collected_at + toIntervalDay(395)")
    try:
        kept = second.settings.model_copy(update={"retention_days": 800})
        counted = backup.restore(Restoring(kept, tmp_path, print, [], now))
        there.command("OPTIMIZE TABLE readings FINAL")
        assert there.query("SELECT id FROM readings FINAL WHERE kept").result_rows == [(post_id("500"),)]
        assert MISSING not in counted and ids(there) == {post_id("500"), post_id("900")}, "the sweep has its own time"
    finally:
        keep_for(there, RETENTION)


@pytest.mark.parametrize("removed", [0, 1])
def test_a_post_that_does_not_come_back_is_missed(
    writer: Client, there: Client, save: Callable[[], Any], restore: Callable[..., Any], tmp_path: Path, removed: int
) -> None:
    Archive(writer).take([make_reading("1"), make_reading("2")])
    save()
    about = tmp_path / "database" / backup.ABOUT
    noted = json.loads(about.read_text())
    assert noted["posts"] == 2 and noted["removed_meanwhile"] == 0
    about.write_text(json.dumps(noted | {"posts": 3, "removed_meanwhile": removed}))
    assert restore(order("1")).get(MISSING, 0) == 1 - removed
