"""Places of map data: in their wards, sections as one, and two of a name told apart."""

from __future__ import annotations

from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from soundings.area import Kind, Place
from soundings.gathering import ALIKE, into_wards, of_rows, of_shapes
from soundings.open_names import Named
from soundings.outlines import Outline, Outlines
from soundings.shapes import Shape
from tests.soundings.maps import EAST, GRID, IN_EAST, IN_WEST, OUTSIDE, WEST

WARDS = Outlines(
    (
        Outline(name="Saltings", rings=(tuple((x, y) for x, y in WEST),)),
        Outline(name="Carrowside", rings=(tuple((x, y) for x, y in EAST),)),
    )
)


def named(name: str, at: str = "west", where: str = "", kind: Kind = "street", number: str = "") -> Named:
    east, north = map(float, GRID[at])
    return Named(kind, name, where, f"osgb{name}{at}{number}", east=east, north=north)


def gathered(*rows: Named, wards: Outlines = WARDS) -> tuple[dict[str, str], Counter[str]]:
    """Name -> ward of what is kept, and what is left out."""
    left_out: Counter[str] = Counter()
    return {place.name: place.ward for place in of_rows(rows, wards, left_out)}, left_out


def test_each_lies_in_its_ward_and_what_lies_in_none_is_left_out() -> None:
    places, left_out = gathered(named("Whey Lane"), named("Mill Road", "east"), named("Far Road", "outside"))
    assert places == {"Whey Lane": "Saltings", "Mill Road": "Carrowside"}
    assert left_out == {"outside your wards": 1}


def test_without_wards_all_are_kept() -> None:
    places, left_out = gathered(named("Whey Lane"), named("Far Road", "outside"), wards=Outlines())
    assert places == {"Whey Lane": "", "Far Road": ""}
    assert not left_out


def test_sections_of_a_road_are_one_and_a_road_through_two_wards_is_in_neither() -> None:
    places, _ = gathered(*(named("Long Road", at, "Merrow", number=at) for at in ("west", "east", "west")))
    assert places == {"Long Road": ""}


def test_two_of_a_name_are_told_apart_by_their_towns_or_their_wards() -> None:
    left_out: Counter[str] = Counter()
    rows = [
        named("Church Street", where="Merrow"),
        named("Church Street", "east", "Whey"),
        named("Church Street", "east"),
    ]
    places = of_rows(rows, WARDS, left_out)
    assert {(place.name, place.also) for place in places} == {
        ("Church Street, Merrow", ("Church Street",)),
        ("Church Street, Whey", ("Church Street",)),
        ("Church Street, Carrowside", ("Church Street",)),
    }


OTHER: tuple[Kind, ...] = ("park", "school", "library", "landmark", "village")

ROWS = st.lists(
    st.builds(
        named,
        st.sampled_from(["Church Street", "Church-street", "Whey Lane", "Y Stryd Fawr"]),
        st.sampled_from(sorted(GRID)),
        st.sampled_from(["", "Merrow", "Whey"]),
        st.sampled_from(["street", "village"]),
        st.text("ab", max_size=2),
    ),
    max_size=12,
)


@given(ROWS, st.randoms())
def test_the_order_of_rows_changes_nothing_and_no_two_places_share_an_id(rows: list[Named], dice: Random) -> None:
    places = of_rows(rows, WARDS, Counter())
    again = list(rows)
    dice.shuffle(again)
    assert of_rows(again, WARDS, Counter()) == places
    assert len({place.id for place in places}) == len(places)


def test_shapes_become_places_and_outlines() -> None:
    ring = tuple((x, y) for x, y in EAST)
    left_out: Counter[str] = Counter()
    shapes = [Shape("Y", "", (ring,), IN_EAST), Shape("B", "C", (), IN_EAST)]
    places, outlined = of_shapes(shapes, "park", left_out)
    assert not left_out
    assert [(place.id, place.welsh) for place in places] == [("park:b", "C"), ("park:y", "")]
    assert [outline.name for outline in outlined] == ["Y"]


def test_two_shapes_with_names_that_differ_in_their_signs_are_one_place_and_that_is_said() -> None:
    left_out: Counter[str] = Counter()
    west, east = (tuple((x, y) for x, y in ring) for ring in (WEST, EAST))
    shapes = [Shape("Hill Top", "", (west,), IN_WEST), Shape("Hill-Top", "", (east,), IN_EAST)]
    places, outlined = of_shapes(shapes, "ward", left_out)
    assert [place.name for place in places] == ["Hill Top"]
    assert [outline.name for outline in outlined] == ["Hill Top", "Hill-Top"]
    assert left_out == {ALIKE: 1}


def test_places_of_before_go_into_the_wards_of_today() -> None:
    before = [
        Place(name="Whey Lane", kind="street", ward="Old Ward", point=IN_EAST),
        Place(name="Long Road", kind="street", point=IN_EAST),
        Place(name="Far Road", kind="street", ward="Old Ward", point=OUTSIDE),
        *(Place(name="Merrow", kind=kind, point=IN_EAST) for kind in OTHER),
    ]
    left_out: Counter[str] = Counter()
    assert [(place.name, place.ward) for place in into_wards(before, WARDS, left_out)] == [
        ("Whey Lane", "Carrowside"),
        ("Long Road", ""),
        *[("Merrow", "Carrowside")] * len(OTHER),
    ]
    assert left_out.total() == 1
