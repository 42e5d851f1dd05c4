"""Orders to remove, and gaps. See also tests/store/test_model.py."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from soundings import receipts
from soundings.errors import OursFailed, PostFailed
from soundings.messages import Gap, Retraction, RetractionKind
from soundings.receipts import Receipt
from store import erasing, retractions
from store import questions as q
from store.archive import Archive
from store.clickhouse import Client
from store.retractions import Registrar
from store.rows import tell
from tests.factories import NOON, make_reading, post_id, voice
from tests.store.dying import Died, DyingClient

pytestmark = pytest.mark.servers

EVER = q.Window(NOON - timedelta(days=3650), NOON + timedelta(days=3650))


def order(name: str = "1", **changes: object) -> Retraction:
    fields: dict[str, object] = {"source": "files", "post_id": post_id(name), "reason": "gone", "observed_at": NOON}
    return Retraction.model_validate(fields | changes)


def test_no_question_shows_a_retracted_post(writer: Client, reader: Client, tmp_path: Path) -> None:
    Archive(writer).take([make_reading("1", text="secret words"), make_reading("2", text="other")])
    Registrar(writer, tmp_path).retract([order()])
    assert [view.id for view in q.newest(reader)] == [post_id("2")]
    assert q.search(reader, "secret").total == 0
    assert [view.id for view in q.posts(reader, EVER.start, EVER.end)] == [post_id("2")]
    assert q.totals(reader) == q.Totals(1, 1)
    assert q.freshness(reader, NOON).stored == q.mood(reader, EVER).posts == q.topics(reader, EVER)[0].posts == 1
    assert writer.query("SELECT id FROM originals").result_rows == [(post_id("2"),)]


def test_an_order_that_comes_first_wins(writer: Client, reader: Client, tmp_path: Path) -> None:
    Registrar(writer, tmp_path).retract([order()])
    Archive(writer).take([make_reading("1", version=9), make_reading("2")])
    assert [view.id for view in q.newest(reader)] == [post_id("2")]


def test_every_version_of_a_post_goes(writer: Client, reader: Client, tmp_path: Path) -> None:
    for version in (1, 2, 3):
        Archive(writer).take([make_reading("1", version=version)])
    Registrar(writer, tmp_path).retract([order()])
    assert q.totals(reader) == q.Totals(0, 1)


def test_the_same_order_again_is_one_order(writer: Client, reader: Client, tmp_path: Path) -> None:
    registrar = Registrar(writer, tmp_path)
    for days in (0, 1):
        registrar.retract([order(observed_at=NOON + timedelta(days=days)), order("2")])
        registrar.retract([order(post_id=None, voices=(voice("anna"), voice("anna before")))])
    assert q.totals(reader).retracted == 3


def test_the_same_account_forgotten_again_is_one_order(writer: Client, reader: Client, tmp_path: Path) -> None:
    """With the voice of one quarter more, and with the posts that its ledger holds."""
    for voices in ((voice("anna"),), (voice("anna"), voice("anna later"))):
        by_voice = order(post_id=None, voices=voices, account="a" * 32, kind=RetractionKind.BLOCKED)
        Registrar(writer, tmp_path).retract([by_voice, order("2", account="a" * 32, kind=RetractionKind.BLOCKED)])
    assert q.totals(reader).retracted == 1
    Registrar(writer, tmp_path).retract([order(post_id=None, voices=(voice("bob"),), account="b" * 32)])
    assert q.totals(reader).retracted == 2


@pytest.mark.parametrize("named", [{"post_id": post_id("1")}, {"post_id": None, "voices": (voice("anna"),)}])
@pytest.mark.parametrize("writes", range(8))
def test_a_death_in_the_middle_of_an_order_is_made_good(
    writer: Client, tmp_path: Path, named: dict[str, Any], writes: int
) -> None:
    """The original, which may name the account, is found by its post: so it goes before it."""
    Archive(writer).take([make_reading("1"), make_reading("2", happened_at=NOON - timedelta(days=60))])
    client: Any = DyingClient(writer, writes, half=False)
    with suppress(Died):
        Registrar(client, tmp_path).retract([order(**named)])
    Registrar(writer, tmp_path).retract([order(**named)])
    for table in ("readings", "originals"):
        left = {row[0] for row in writer.query(f"SELECT id FROM {table}").result_rows}
        assert left == ({post_id("2")} if named["post_id"] else set())


def test_a_hidden_post_may_return(writer: Client, reader: Client, tmp_path: Path) -> None:
    later = NOON + timedelta(hours=1)
    Archive(writer).take([make_reading("1")])
    Registrar(writer, tmp_path).retract([order(kind=RetractionKind.HIDDEN)])
    Archive(writer).take([make_reading("1")])
    assert q.totals(reader).stored == 0
    Archive(writer).take([make_reading("1", collected_at=later)])
    assert q.totals(reader).stored == 1


def test_an_order_with_hostile_words_is_taken(writer: Client, reader: Client, tmp_path: Path) -> None:
    hostile = order(post_id=None, voices=("' OR 1 = 1 --", "\\", voice("anna")), reason="'; DROP TABLE readings")
    Archive(writer).take([make_reading("1", voice=voice("ben"))])
    Registrar(writer, tmp_path).retract([hostile])
    assert q.totals(reader) == q.Totals(1, 1)


def test_two_thousand_orders_at_once(writer: Client, reader: Client, tmp_path: Path) -> None:
    names = [str(number) for number in range(2500)]
    Archive(writer).take([make_reading(name) for name in names])
    Registrar(writer, tmp_path).retract([order(name) for name in names[:2400]])
    assert q.totals(reader) == q.Totals(100, 2400)


def test_a_gap_that_closes_replaces_the_open_one_whichever_comes_first(
    writer: Client, reader: Client, tmp_path: Path
) -> None:
    opened, closed = Gap(source="feeds", start=NOON, why="no answer"), NOON + timedelta(hours=2)
    registrar = Registrar(writer, tmp_path)
    for notices in ([opened], [opened.model_copy(update={"end": closed})], [opened]):
        registrar.retract(notices)
    assert q.gaps(reader, EVER) == [q.SourceGap("feeds", NOON, closed, "no answer")]
    assert q.gaps(reader, q.Window(closed, closed + timedelta(hours=1))) == []


def test_an_open_gap_reaches_until_now(writer: Client, reader: Client, tmp_path: Path) -> None:
    Registrar(writer, tmp_path).retract([Gap(source="feeds", start=NOON, why="no answer")])
    later = q.Window(NOON + timedelta(days=30), NOON + timedelta(days=31))
    assert q.gaps(reader, later) == [q.SourceGap("feeds", NOON, None, "no answer")]
    assert q.gaps(reader, q.Window(NOON - timedelta(days=1), NOON)) == []


@pytest.mark.parametrize("year", [1, 2299])
def test_an_instant_that_clickhouse_would_change_is_the_notices_fault(
    writer: Client, year: int, tmp_path: Path
) -> None:
    wrong = datetime(year, 12, 31, tzinfo=UTC)
    for notice in (order(observed_at=wrong), Gap(source="feeds", start=wrong, why="x")):
        with pytest.raises(PostFailed, match="1900 to 2299"):
            Registrar(writer, tmp_path).retract([notice])


def test_every_order_leaves_a_receipt_and_a_gap_none(writer: Client, tmp_path: Path) -> None:
    person = order(post_id=None, voices=(voice("anna"),), account="ab" * 16, kind=RetractionKind.BLOCKED)
    gap = Gap(source="feeds", start=NOON, why="no answer")
    Registrar(writer, tmp_path / "receipts", lambda: NOON).retract([order(), gap, person])
    assert set(receipts.read(tmp_path / "receipts")) == {
        Receipt(order=each, taken_at=NOON) for each in (order(), person)
    }


def test_an_order_is_not_obeyed_before_its_receipt_is_on_the_disk(
    writer: Client, reader: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Archive(writer).take([make_reading("1")])
    (tmp_path / "full").write_text("as a disk that takes nothing")
    with pytest.raises(OursFailed, match="receipts"):
        Registrar(writer, tmp_path / "full").retract([order()])
    assert q.totals(reader) == q.Totals(1, 0)

    def die(*_: object) -> None:
        raise OursFailed("killed between the two")

    monkeypatch.setattr(retractions, "erase", die)
    with pytest.raises(OursFailed):
        Registrar(writer, tmp_path / "receipts").retract([order()])
    monkeypatch.undo()
    assert [receipt.order for receipt in receipts.read(tmp_path / "receipts")] == [order()]
    Registrar(writer, tmp_path / "receipts").retract([order()])  # as it comes again
    assert q.totals(reader) == q.Totals(0, 1)


def test_who_keeps_answers_sees_each_erasure_and_nothing_else(writer: Client, reader: Client, tmp_path: Path) -> None:
    archive, registrar = Archive(writer), Registrar(writer, tmp_path)
    seen = [q.erasures(reader)]
    for name in ("1", "2"):
        archive.take([make_reading("1"), make_reading("2"), make_reading("3")])
        assert q.erasures(reader) == seen[-1]
        registrar.retract([order(name)])
        seen.append(q.erasures(reader))
    assert len(set(seen)) == 3


def test_the_mark_of_an_erasure_changes_again_once_the_posts_are_hidden(
    writer: Client, reader: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that asks between the note and the DELETE keeps an answer that still shows the post."""
    Archive(writer).take([make_reading("1")])
    between: list[str] = []

    def watched(client: Client, statement: str) -> None:
        between.append(q.erasures(reader))
        tell(client, statement)

    monkeypatch.setattr(erasing, "tell", watched)
    Registrar(writer, tmp_path).retract([order()])
    assert between and q.erasures(reader) not in between


def test_what_an_order_was_hiding_when_its_process_died_is_on_the_list(
    writer: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hidden rows are found by no voice: when the order comes again, nobody could tell any more which they were."""
    Archive(writer).take([make_reading("1")])
    monkeypatch.setattr(erasing, "tell", Mock(side_effect=OursFailed("killed")))
    with pytest.raises(OursFailed):
        Registrar(writer, tmp_path).retract([order(post_id=None, voices=(voice("anna"),))])
    assert erasing.erased_before(writer, datetime.now(UTC)) == {post_id("1")}


def test_a_page_learns_which_of_its_posts_are_still_held(writer: Client, reader: Client, tmp_path: Path) -> None:
    Archive(writer).take(
        [make_reading(str(number), happened_at=NOON + timedelta(minutes=number)) for number in range(3)]
    )
    shown = [view.happened for view in q.newest(reader)]
    assert q.held(reader, shown) == {post_id("0"), post_id("1"), post_id("2")}
    Registrar(writer, tmp_path).retract([order("1")])
    assert q.held(reader, shown) == {post_id("0"), post_id("2")}
    assert q.held(reader, []) == frozenset()
