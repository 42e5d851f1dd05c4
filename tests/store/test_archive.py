"""Taking readings: exactly once in effect, however they come (invariant R1)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from soundings.errors import OursFailed, PostFailed
from soundings.messages import Mood, Original, Reading, Retraction, RetractionKind, Sentiment
from store import questions as q
from store.archive import Archive, Seen, ids
from store.clickhouse import Client
from store.retractions import Registrar
from store.turns import Turns
from tests.factories import NOON, make_reading, make_understanding, post_id, voice
from tests.store.dying import Died, DyingClient

pytestmark = pytest.mark.servers


def texts(client: Client) -> list[str]:
    return [view.text for view in q.newest(client)]


def test_keeps_every_field_that_people_may_see(writer: Client, reader: Client) -> None:
    reading = make_reading(
        "1",
        text="Mae'r biniau'n hwyr 🗑️ \x00 'quoted' \\ back\nline",
        alt=("A full bin",),
        happened_at=datetime(2026, 3, 29, 0, 59, 59, 999000, tzinfo=UTC),
        reply_to=post_id("0"),
        thread=post_id("root"),
        point=(51.5, -3.2),
    )
    Archive(writer).take([reading])
    [view] = q.newest(reader)
    assert view == q.PostView(
        id=reading.post.id,
        source="files",
        kind="post",
        text=reading.post.text,
        happened_at=reading.post.happened_at,
        collected_at=NOON,
        author_kind="resident",
        topics=("bins-recycling",),
        mood="neutral",
        clear=True,
        acts=("question",),
        places=(),
        language="en",
        reply_to=post_id("0"),
        thread=post_id("root"),
        reader="plain 1",
        guessed=("bins-recycling",),
        corrected=False,
    )


def test_a_batch_taken_twice_counts_once(writer: Client, reader: Client) -> None:
    batch = [make_reading(str(number)) for number in range(50)]
    Archive(writer).take(batch)
    Archive(writer).take(batch)
    assert q.totals(reader) == q.Totals(50, 0)
    assert writer.query("SELECT count() FROM readings").result_rows == [(50,)]


def test_an_empty_batch_is_nothing(writer: Client, reader: Client) -> None:
    Archive(writer).take([])
    assert q.totals(reader) == q.Totals(0, 0)


def test_the_same_post_with_three_dates_is_one_row_at_the_first(writer: Client, reader: Client) -> None:
    archive = Archive(writer)
    archive.take([make_reading("1", happened_at=NOON, version=1)])
    archive.take([make_reading("1", happened_at=NOON - timedelta(days=40), version=2, text="second")])
    archive.take([make_reading("1", happened_at=NOON + timedelta(minutes=5), version=3, text="third")])
    ever = q.Window(NOON - timedelta(days=300), NOON + timedelta(days=300))
    assert q.totals(reader).stored == q.mood(reader, ever).posts == 1
    [view] = q.newest(reader)
    assert (view.text, view.happened_at) == ("third", NOON)


def test_within_a_batch_the_newest_version_wins_at_the_first_date(writer: Client, reader: Client) -> None:
    first = make_reading("1", version=1, text="old", happened_at=NOON)
    Archive(writer).take(
        [
            first,
            make_reading("1", version=3, text="new", happened_at=NOON - timedelta(days=60)),
            make_reading("1", version=2, text="middle"),
        ]
    )
    [view] = q.newest(reader)
    assert (view.text, view.happened_at) == ("new", NOON)
    assert writer.query("SELECT count() FROM readings").result_rows == [(1,)]


def test_an_older_version_or_reading_never_comes_back(writer: Client, reader: Client) -> None:
    archive = Archive(writer)
    archive.take([make_reading("1", version=2, reading_version=5, text="new")])
    archive.take([make_reading("1", version=1, reading_version=9, text="old")])
    archive.take([make_reading("1", version=2, reading_version=4, text="read before")])
    assert texts(reader) == ["new"]
    archive.take([make_reading("1", version=2, reading_version=6, text="read again")])
    assert texts(reader) == ["read again"]


def test_the_largest_versions_keep_their_order(writer: Client, reader: Client) -> None:
    archive, top = Archive(writer), 2**63 - 1
    archive.take([make_reading("1", version=top - 1, reading_version=2**31 - 1, text="old")])
    archive.take([make_reading("1", version=top, reading_version=0, text="new")])
    assert texts(reader) == ["new"]


def test_an_edit_drops_the_old_words_from_search(writer: Client, reader: Client) -> None:
    archive = Archive(writer)
    archive.take([make_reading("1", version=1, text="the library closes")])
    archive.take([make_reading("1", version=2, text="the library opens")])
    assert q.search(reader, "closes").total == 0
    assert q.search(reader, "opens").total == 1


@pytest.mark.parametrize("name", ["created_at", "happened_at", "collected_at"])
@pytest.mark.parametrize("year", [1, 1899, 2299, 9999])
def test_a_date_that_clickhouse_would_change_is_the_posts_fault(
    writer: Client, reader: Client, name: str, year: int
) -> None:
    changed: dict[str, Any] = {name: datetime(year, 12, 31, tzinfo=UTC)}
    wrong = make_reading("1", **changed)
    with pytest.raises(PostFailed, match=f"{name} is {year:04d}: the archive holds the years 1900 to 2299"):
        Archive(writer).take([wrong])
    assert q.totals(reader).stored == 0


@pytest.mark.parametrize("happened_at", [datetime(1900, 1, 1, tzinfo=UTC), datetime(2299, 12, 30, tzinfo=UTC)])
def test_the_first_and_the_last_date_come_back_unchanged(writer: Client, reader: Client, happened_at: datetime) -> None:
    Archive(writer).take([make_reading("1", happened_at=happened_at)])
    assert q.newest(reader)[0].happened_at == happened_at


def test_posts_of_many_years_go_into_one_batch(writer: Client, reader: Client) -> None:
    Archive(writer).take(
        [
            make_reading(f"{year}-{month}", happened_at=datetime(year, month, 1, tzinfo=UTC))
            for year in range(2010, 2019)
            for month in range(1, 13)
        ]
    )
    assert q.totals(reader).stored == 9 * 12


def test_a_value_that_does_not_fit_is_the_posts_fault(writer: Client) -> None:
    wrong = make_reading("1", understood=make_understanding(likeness=(2**32,)))
    with pytest.raises(PostFailed):
        Archive(writer).take([wrong])


def test_a_store_that_is_away_is_our_fault(writer: Client, store_server: object) -> None:
    away = Mock(query=Mock(side_effect=ConnectionRefusedError))
    with pytest.raises(OursFailed):
        Archive(away).take([make_reading("1")])


def test_originals_lie_apart(writer: Client) -> None:
    Archive(writer).take([make_reading("1", original=Original(native_id="at://did:plc:x/1", link="https://x/1"))])
    assert writer.query("SELECT native_id, link FROM originals").result_rows == [("at://did:plc:x/1", "https://x/1")]
    columns = [row[0] for row in writer.query("DESCRIBE TABLE readings").result_rows]
    assert not {"native_id", "link", "original"} & set(columns)


def test_a_reading_replaces_every_part_of_the_one_before(writer: Client, reader: Client) -> None:
    archive = Archive(writer)
    archive.take([make_reading("1", reading_version=1)])
    angry = Sentiment(label=Mood.NEGATIVE, clear=False, probabilities={Mood.NEGATIVE: 0.4})
    again = make_understanding(topics=(), sentiment=angry, speech_acts=(), reader="model 2", language="cy")
    archive.take([make_reading("1", reading_version=2, understood=again)])
    [view] = q.newest(reader)
    assert (view.topics, view.mood, view.clear, view.acts, view.reader) == ((), "negative", False, (), "model 2")


def orders(kind: RetractionKind, **named: object) -> list[Retraction]:
    fields: dict[str, object] = {"source": "files", "kind": kind, "reason": "test", "observed_at": NOON}
    return [Retraction.model_validate(fields | named)]


def readings_of_anna() -> list[Reading]:
    early, late = NOON - timedelta(hours=1), NOON + timedelta(hours=1)
    return [
        make_reading("before", happened_at=early, collected_at=early),
        make_reading("late news", happened_at=early, collected_at=late),
        make_reading("after", happened_at=late, collected_at=late),
        make_reading("ben", happened_at=early, collected_at=early, voice=voice("ben")),
        make_reading("elsewhere", happened_at=early, collected_at=early, source="feeds"),
    ]


LEFT = {
    RetractionKind.GONE: {"after", "ben", "elsewhere"},
    RetractionKind.HIDDEN: {"late news", "after", "ben", "elsewhere"},
    RetractionKind.BLOCKED: {"ben", "elsewhere"},
}


@pytest.mark.parametrize("kind", list(RetractionKind))
@pytest.mark.parametrize("retracted_first", [True, False])
def test_a_person_is_retracted_the_same_before_and_after_the_posts(
    writer: Client, reader: Client, kind: RetractionKind, retracted_first: bool, tmp_path: Path
) -> None:
    archive, registrar = Archive(writer), Registrar(writer, tmp_path)
    order = orders(kind, voices=(voice("anna"), voice("anna last quarter")))
    if retracted_first:
        registrar.retract(order)
    archive.take(readings_of_anna())
    registrar.retract(order)
    expected = {post_id(name, "feeds" if name == "elsewhere" else "files") for name in LEFT[kind]}
    assert {view.id for view in q.newest(reader)} == expected
    assert {row[0] for row in writer.query("SELECT id FROM originals").result_rows} == expected


def test_an_original_that_a_crash_left_without_its_post_goes_with_the_order(writer: Client, tmp_path: Path) -> None:
    archive, reading = Archive(writer), make_reading("1")
    archive.take([reading])
    writer.command("TRUNCATE TABLE readings")  # as if the process died between the two inserts
    Registrar(writer, tmp_path).retract(orders(RetractionKind.BLOCKED, voices=(voice("anna"),)))
    archive.take([reading])
    assert writer.query("SELECT id FROM originals").result_rows == []


def test_a_post_whose_order_came_while_its_batch_waited_for_its_turn_is_never_inserted(
    writer: Client, tmp_path: Path
) -> None:
    registrar, looks, kept = Registrar(writer, tmp_path), list[Seen](), set[str]()

    class Waiting(Archive):
        def _look(self, readings: Sequence[Reading]) -> Seen:
            looks.append(super()._look(readings))
            if len(looks) == 1:
                registrar.retract(orders(RetractionKind.GONE, post_id=post_id("1")))
            return looks[-1]

        def _keep(self, readings: Sequence[Reading]) -> None:
            kept.update(ids(readings))

    Waiting(writer).take([make_reading("1"), make_reading("2")])
    assert len(looks) == 2 and kept == {post_id("2")}


def test_an_order_that_another_process_took_between_the_look_and_the_insert_wins(
    writer: Client, reader: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with two stores on one server: turns are of one process, so the other one waits for nobody."""
    other = Registrar(writer, tmp_path, turns=Turns())

    class Slow(Archive):
        def _keep(self, readings: Sequence[Reading]) -> None:
            other.retract([*orders(RetractionKind.GONE, post_id=post_id("1"))])
            super()._keep(readings)

    Slow(writer).take([make_reading("1"), make_reading("2")])
    assert [view.id for view in q.newest(reader)] == [post_id("2")]
    assert writer.query("SELECT id FROM originals").result_rows == [(post_id("2"),)]


@pytest.mark.parametrize("half", [True, False])
@pytest.mark.parametrize("writes", range(3))
def test_a_death_anywhere_is_made_good_when_the_batch_comes_again(writer: Client, writes: int, half: bool) -> None:
    batch = [make_reading(str(number), happened_at=NOON - timedelta(days=20 * number)) for number in range(4)]
    client: Any = DyingClient(writer, writes, half)
    with suppress(Died):
        Archive(client).take(batch)
    Archive(writer).take(batch)
    for table in ("readings", "originals"):
        held = {row[0] for row in writer.query(f"SELECT id FROM {table}").result_rows}
        assert held == {reading.post.id for reading in batch}


def test_a_crash_between_the_two_inserts_is_made_good(writer: Client, reader: Client) -> None:
    archive, reading = Archive(writer), make_reading("1")
    archive.take([reading])
    writer.command("TRUNCATE TABLE readings")
    archive.take([reading])
    assert q.totals(reader).stored == 1
    assert writer.query("SELECT count() FROM originals FINAL").result_rows == [(1,)]
