"""Makes places of what was read from map data: in which ward each lies, and what tells two of one name apart.

Pure: the same rows in any order give the same places. Knows nothing of files.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from soundings.area import Kind, Place
from soundings.national_grid import roughly, to_degrees
from soundings.open_names import Named
from soundings.outlines import Outline, Outlines
from soundings.shapes import Shape

MARGIN = 0.25
"""Degrees around the wards within which a rough position is looked at again."""
OUTSIDE = "outside your wards"
ALIKE = "whose name is that of another but for its signs: taken as one with it"

Spot = tuple[Named, Place]


def of_shapes(
    shapes: Sequence[Shape], kind: Kind, left_out: Counter[str]
) -> tuple[tuple[Place, ...], tuple[Outline, ...]]:
    """The places of named shapes, and their outlines. Counts what shares its place with another."""
    places: dict[str, Place] = {}
    for shape in shapes:
        place = Place(name=shape.name, kind=kind, welsh=shape.welsh, point=shape.point)
        if place.id in places:
            left_out[ALIKE] += 1
        places.setdefault(place.id, place)
    outlines = tuple(Outline(name=shape.name, rings=shape.rings) for shape in shapes if shape.rings)
    return tuple(places[name] for name in sorted(places)), tuple(sorted(outlines, key=lambda one: one.name))


def of_rows(rows: Iterable[Named], outlines: Outlines, left_out: Counter[str]) -> tuple[Place, ...]:
    """The places of rows of OS Open Names that lie in the wards, where wards are known. Counts what is left out."""
    named: dict[str, list[Spot]] = defaultdict(list)
    box = outlines.box if outlines.wards else None
    for row in rows:
        if box and not _near(row, box):
            left_out[OUTSIDE] += 1
            continue
        latitude, longitude = to_degrees(row.east, row.north)
        point = (round(latitude, 6), round(longitude, 6))
        ward = outlines.holding(point)
        if box and not ward:
            left_out[OUTSIDE] += 1
            continue
        place = Place(name=row.name, kind=row.kind, also=row.also, welsh=row.welsh, ward=ward, point=point)
        named[place.id].append((row, place))
    found: dict[str, Place] = {}
    for name in sorted(named):
        for place in _apart(sorted(named[name], key=lambda spot: (spot[0].where, spot[0].name, spot[0].id))):
            found.setdefault(place.id, place)
    return tuple(found.values())


def _near(row: Named, box: tuple[float, float, float, float]) -> bool:
    west, south, east, north = box
    latitude, longitude = roughly(row.east, row.north)
    return west - MARGIN <= longitude <= east + MARGIN and south - MARGIN <= latitude <= north + MARGIN


def _apart(spots: Sequence[Spot]) -> Iterable[Place]:
    """One place of a name for each town: `Church Street, Leigh`, which people call Church Street. Sections are one."""
    towns: dict[str, list[Place]] = defaultdict(list)
    for row, place in spots:
        towns[row.where or place.ward].append(place)
    for town, places in towns.items():
        first = _one(places)
        if len(towns) == 1 or not town:
            yield first
        else:
            name = f"{first.name}, {town}"[:120]
            yield first.model_copy(update={"name": name, "also": (first.name, *first.also)})


def _one(places: Sequence[Place]) -> Place:
    """A road that runs through several wards is in none of them."""
    wards = {place.ward for place in places}
    welsh = next((place.welsh for place in places if place.welsh), "")
    also = tuple(dict.fromkeys(name for place in places for name in place.also))
    return places[0].model_copy(update={"ward": wards.pop() if len(wards) == 1 else "", "welsh": welsh, "also": also})


def into_wards(places: Iterable[Place], outlines: Outlines, left_out: Counter[str]) -> tuple[Place, ...]:
    """Places of shapes, or of an earlier import, in the wards of today; those outside are left out.

    A street without a ward stays so: it may run through several, which its one point does not say.
    """
    found = []
    for place in places:
        ward = outlines.holding(place.point) if place.point else ""
        if place.point and not ward:
            left_out[OUTSIDE] += 1
        else:
            several = place.kind == "street" and not place.ward
            found.append(place.model_copy(update={"ward": "" if several else ward}))
    return tuple(found)
