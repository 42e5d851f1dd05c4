"""The sweep over a real engine: no byte stays of what was removed, edited away or kept too long."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from soundings.errors import OursFailed
from soundings.messages import Reading, Retraction, RetractionKind
from store import questions as q
from store import scan, sweep
from store.archive import Archive
from store.clickhouse import Client
from store.retractions import Registrar
from store.sweep import Sweep, Swept, stale
from tests.factories import NOON, make_reading, post_id, voice
from tests.raw import holders
from tests.store.serving import StoreServer

pytestmark = [pytest.mark.servers, pytest.mark.timeout(240)]

NOW = datetime.now(UTC).replace(microsecond=0)
DAYS = 395


@pytest.fixture
def database(store_server: StoreServer) -> Path:
    return store_server.settings.home / "database"


@pytest.fixture
def registrar(writer: Client, tmp_path: Path) -> Registrar:
    return Registrar(writer, tmp_path / "receipts")


@pytest.fixture
def _settled(writer: Client) -> Iterator[None]:
    """Without merges of its own accord: what is rewritten was rewritten by the sweep."""
    for table in ("readings", "originals"):
        writer.command(f"ALTER TABLE {table} MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1")
    yield
    for table in ("readings", "originals"):
        writer.command(f"ALTER TABLE {table} RESET SETTING max_bytes_to_merge_at_max_space_in_pool")


def run(writer: Client, database: Path | None) -> Swept:
    return asyncio.run(Sweep(writer, database, DAYS, lambda: datetime.now(UTC)).run())


def posts(count: int, word: str, **changes: Any) -> list[Reading]:
    return [
        make_reading(f"{word}{n}", text=f"{word} word number {n}", collected_at=NOW, **changes) for n in range(count)
    ]


def gone(name: str, **changes: object) -> Retraction:
    fields = {"source": "files", "post_id": post_id(name), "reason": "x", "observed_at": NOW + timedelta(hours=1)}
    return Retraction.model_validate(fields | changes)


@pytest.mark.usefixtures("_settled")
def test_no_byte_of_a_removed_post_is_left_and_none_of_a_living_one_is_lost(
    writer: Client, reader: Client, registrar: Registrar, database: Path
) -> None:
    archive = Archive(writer)
    archive.take([*posts(40, "keepzqx"), *posts(3, "byidzqx"), *posts(30, "byvoicezqx", voice=voice("ben"))])
    archive.take([make_reading("old", text="lastyearzqx", happened_at=NOW - timedelta(days=300), collected_at=NOW)])
    archive.take([make_reading("answer", text="answerzqx", reply_to=post_id("byidzqx0"), collected_at=NOW)])
    words = ("byidzqx", "byvoicezqx", "lastyearzqx", "native-old", "native-byidzqx")
    assert holders(database, "byidzqx"), "the search finds what is there"
    registrar.retract([*(gone(f"byidzqx{n}") for n in range(3)), gone("old")])
    registrar.retract([gone("", post_id=None, voices=(voice("ben"), voice("ben last quarter")))])
    assert q.totals(reader).stored == 41
    assert holders(database, *words), "hidden is not erased"

    swept = run(writer, database)
    assert holders(database, *words) == set()
    assert swept.clean and swept.looked_for == 34
    assert {name.split()[0] for name in swept.rewritten} == {"readings", "originals"}
    assert q.totals(reader).stored == 41 and q.search(reader, "keepzqx").total == 40
    assert holders(database, "keepzqx")
    assert stale(writer, "readings") == stale(writer, "originals") == set()
    assert run(writer, database).rewritten == (), "what is clean is left alone"


@pytest.mark.usefixtures("_settled")
def test_only_the_months_that_hold_something_are_rewritten(
    writer: Client, registrar: Registrar, database: Path
) -> None:
    months = [datetime(2026, month, 3, tzinfo=UTC) for month in (5, 6, 7)]
    for moment in months:
        Archive(writer).take([make_reading(f"{moment.month}", happened_at=moment, collected_at=NOW)])
    registrar.retract([gone("6")])
    assert run(writer, database).rewritten == ("readings 202606", "originals all")


@pytest.mark.usefixtures("_settled")
def test_the_old_words_of_an_edit_go_too(writer: Client, reader: Client, database: Path) -> None:
    for version, word in enumerate(("firstzqx", "secondzqx", "thirdzqx")):
        Archive(writer).take([make_reading("1", text=word, version=version, collected_at=NOW)])
    assert holders(database, "firstzqx") and holders(database, "secondzqx")
    run(writer, database)
    assert holders(database, "firstzqx", "secondzqx") == set()
    assert holders(database, "thirdzqx") and [view.text for view in q.newest(reader)] == ["thirdzqx"]


@pytest.mark.usefixtures("_settled")
@pytest.mark.parametrize("held", ["", "the clock is far ahead"])
def test_what_was_kept_long_enough_goes(writer: Client, reader: Client, database: Path, held: str) -> None:
    """Not while the clock cannot be believed; and no merge believes one."""
    old = datetime.now(UTC) - timedelta(days=DAYS, seconds=5)
    Archive(writer).take([make_reading("old", text="oldzqx", collected_at=old), *posts(2, "newzqx")])
    writer.command("OPTIMIZE TABLE readings FINAL")
    writer.command("OPTIMIZE TABLE originals FINAL")
    assert holders(database, "oldzqx")
    swept = asyncio.run(Sweep(writer, database, DAYS, lambda: datetime.now(UTC)).run(held=held))
    assert swept.held == held
    if held:
        assert holders(database, "oldzqx") and swept.rewritten == ()
        return
    assert holders(database, "oldzqx", "native-old") == set()
    assert q.totals(reader).stored == 2 and holders(database, "newzqx")


def test_a_hidden_post_that_came_back_is_no_alarm(
    writer: Client, reader: Client, registrar: Registrar, database: Path
) -> None:
    post, order = make_reading("1", text="beforezqx", collected_at=NOW), gone("1", kind=RetractionKind.HIDDEN)
    Archive(writer).take([post])
    registrar.retract([order])
    later = NOW + timedelta(hours=2)
    Archive(writer).take([make_reading("1", text="afterzqx", collected_at=later)])
    swept = run(writer, database)
    assert swept.clean and swept.looked_for == 1
    assert [view.text for view in q.newest(reader)] == ["afterzqx"] and holders(database, "beforezqx") == set()


@pytest.mark.usefixtures("_settled")
@pytest.mark.parametrize("wide", [False, True])
def test_a_scan_that_finds_something_says_where(
    writer: Client, registrar: Registrar, database: Path, monkeypatch: pytest.MonkeyPatch, wide: bool
) -> None:
    """The engine is made to keep what it should have rewritten, in each of the two shapes of its files."""
    writer.command(f"ALTER TABLE readings MODIFY SETTING min_bytes_for_wide_part = {0 if wide else 10485760}")
    try:
        Archive(writer).take([*posts(20, "keepzqx"), make_reading("1", collected_at=NOW)])
        Archive(writer).take([make_reading("answer", reply_to=post_id("1"), thread=post_id("1"), collected_at=NOW)])
    finally:
        writer.command("ALTER TABLE readings RESET SETTING min_bytes_for_wide_part")
    registrar.retract([gone("1")])
    monkeypatch.setattr(sweep, "rewrite", lambda *_: None)
    swept = run(writer, database)
    assert not swept.clean
    assert set().union(*swept.found.values()) == {post_id("1")}
    # An answer names the post that it answers: that is in another column, and no trace of the post.
    assert len(swept.found) == 2, "one part of readings and one of originals"
    assert all(re.fullmatch(r"store/\w{3}/[0-9a-f-]{36}/(all|202611)_\d+_\d+_\d+", where) for where in swept.found)
    assert sweep.unmasked(writer, {post_id("1")}).keys() == {"readings", "originals"}
    monkeypatch.undo()
    assert run(writer, None).clean, "asked of a server, whose files are not ours"
    assert run(writer, database).clean


@pytest.mark.usefixtures("_settled")
def test_what_no_table_uses_is_searched_as_well(writer: Client, registrar: Registrar, database: Path) -> None:
    Archive(writer).take([make_reading("1", text="asidezqx", collected_at=NOW)])
    [part] = scan.look(database, {post_id("1")}).found.keys() & {
        str(path.relative_to(database)) for path in database.glob("store/*/*/202611*")
    }
    aside = (database / part).parent / "detached" / "broken-on-start_202611_9_9_0"
    try:
        shutil.copytree(database / part, aside)
        registrar.retract([gone("1")])
        swept = run(writer, database)
        assert swept.found == {str(aside.relative_to(database)): {post_id("1")}}
        assert swept.detached == (str(aside.relative_to(database)),)
        assert holders(database, "asidezqx") == {str(aside.relative_to(database) / "data.bin")} | {
            name for name in holders(database, "asidezqx") if "skp_idx" in name and "detached" in name
        }
    finally:
        shutil.rmtree(aside)
    assert run(writer, database).clean


def test_files_that_do_not_go_are_our_failure(writer: Client, database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left = database / "store" / "abc" / "left" / "202611_7_7_7"
    left.mkdir(parents=True)
    monkeypatch.setattr(sweep, "PATIENCE", 0.3)
    try:
        (left / "data.bin").write_bytes(b"")
        with pytest.raises(OursFailed, match=r"still in the database: left/202611_7_7_7"):
            run(writer, database)
    finally:
        shutil.rmtree(left.parent)


def test_a_part_that_cannot_be_read_is_our_failure(writer: Client, registrar: Registrar, database: Path) -> None:
    damaged = database / "store" / "abc" / "table" / "202611_8_8_8"
    damaged.mkdir(parents=True)
    try:
        (damaged / "id.bin").write_bytes(bytes(100))
        registrar.retract([gone("1")])
        with pytest.raises(OursFailed, match="cannot be searched: 202611_8_8_8"):
            asyncio.run(NotWaiting(writer, database, DAYS, lambda: datetime.now(UTC)).run())
    finally:
        shutil.rmtree(damaged.parent)


class NotWaiting(Sweep):
    """For a part that no table has: its files never go."""

    async def _wait_for_the_disk(self) -> None: ...


def test_one_that_was_set_aside_costs_no_sweep_and_goes_in_time(
    writer: Client, registrar: Registrar, database: Path
) -> None:
    damaged = database / "store" / "abc" / "detached" / "broken-on-start_202611_8_8_8"
    damaged.mkdir(parents=True)
    (damaged / "id.bin").write_bytes(bytes(100))
    (damaged / "columns.txt").write_bytes(b"\xff\xfe")
    registrar.retract([gone("1")])
    name = str(damaged.relative_to(database))
    try:
        swept = run(writer, database)
        assert swept.clean and swept.detached == swept.unreadable == (name,)
        later = datetime.now(UTC) + timedelta(days=15)
        swept = asyncio.run(Sweep(writer, database, DAYS, lambda: later).run())
        assert swept.let_go == (name,) and swept.detached == ()
    finally:
        shutil.rmtree(damaged.parent)


@pytest.mark.usefixtures("_settled")
def test_an_order_that_is_half_obeyed_when_it_begins_is_no_alarm(
    writer: Client, registrar: Registrar, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its post is on the list already, and hidden only once the first round has looked for what to rewrite."""
    Archive(writer).take([make_reading("1", text="halfzqx", collected_at=NOW), *posts(3, "keepzqx")])
    writer.insert("erased", [[post_id("1"), datetime.now(UTC)]], ["post_id", "at"])
    look = Sweep._look

    def obeyed_meanwhile(self: Sweep, wanted: set[str]) -> scan.Looked:
        registrar.retract([gone("1")])
        assert post_id("1") in wanted
        return look(self, wanted)

    monkeypatch.setattr(Sweep, "_look", obeyed_meanwhile)
    assert run(writer, database).clean
    assert holders(database, "halfzqx") == set()


def test_what_is_ordered_while_it_sweeps_is_for_the_next(writer: Client, registrar: Registrar, database: Path) -> None:
    Archive(writer).take(posts(3, "keepzqx"))
    began = NOON - timedelta(days=1)
    registrar.retract([gone("keepzqx1")])
    swept = asyncio.run(Sweep(writer, database, DAYS, lambda: began).run())
    assert swept.looked_for == 0
