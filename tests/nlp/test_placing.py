"""A point goes before words; a hint and what is known of a post's area count too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.places import Places
from nlp.placing import Placing
from soundings import gazetteers, outlines
from soundings.area import Kind, Place
from soundings.council import Area, CouncilFile
from soundings.errors import BadInput
from soundings.gazetteers import Gazetteer, Head, Layer
from soundings.messages import AreaMatch, PlaceGuess
from soundings.outlines import Outline
from soundings.words import PLACE_SHOWN
from tests.factories import make_post, make_understanding
from tests.soundings.maps import EAST, IN_EAST, IN_WEST, OUTSIDE, WEST

PLACES = (
    Place(name="Saltings", kind="ward"),
    Place(name="Carrowside", kind="ward"),
    Place(name="Whey Lane", kind="street", ward="Saltings", point=IN_WEST),
    Place(name="Osier Walk", kind="street", ward="Carrowside", point=IN_EAST),
    Place(name="Church Street, Whey", kind="street", also=("Church Street",), ward="Saltings"),
    Place(name="Church Street, Merrow", kind="street", also=("Church Street",), ward="Carrowside"),
    Place(name="Castle Street", kind="street"),
)
NAMED = AreaMatch(reason="names Penmarrow")


def council_file(folder: Path | None) -> CouncilFile:
    """With the outlines of a folder, or without any."""
    if folder is None:
        return CouncilFile(None, area=Area(names=("Penmarrow",), places=PLACES))
    gazetteers.write(folder, Gazetteer(Head(layers=(Layer(what="all", count=len(PLACES)),)), PLACES))
    rings = {"Saltings": WEST, "Carrowside": EAST}
    wards = [Outline(name=name, rings=(tuple((x, y) for x, y in ring),)) for name, ring in rings.items()]
    outlines.write(folder, wards)
    return CouncilFile(folder / "council.toml", area=Area(names=("Penmarrow",), gazetteer="places.jsonl"))


def placing(folder: Path | None) -> tuple[Places, Placing]:
    file = council_file(folder)
    places = Places(file)
    return places, Placing(file, places)


@pytest.fixture
def both(tmp_path: Path) -> tuple[Places, Placing]:
    return placing(tmp_path)


def told(both: tuple[Places, Placing], text: str = "", **post: Any) -> dict[str, tuple[float, str]]:
    """What is said of a post's places: score, and how each was found."""
    places, placed = both
    understood = make_understanding(places=places.read(text))
    made = make_post(text=text, **{"area_match": NAMED, **post})
    return {one.id: (one.score, one.found_by) for one in placed.placed(understood, made).places}


def shown(found: dict[str, tuple[float, str]]) -> set[str]:
    return {name for name, (score, _) in found.items() if score >= PLACE_SHOWN}


def test_a_point_gives_its_ward(both: tuple[Places, Placing]) -> None:
    assert told(both, "what a mess", point=IN_WEST) == {"ward:saltings": (1.0, "geotag")}
    assert told(both, "what a mess", point=OUTSIDE) == {}


def test_a_point_goes_before_words(both: tuple[Places, Placing]) -> None:
    found = told(both, "bins on Whey Lane and on Osier Walk", point=IN_WEST)
    assert next(iter(found)) == "ward:saltings"
    unsaid = told(both, "bins on Whey Lane and on Osier Walk")
    assert found["street:whey-lane"] == unsaid["street:whey-lane"]
    assert found["street:osier-walk"][0] < unsaid["street:osier-walk"][0]


def test_a_ward_that_is_named_scores_less_than_the_one_that_the_point_is_in(both: tuple[Places, Placing]) -> None:
    found = told(both, "Off to Carrowside tonight", point=IN_WEST)
    assert shown(found) == {"ward:saltings"}
    assert "ward:carrowside" in found


def test_of_two_streets_with_one_name_the_point_says_which(both: tuple[Places, Placing]) -> None:
    assert shown(told(both, "hole on Church Street")) == set()
    assert shown(told(both, "hole on Church Street", point=IN_EAST)) == {
        "ward:carrowside",
        "street:church-street-merrow",
    }


