"""Small invented councils for the tests of this package."""

from __future__ import annotations

from typing import Any

from soundings.council import Area, CouncilFile, Place

PLACES = (
    Place(name="Tolgarth Road", kind="street"),
    Place(name="St Mary's Lane", kind="street"),
    Place(name="Castle Street", kind="street", also=("the old high street",)),
    Place(name="Tolgarth", kind="ward", also=("Tolgarth ward", "top Tolgarth")),
    Place(name="Saltings", kind="ward", welsh="Y Morfa"),
    Place(name="Saltings", kind="park"),
    Place(name="Hope", kind="village"),
    Place(name="Quayside", kind="ward", also=("the quay",)),
    Place(name="Merrow Primary School", kind="school", also=("Merrow school",)),
    Place(name="Tolgarth Library", kind="library"),
    Place(name="Llanorwen", kind="village"),
    Place(name="Beacon Hill and Whinstow", kind="ward"),
)


def council(**tables: Any) -> CouncilFile:
    """A council with the places above; `topics={...}` as TOML would give it."""
    area = Area(names=("Penmarrow",), not_here=("Penmarrow, Tasmania", "Tolgarth Road, Ontario"), places=PLACES)
    return CouncilFile(None, area=area, tables=tables)


PLAIN = CouncilFile(None)
"""No council file at all."""
