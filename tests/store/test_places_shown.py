"""What is counted and shown is what scores enough; every candidate is kept beside it."""

from __future__ import annotations

import pytest

from soundings.messages import PlaceGuess
from soundings.words import PLACE_SHOWN
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