def test_a_ward_that_the_council_spells_otherwise_is_the_same_ward(tmp_path: Path) -> None:
    """The council file has `St. Mary's`, the boundaries `St Mary's`."""
    imported = (
        Place(name="St Mary's", kind="ward"),
        Place(name="Church Street, Whey", kind="street", also=("Church Street",), ward="St Mary's"),
        Place(name="Church Street, Merrow", kind="street", also=("Church Street",), ward="Carrowside"),
    )
    gazetteers.write(tmp_path, Gazetteer(Head(layers=(Layer(what="all", count=3),)), imported))
    outlines.write(tmp_path, [Outline(name="St Mary's", rings=(tuple((x, y) for x, y in WEST),))])
    own = (Place(name="St. Mary's", kind="ward"),)
    file = CouncilFile(tmp_path / "council.toml", area=Area(gazetteer="places.jsonl", places=own))
    places = Places(file)
    both = places, Placing(file, places)
    found = told(both, "hole on Church Street", point=IN_WEST)
    assert found["ward:st-mary-s"] == (1.0, "geotag")
    assert shown(found) == {"ward:st-mary-s", "street:church-street-whey"}
    assert "street:church-street-whey" in shown(told(both, "hole on Church Street in St. Mary's"))


def beside(metres: float) -> tuple[float, float]:
    """A point north of IN_WEST, where PLACES have Whey Lane."""
    return (IN_WEST[0] + metres / 111_320, IN_WEST[1])


@pytest.mark.parametrize("metres", [0, 20, 400])
def test_a_point_is_never_put_on_a_street(metres: float) -> None:
    """A post from home would be."""
    assert told(placing(None), "", point=beside(metres)) == {}


@pytest.mark.parametrize(
    ("kind", "metres", "found"),
    [("village", 290, True), ("village", 310, False), ("park", 90, True), ("park", 110, False), ("school", 90, True),
     ("library", 90, True), ("landmark", 90, True), ("ward", 0, False), ("street", 0, False)],
)  # fmt: skip
def test_without_outlines_a_village_or_a_public_place_near_by_counts(kind: Kind, metres: float, found: bool) -> None:
    file = CouncilFile(None, area=Area(places=(Place(name="Osier", kind=kind, point=beside(0)),)))
    places = Places(file)
    said = told((places, Placing(file, places)), "", point=beside(metres))
    assert said == ({f"{kind}:osier": (1.0, "geotag")} if found else {})


def test_a_park_at_the_point_goes_before_the_village_that_it_is_in() -> None:
    own = (Place(name="Merrow", kind="village", point=beside(10)), Place(name="Rec", kind="park", point=beside(90)))
    file = CouncilFile(None, area=Area(places=own))
    assert [*told((Places(file), Placing(file, Places(file))), "", point=beside(0))] == ["park:rec"]


def test_a_hint_that_names_a_place_of_ours(both: tuple[Places, Placing]) -> None:
    assert told(both, place_hint="Whey Lane") == {"street:whey-lane": (0.9, "hint")}
    assert told(both, place_hint="whey ln, Penmarrow PL1") == {"street:whey-lane": (0.9, "hint")}
    assert shown(told(both, place_hint="Church Street")) == set()
    assert told(both, place_hint="somewhere else") == {}


@pytest.mark.parametrize(
    ("reason", "counts"),
    [("from a source about this area", True), ("addressed to @PenmarrowCouncil", True), ("names Penmarrow", False)],
)
def test_a_name_in_every_town_counts_in_a_post_that_is_known_to_be_about_this_one(
    both: tuple[Places, Placing], reason: str, counts: bool
) -> None:
    found = told(both, "hole on Castle Street", area_match=AreaMatch(reason=reason))
    assert (shown(found) == {"street:castle-street"}) is counts


def test_what_the_words_gave_stays_without_point_and_hint(both: tuple[Places, Placing]) -> None:
    understood = make_understanding(places=both[0].read("bins on Whey Lane"))
    assert both[1].placed(understood, make_post(area_match=NAMED)) == understood


def test_outlines_are_not_read_before_a_point_comes(tmp_path: Path) -> None:
    both = placing(tmp_path)
    (tmp_path / outlines.FILE).write_text("damaged")
    assert told(both, "bins on Whey Lane", place_hint="Whey Lane")
    with pytest.raises(BadInput, match="damaged"):
        told(both, "", point=IN_WEST)


@given(
    st.lists(st.builds(PlaceGuess, id=st.sampled_from([*(place.id for place in PLACES), "street:gone"]),
                       name=st.just("x"), score=st.floats(0, 1),
                       found_by=st.sampled_from(["gazetteer", "common name"])), max_size=5),
    st.none() | st.tuples(st.floats(-90, 90), st.floats(-180, 180)), st.text(max_size=12),
)  # fmt: skip
def test_whatever_was_guessed_no_place_is_twice_and_scores_are_shares(
    guesses: list[PlaceGuess], point: tuple[float, float] | None, hint: str
) -> None:
    bare = placing(None)[1]
    post = make_post(point=point, place_hint=hint)
    found = bare.placed(make_understanding(places=tuple(guesses)), post).places
    scores = [one.score for one in found]
    assert all(0 <= score <= 1 for score in scores)
    if point or hint:
        assert len({one.id for one in found}) == len(found)
        assert scores == sorted(scores, reverse=True)
