"""Does a post concern the area?"""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listeners.area import AreaFinder
from soundings.council import Area, Place
from tests.listeners.kit import COUNCIL

FINDER = AreaFinder(COUNCIL.area)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Flooding in Penmarrow again", "names Penmarrow"),
        ("love #penmarrow in spring", "names Penmarrow"),
        ("#SaltingsFloods is trending", "names Saltings"),
        ("pothole, TOLGARTH ROAD", "names Tolgarth Road"),
        ("pothole on tolgarth rd.", "names Tolgarth Road"),
        ("#TolgarthRoad shut", "names Tolgarth Road"),
        ("y morfa heddiw", "names Saltings"),
        ("dogs on Priors Green", "names Prior's Green"),
        ("dogs on Prior’s Green", "names Prior's Green"),
    ],
)
def test_it_says_what_it_found(text: str, reason: str) -> None:
    match = FINDER.find(text)
    assert match is not None and match.reason == reason


@pytest.mark.parametrize(
    "text",
    [
        "Nothing to see here",
        "I live on Station Road",
        "The town hall is shut",
        "walking the green with friends",
        "from the town hall along Station Road to the green",
        "Holiday in Penmarrow, Tasmania was great",
        "Penmarrows and marrow",
        "",
    ],
)
def test_elsewhere_is_left_alone(text: str) -> None:
    assert FINDER.find(text) is None


def test_the_council_spoken_to_outweighs_a_veto() -> None:
    match = FINDER.find("from Penmarrow, Tasmania with a question", ["PenmarrowCouncil"])
    assert match is not None and match.reason == "addressed to @PenmarrowCouncil"


def test_the_council_is_always_about_its_area() -> None:
    match = FINDER.find("Good morning", by_council=True)
    assert match is not None and match.score == 1.0


def test_a_thousand_places_cost_little_more_than_ten() -> None:
    def cost(count: int) -> float:
        places = tuple(Place(name=f"Zed{number} Road", kind="street") for number in range(count))
        finder = AreaFinder(Area(names=("Penmarrow",), places=places))
        text = "There is a big hole in the middle of the road by the old mill and nobody has mended it yet. " * 5
        best = 9.0
        for _ in range(5):
            start = time.perf_counter()
            for _ in range(20):
                finder.find(text)
            best = min(best, time.perf_counter() - start)
        return best

    assert cost(1000) < 5 * cost(10)


PIECES = ["Penmarrow", "penMARROW's", "#", "Tolgarth", "TolgarthRd", "rd", "Road", "Y", "Morfa", "Saltings", "Prior’s",
          "Priors", "Green", "the", "Town", "Hall", "İ", " ", "_", ",", "''", "x", "Tasmania", "station"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=9).map("".join))
def test_the_cheap_look_never_passes_over_what_the_closer_one_finds(text: str) -> None:
    if FINDER.find(text):
        assert FINDER.may_name(text)


@given(st.lists(st.sampled_from(PIECES), max_size=6).map(" ".join))
def test_the_cheap_look_never_passes_over_what_words_name(text: str) -> None:
    if FINDER.find(text):
        assert FINDER.may_name(text)


def test_the_cheap_look_lets_little_through() -> None:
    texts = ("Nothing to see here", "I live on Station Road", "The town hall is shut", "#sunset over the green", "")
    assert not any(map(FINDER.may_name, texts))
    only_common = AreaFinder(Area(names=("King's Hill",)))
    assert only_common.may_name("up at Kings Hill") and only_common.find("up at Kings Hill")
