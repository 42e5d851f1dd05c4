"""Orders to remove, and gaps. See also tests/store/test_model.py."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from soundings.errors import PostFailed
from soundings.messages import Gap, Retraction, RetractionKind
from store import questions as q
from store.archive import Archive
from store.clickhouse import Client
from store.retractions import Registrar
from tests.factories import NOON, make_reading, post_id, voice
from tests.store.dying import Died, DyingClient

pytestmark = pytest.mark.servers

EVER = q.Window(NOON - timedelta(days=3650), NOON + timedelta(days=3650))


def order(name: str = "1", **changes: object) -> Retraction:
    fields: dict[str, object] = {"source": "files", "post_id": post_id(name), "reason": "gone", "observed_at": NOON}
    return Retraction.model_validate(fields | changes)


def test_no_question_shows_a_retracted_post(writer: Client, reader: Client) -> None:
    Archive(writer).take([make_reading("1", text="secret words"), make_reading("2", text="other")])
    Registrar(writer).retract([order()])
    assert [view.id for view in q.newest(reader)] == [post_id("2")]
    assert q.search(reader, "secret").total == 0
    assert [view.id for view in q.posts(reader, EVER.start, EVER.end)] == [post_id("2")]
    assert q.totals(reader) == q.Totals(1, 1)
    assert q.freshness(reader, NOON).stored == q.mood(reader, EVER).posts == q.topics(reader, EVER)[0].posts == 1
    assert writer.query("SELECT id FROM originals").result_rows == [(post_id("2"),)]


def test_an_order_that_comes_first_wins(writer: Client, reader: Client) -> None:
    Registrar(writer).retract([order()])
    Archive(writer).take([make_reading("1", version=9), make_reading("2")])
    assert [view.id for view in q.newest(reader)] == [post_id("2")]


def test_every_version_of_a_post_goes(writer: Client, reader: Client) -> None:
    for version in (1, 2, 3):
        Archive(writer).take([make_reading("1", version=version)])
    Registrar(writer).retract([order()])
    assert q.totals(reader) == q.Totals(0, 1)


def test_the_same_order_again_is_one_order(writer: Client, reader: Client) -> None:
    registrar = Registrar(writer)
    for days in (0, 1):
        registrar.retract([order(observed_at=NOON + timedelta(days=days)), order("2")])
        registrar.retract([order(post_id=None, voices=(voice("anna"), voice("anna before")))])
    assert q.totals(reader).retracted == 3


@pytest.mark.parametrize("named", [{"post_id": post_id("1")}, {"post_id": None, "voices": (voice("anna"),)}])
@pytest.mark.parametrize("writes", range(5))
def test_a_death_in_the_middle_of_an_order_is_made_good(writer: Client, named: dict[str, Any], writes: int) -> None:
    """The original, which may name the account, is found by its post: so it goes before it."""
    Archive(writer).take([make_reading("1"), make_reading("2", happened_at=NOON - timedelta(days=60))])
    client: Any = DyingClient(writer, writes, half=False)
    with suppress(Died):
        Registrar(client).retract([order(**named)])
    Registrar(writer).retract([order(**named)])
    for table in ("readings", "originals"):
        left = {row[0] for row in writer.query(f"SELECT id FROM {table}").result_rows}
        assert left == ({post_id("2")} if named["post_id"] else set())


def test_a_hidden_post_may_return(writer: Client, reader: Client) -> None:
    later = NOON + timedelta(hours=1)
    Archive(writer).take([make_reading("1")])
    Registrar(writer).retract([order(kind=RetractionKind.HIDDEN)])
    Archive(writer).take([make_reading("1")])
    assert q.totals(reader).stored == 0
    Archive(writer).take([make_reading("1", collected_at=later)])
    assert q.totals(reader).stored == 1


def test_an_order_with_hostile_words_is_taken(writer: Client, reader: Client) -> None:
    hostile = order(post_id=None, voices=("' OR 1 = 1 --", "\\", voice("anna")), reason="'; DROP TABLE readings")
    Archive(writer).take([make_reading("1", voice=voice("ben"))])
    Registrar(writer).retract([hostile])
    assert q.totals(reader) == q.Totals(1, 1)


def test_two_thousand_orders_at_once(writer: Client, reader: Client) -> None:
    names = [str(number) for number in range(2500)]
    Archive(writer).take([make_reading(name) for name in names])
    Registrar(writer).retract([order(name) for name in names[:2400]])
    assert q.totals(reader) == q.Totals(100, 2400)


def test_a_gap_that_closes_replaces_the_open_one_whichever_comes_first(writer: Client, reader: Client) -> None:
    opened, closed = Gap(source="feeds", start=NOON, why="no answer"), NOON + timedelta(hours=2)
    registrar = Registrar(writer)
    for notices in ([opened], [opened.model_copy(update={"end": closed})], [opened]):
        registrar.retract(notices)
    assert q.gaps(reader, EVER) == [q.SourceGap("feeds", NOON, closed, "no answer")]
    assert q.gaps(reader, q.Window(closed, closed + timedelta(hours=1))) == []


def test_an_open_gap_reaches_until_now(writer: Client, reader: Client) -> None:
    Registrar(writer).retract([Gap(source="feeds", start=NOON, why="no answer")])
    later = q.Window(NOON + timedelta(days=30), NOON + timedelta(days=31))
    assert q.gaps(reader, later) == [q.SourceGap("feeds", NOON, None, "no answer")]
    assert q.gaps(reader, q.Window(NOON - timedelta(days=1), NOON)) == []


@pytest.mark.parametrize("year", [1, 2299])
def test_an_instant_that_clickhouse_would_change_is_the_notices_fault(writer: Client, year: int) -> None:
    wrong = datetime(year, 12, 31, tzinfo=UTC)
    for notice in (order(observed_at=wrong), Gap(source="feeds", start=wrong, why="x")):
        with pytest.raises(PostFailed, match="1900 to 2299"):
            Registrar(writer).retract([notice])
