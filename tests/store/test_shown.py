"""What is counted and shown is what is sure enough; every candidate of a place is kept beside it."""

from __future__ import annotations

import pytest

from soundings.messages import PlaceGuess, TopicGuess
from soundings.words import PLACE_SHOWN, TOPIC_SHOWN
from store import questions as q
from store.archive import Archive
from store.clickhouse import Client
from store.columns import COLUMNS, by_column
from tests.factories import NOON, make_reading, make_understanding

GUESSES = (
    PlaceGuess(id="ward:saltings", name="Saltings", score=1.0, found_by="geotag"),
    PlaceGuess(id="street:whey-lane", name="Whey Lane", score=PLACE_SHOWN, found_by="near spelling"),
    PlaceGuess(id="street:church-street", name="Church Street", score=PLACE_SHOWN - 0.01, found_by="common name"),
)
READING = make_reading("placed", understood=make_understanding(places=GUESSES))


def test_the_column_that_every_question_asks_holds_what_is_shown_and_four_more_hold_all() -> None:
    names = [column.name for column in COLUMNS]
    row = {name: values[0] for name, values in zip(names, by_column([READING], COLUMNS), strict=True)}
    assert row["places"] == ["ward:saltings", "street:whey-lane"]
    assert row["place_candidates"] == [guess.id for guess in GUESSES]
    assert row["place_scores"] == [guess.score for guess in GUESSES]
    assert row["place_found_by"] == ["geotag", "near spelling", "common name"]
    assert len(row["place_names"]) == 3


@pytest.mark.servers
def test_no_question_counts_or_shows_what_scores_less(writer: Client, reader: Client) -> None:
    Archive(writer).take([READING])
    week = q.Window(NOON.replace(day=1), NOON.replace(day=20))
    assert [count.id for count in q.places(reader, week)] == ["street:whey-lane", "ward:saltings"]
    assert q.newest(reader, q.Filters(place="street:church-street")) == []
    [view] = q.newest(reader, q.Filters(place="street:whey-lane"))
    assert view.places == ("ward:saltings", "street:whey-lane")
    kept = writer.query("SELECT place_candidates, place_found_by FROM readings").result_rows
    assert kept == [([guess.id for guess in GUESSES], [guess.found_by for guess in GUESSES])]


@pytest.mark.servers
def test_a_topic_that_the_reader_only_guesses_at_is_not_counted(writer: Client, reader: Client) -> None:
    sure, unsure = (
        TopicGuess(slug="roads", confidence=TOPIC_SHOWN),
        TopicGuess(slug="parks", confidence=TOPIC_SHOWN - 0.01),
    )
    Archive(writer).take([make_reading("topics", understood=make_understanding(topics=(sure, unsure)))])
    week = q.Window(NOON.replace(day=1), NOON.replace(day=20))
    assert [count.slug for count in q.topics(reader, week)] == ["roads"]
    [view] = q.newest(reader)
    assert view.topics == ("roads",)
