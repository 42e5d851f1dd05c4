"""What officers correct counts everywhere at once, and what the reader guessed stays beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from soundings.council import CouncilFile
from soundings.errors import BadInput
from soundings.messages import ActGuess, Retraction, SpeechAct, TopicGuess
from store import questions as q
from store.archive import Archive
from store.clickhouse import Client
from store.decisions import correct_topics
from store.retractions import Registrar
from store.sweep import DECISIONS, rewrite, stale
from tests.factories import NOON, make_reading, make_understanding, post_id, voice
from tests.store.serving import StoreServer

pytestmark = pytest.mark.servers

DAY = q.Window(NOON - timedelta(hours=12), NOON + timedelta(hours=12))
LATER = NOON + timedelta(hours=1)
BINS, ROADS, PARKS = "bins-recycling", "roads", "parks"


def correct(officer: Client, name: str, *topics: str, minutes: int = 0) -> None:
    correct_topics(officer, "Bea", post_id(name), topics, LATER + timedelta(minutes=minutes))


def hold(writer: Client, *names: str) -> None:
    """Posts that the reader took to be about bins, each by somebody else."""
    Archive(writer).take([make_reading(name, voice=voice(name)) for name in names])


def counted(reader: Client) -> dict[str, tuple[int, int]]:
    return {one.slug: (one.posts, one.voices) for one in q.topics(reader, DAY)}


def test_a_corrected_post_counts_where_the_officer_put_it(writer: Client, officer: Client, reader: Client) -> None:
    hold(writer, "1", "2", "3")
    correct(officer, "1", ROADS, PARKS)
    assert counted(reader) == {BINS: (2, 2), ROADS: (1, 1), PARKS: (1, 1)}
    assert {one.slug: one.posts for one in q.mood_by_topic(reader, DAY)} == {BINS: 2, ROADS: 1, PARKS: 1}
    assert {one.slug: one.voices for one in q.agenda(reader, DAY)} == {BINS: 2, ROADS: 1, PARKS: 1}


@pytest.mark.parametrize("topic", [BINS, ROADS])
def test_a_filter_by_topic_finds_it_there_and_nowhere_else(
    writer: Client, officer: Client, reader: Client, topic: str
) -> None:
    hold(writer, "1", "2")
    correct(officer, "1", ROADS)
    filters, wanted = q.Filters(topic=topic), {post_id("1" if topic == ROADS else "2")}
    assert {one.id for one in q.newest(reader, filters)} == wanted
    assert {one.id for one in q.posts(reader, DAY.start, DAY.end, filters)} == wanted
    assert {one.id for one in q.search(reader, "bins", filters).posts} == wanted
    assert q.search(reader, "bins", filters).total == 1
    assert q.mood(reader, DAY, filters).posts == 1
    assert q.summary(reader, DAY, filters=filters).now.posts == 1
    assert sum(one.posts for one in q.sources(reader, DAY, filters)) == 1
    assert q.count_newer(reader, filters, q.Mark(DAY.start, "")) == 1


def test_the_guess_and_the_decision_are_different_fields(writer: Client, officer: Client, reader: Client) -> None:
    hold(writer, "1", "2")
    correct(officer, "1", ROADS, PARKS)
    views = {one.id: one for one in q.newest(reader)}
    one, other = views[post_id("1")], views[post_id("2")]
    assert (one.topics, one.guessed, one.corrected) == ((ROADS, PARKS), (BINS,), True)
    assert (other.topics, other.guessed, other.corrected) == ((BINS,), (BINS,), False)


def test_the_latest_word_holds_and_an_empty_one_takes_it_back(writer: Client, officer: Client, reader: Client) -> None:
    hold(writer, "1")
    correct(officer, "1", ROADS)
    correct(officer, "1", PARKS, minutes=1)
    assert set(counted(reader)) == {PARKS}
    correct(officer, "1", minutes=2)
    assert set(counted(reader)) == {BINS}
    assert not q.newest(reader)[0].corrected


def test_it_outlives_an_edit_and_a_second_reading(writer: Client, officer: Client, reader: Client) -> None:
    hold(writer, "1")
    correct(officer, "1", ROADS)
    archive = Archive(writer)
    archive.take([make_reading("1", version=2, text="Now about parks")])
    again = make_understanding(topics=(TopicGuess(slug=PARKS, confidence=1.0),))
    archive.take([make_reading("1", version=2, text="Now about parks", reading_version=9, understood=again)])
    [view] = q.newest(reader)
    assert (view.topics, view.guessed) == ((ROADS,), (PARKS,))


def test_a_correction_of_what_is_not_held_counts_nothing(writer: Client, officer: Client, reader: Client) -> None:
    hold(writer, "1")
    correct(officer, "elsewhere", ROADS)
    correct(officer, "1", ROADS)
    assert counted(reader) == {ROADS: (1, 1)}


def test_a_removed_post_is_gone_with_its_correction(
    writer: Client, officer: Client, reader: Client, store_server: StoreServer
) -> None:
    hold(writer, "1", "2")
    correct(officer, "1", ROADS)
    gone = Retraction(source="files", post_id=post_id("1"), reason="x", observed_at=LATER)
    Registrar(writer, store_server.settings.receipts).retract([gone])
    assert counted(reader) == {BINS: (1, 1)}


def test_what_a_removed_post_was_said_to_be_about_is_erased(
    writer: Client, officer: Client, reader: Client, store_server: StoreServer
) -> None:
    hold(writer, "1", "2")
    for name in ("1", "2"):
        correct(officer, name, ROADS)
    gone = Retraction(source="files", post_id=post_id("1"), reason="x", observed_at=LATER)
    Registrar(writer, store_server.settings.receipts).retract([gone])
    assert reader.query("SELECT post_id, value FROM decisions").result_rows == [(post_id("2"), ROADS)]
    assert stale(writer, DECISIONS)
    rewrite(writer, DECISIONS, "all")
    assert not stale(writer, DECISIONS)
    behind = "SELECT count() FROM decisions SETTINGS apply_deleted_mask = 0"
    assert writer.query(behind).result_rows == [(1,)]


def test_a_question_is_about_what_the_officer_said(writer: Client, officer: Client, reader: Client) -> None:
    asks = make_understanding(speech_acts=(ActGuess(slug=SpeechAct.QUESTION, confidence=0.9),))
    Archive(writer).take([make_reading("1", understood=asks)])
    assert [one.services for one in q.conversations(reader, LATER, CouncilFile(None))] == [(BINS,)]
    correct(officer, "1", ROADS)
    assert [one.services for one in q.conversations(reader, LATER, CouncilFile(None))] == [(ROADS,)]
    correct(officer, "1", "not-council", minutes=1)
    assert [one.services for one in q.conversations(reader, LATER, CouncilFile(None))] == [()]


@pytest.mark.parametrize(
    ("post", "topics", "why"),
    [
        ("files", (BINS, ROADS, PARKS, "planning"), "3 topics at most"),
        ("files", (BINS, "not-council"), "no other topic"),
        ("files", ("Bins and recycling",), "not a topic"),
        ("files", ("",), "not a topic"),
        ("x", ("homelessness",), "terms of X"),
    ],
)
def test_what_cannot_be_a_correction_is_refused(officer: Client, post: str, topics: Sequence[str], why: str) -> None:
    with pytest.raises(BadInput, match=why):
        correct_topics(officer, "Bea", post_id("1", post), topics, NOON)
    assert officer.query("SELECT count() FROM decisions").result_rows == [(0,)]
