"""Places of the council file in residents' words, and what only looks like one."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.places import Places
from soundings.council import Area, CouncilFile, Place
from soundings.words import PLACE_SHOWN
from tests.nlp.councils import PLAIN, council

places = Places(council())


def ids(text: str) -> list[str]:
    """What people see."""
    return [place.id for place in places.read(text) if place.score >= PLACE_SHOWN]


def candidates(text: str) -> dict[str, tuple[float, str]]:
    """Every candidate, with its score and how it was found."""
    return {place.id: (place.score, place.found_by) for place in places.read(text)}


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
        ("lights out in castle st, Penmarrow", "street:castle-street"),
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
    "text",
    ["Lights out in Hope", "We moved to Hope last year", "FLOODING IN HOPE AGAIN", "Bus to Hope on Monday", "in Hope"],
)
def test_an_ordinary_word_is_a_name_with_a_capital_and_after_a_place_word(text: str) -> None:
    assert ids(text) == ["village:hope"]


@pytest.mark.parametrize(
    "text",
    [
        "flooding in hope again",
        "#Hope is flooded",
        "Hope you are well",
        "in Hope Hall last night",
        "Mrs Hope was there",
    ],
)
def test_and_otherwise_it_is_not(text: str) -> None:
    assert ids(text) == []


@pytest.mark.parametrize("text", ["trains to Saltings", "trains to saltings", "We love Saltings so much"])
def test_another_word_is_a_name_also_in_small_letters_or_without_a_place_word(text: str) -> None:
    assert ids(text) == ["park:saltings"]


def test_a_month_is_never_a_place_by_itself() -> None:
    fenland = Places(CouncilFile(None, area=Area(places=(Place(name="March", kind="village"),))))
    assert [place.score >= PLACE_SHOWN for place in fenland.read("It closes in March")] == [False]


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
    assert ids("Litter in Saltings") == ["park:saltings"]
    assert [place.id for place in unsaid] == ["park:saltings", "ward:saltings"]
    assert unsaid[0].score < said[0].score


# --- names in every town, and what else the post says


@pytest.mark.parametrize(
    "text",
    [
        "Castle Street in Penmarrow is closed",
        "Castle St, by Tolgarth Library, is closed",
        "#Penmarrow Castle Street again",
    ],
)
def test_a_name_in_every_town_counts_beside_another_sign(text: str) -> None:
    assert "street:castle-street" in ids(text)


@pytest.mark.parametrize(
    "text", ["Castle Street is closed", "#CastleStreet", "castle st, Leeds and Castle Street, London"]
)
def test_by_itself_it_stays_a_candidate(text: str) -> None:
    assert ids(text) == []
    assert "street:castle-street" in candidates(text)


def test_a_candidate_that_needs_another_sign_says_so() -> None:
    assert candidates("Castle Street is closed") == {"street:castle-street": (0.4, "common name")}


def test_what_the_council_says_that_people_call_it_is_a_name_of_its_own() -> None:
    assert ids("queues at the old high street again") == ["street:castle-street"]


def test_another_local_name_makes_it_surer_and_another_town_less_sure() -> None:
    alone = candidates("bus to Llanorwen")["village:llanorwen"][0]
    assert candidates("bus to Llanorwen from Tolgarth Road")["village:llanorwen"][0] > alone
    assert candidates("bus to Llanorwen from Manchester")["village:llanorwen"][0] < alone
    assert candidates("bus to Llanorwen, PA")["village:llanorwen"][0] < PLACE_SHOWN
    assert candidates("bus to Llanorwen from Manchester Road")["village:llanorwen"][0] == alone


@pytest.mark.parametrize("text", ["Tolgarth Road, Leeds is shut", "Tolgarth Road in Manchester", "Tolgarth Road, TX"])
def test_a_town_just_behind_the_name_means_another_one(text: str) -> None:
    assert ids(text) == []
    assert candidates(text)["street:tolgarth-road"][0] > 0


TWO_STREETS = (
    Place(name="Mill Rise, Merrow", kind="street", also=("Mill Rise",), ward="Merrow"),
    Place(name="Mill Rise, Whey", kind="street", also=("Mill Rise",), ward="Whey"),
    Place(name="Whey", kind="ward"),
)
two_streets = Places(CouncilFile(None, area=Area(places=TWO_STREETS)))


def shown(text: str) -> list[str]:
    return [place.name for place in two_streets.read(text) if place.score >= PLACE_SHOWN]


def test_of_two_streets_with_one_name_none_is_shown_unless_something_says_which() -> None:
    found = two_streets.read("bins on Mill Rise")
    assert sorted(place.name for place in found) == ["Mill Rise, Merrow", "Mill Rise, Whey"]
    assert shown("bins on Mill Rise") == []
    assert shown("bins on Mill Rise, Merrow") == ["Mill Rise, Merrow"]
    assert shown("bins on Mill Rise, here in Whey") == ["Mill Rise, Whey", "Whey"]


# --- one slip of the finger


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("bins on Tolgarht Road", "street:tolgarth-road"),
        ("cars near tolgrath rd again", "street:tolgarth-road"),
        ("outside Merow Primary School", "school:merrow-primary-school"),
        ("bws i Aber, ac yn Llanorwenn", "village:llanorwen"),
    ],
)
def test_one_slip_behind_a_place_word_is_found_and_is_less_sure(text: str, place: str) -> None:
    assert ids(text) == [place]
    assert candidates(text)[place][1] == "near spelling"
    assert candidates(text)[place][0] < 0.9


@pytest.mark.parametrize(
    "text",
    [
        "Tolgarht Road again",  # no place word
        "bins on Tolgraht Raod",  # two slips
        "Tolgarth Library is near Tolgarht Road",  # a name that is spelled right
        "lights out in Hape",  # too short
        "trains to saltingss",  # one word in small letters
    ],
)
def test_otherwise_a_slip_is_not_looked_for(text: str) -> None:
    assert "near spelling" not in {by for _, by in candidates(text).values()}


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


@pytest.mark.parametrize("some", ["{name} Road, ", "Leeds or {name} Road. ", "in {name}, ", "in {name}a Rod "])
def test_ten_times_the_text_costs_about_ten_times(some: str) -> None:
    """Not a hundred times: whoever posts a list of all streets must not hold up who posts after them."""
    names = [f"{chr(65 + n % 26)}o{chr(97 + n // 26 % 26)}th{chr(97 + n // 676)}lee" for n in range(4000)]
    streets = tuple(Place(name=f"{name} Road", kind="street") for name in names)
    many = Places(CouncilFile(None, area=Area(places=(*streets, *(Place(name=n, kind="village") for n in names)))))
    many.read("".join(some.format(name=name) for name in names[:10]))

    def cost(count: int) -> float:
        text = "".join(some.format(name=name) for name in names[:count])
        taken = []
        for _ in range(3):
            started = time.process_time()
            many.read(text)
            taken.append(time.process_time() - started)
        return min(taken)

    assert cost(4000) < max(30 * cost(400), 0.3)


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


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80) | st.text("TolgarthRoadHope in,#'’st&", max_size=60))
def test_any_text_is_read_the_same_twice(text: str) -> None:
    found = places.read(text)
    assert places.read(text) == found
    assert all(0 <= place.score <= 1 for place in found)
