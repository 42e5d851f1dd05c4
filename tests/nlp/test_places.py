"""Places of the council file in residents' words, and what only looks like one."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.places import Places
from soundings.council import Area, CouncilFile, Place
from tests.nlp.councils import PLAIN, council

places = Places(council())


def ids(text: str) -> list[str]:
    return [place.id for place in places.read(text)]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Pothole on Tolgarth Road", "street:tolgarth-road"),
        ("pothole on tolgarth road", "street:tolgarth-road"),
        ("Pothole on Tolgarth Rd.", "street:tolgarth-road"),
        ("TOLGARTH RD AGAIN", "street:tolgarth-road"),
        ("#TolgarthRoad is a lake", "street:tolgarth-road"),
        ("#tolgarthroad", "street:tolgarth-road"),
        ("Tolgarth Road's surface", "street:tolgarth-road"),
        ("Tolgarth-Road, eh", "street:tolgarth-road"),
        ("bins on St Marys Ln", "street:st-mary-s-lane"),
        ("bins on Saint Mary’s Lane", "street:st-mary-s-lane"),
        ("lights out in castle st", "street:castle-street"),
        ("noise from the old high street", "street:castle-street"),
        ("Y Morfa dan ddŵr", "ward:saltings"),
        ("Great day at Merrow school", "school:merrow-primary-school"),
        ("beacon hill & whinstow", "ward:beacon-hill-and-whinstow"),
        ("Bws i Llanorwen", "village:llanorwen"),
        ("meet down at the quay", "ward:quayside"),
    ],
)
def test_a_place_is_found_however_it_is_written(text: str, place: str) -> None:
    assert ids(text)[0] == place


def test_what_is_said_of_a_place() -> None:
    found = places.read("Pothole on Tolgarth Rd")[0]
    assert (found.name, found.found_by) == ("Tolgarth Road", "gazetteer")
    assert found.score > 0.9


def test_the_longest_name_wins() -> None:
    assert ids("Queue outside Tolgarth Library") == ["library:tolgarth-library"]
    assert ids("Queue on Tolgarth Road, then all over Tolgarth") == ["street:tolgarth-road", "ward:tolgarth"]


def test_a_place_named_twice_is_one_place() -> None:
    assert ids("Tolgarth Road. I said TOLGARTH RD.") == ["street:tolgarth-road"]


@pytest.mark.parametrize(
    "text",
    [
        "we hope they mend it",
        "Hope Solo was on the telly",
        "There is no Hope Solo here",
        "the quay is what makes it",
        "a binary ratio",
        "",
        "@TolgarthRoad https://x.example/tolgarth-road",
    ],
)
def test_an_ordinary_word_is_not_a_place(text: str) -> None:
    assert ids(text) == []


@pytest.mark.parametrize(
    "text", ["Lights out in Hope", "flooding in hope again", "We moved to Hope last year", "#Hope is flooded"]
)
def test_a_name_of_one_word_counts_after_a_place_word(text: str) -> None:
    assert ids(text) == ["village:hope"]


def test_a_name_of_one_word_is_less_sure() -> None:
    assert places.read("Lights out in Hope")[0].score < places.read("Lights out on Tolgarth Road")[0].score


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Saltings ward needs bins", "ward:saltings"),
        ("the park at Saltings needs bins", "park:saltings"),
        ("Litter in Saltings park", "park:saltings"),
    ],
)
def test_two_kinds_with_one_name_go_by_what_is_said(text: str, place: str) -> None:
    assert ids(text) == [place]


def test_where_nothing_is_said_the_more_specific_is_meant_and_it_is_less_sure() -> None:
    unsaid, said = places.read("Litter in Saltings"), places.read("Litter in Saltings park")
    assert [place.id for place in unsaid] == ["park:saltings"]
    assert unsaid[0].score < said[0].score


# --- the same name elsewhere


@pytest.mark.parametrize(
    "text", ["Storm in Penmarrow, Tasmania. Castle Street is closed", "fire on Tolgarth Road Ontario"]
)
def test_a_text_about_elsewhere_names_none_of_our_places(text: str) -> None:
    assert ids(text) == []


def test_unless_it_names_us_too() -> None:
    assert ids("Not Penmarrow, Tasmania: in Penmarrow Castle Street is closed") == ["street:castle-street"]


# --- the whole gazetteer


def test_without_a_council_file_there_are_no_places() -> None:
    assert Places(PLAIN).read("Tolgarth Road") == ()


def test_the_name_of_the_area_is_not_a_place() -> None:
    assert ids("I love Penmarrow") == []


def test_five_thousand_names_are_still_quick() -> None:
    many = tuple(Place(name=f"{chr(65 + n % 26)}orth{n} Road", kind="street") for n in range(5000))
    started = time.perf_counter()
    found = Places(CouncilFile(None, area=Area(places=many))).read("Hole on Aorth26 Rd and on Borth1 Road")
    assert [place.name for place in found] == ["Aorth26 Road", "Borth1 Road"]
    assert time.perf_counter() - started < 10


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["Tolgarth", "Road", "hope", "in", "Hope", "#Saltings", "ward", "the", "quay", ",", "Penmarrow"]
        ),
        max_size=9,
    )
)
def test_any_order_of_such_words_keeps_the_rules(words: list[str]) -> None:
    found = places.read(" ".join(words))
    assert len({place.id for place in found}) == len(found)
    assert all(0 < place.score <= 1 for place in found)
    assert [place.score for place in found] == sorted((place.score for place in found), reverse=True)
