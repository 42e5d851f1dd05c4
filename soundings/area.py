"""The table `[area]` of the council file: its names and its places, with a gazetteer of imported ones beside it.

Owns the shape of a place. Knows nothing of where places come from.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Name = Annotated[str, Field(min_length=1, max_length=120)]
Kind = Literal["ward", "street", "park", "school", "library", "landmark", "village"]
Point = tuple[float, float]
"""Latitude and longitude in degrees (WGS 84)."""


class Table(BaseModel):
    """What every table of the council file shares: frozen, and strict about its names."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def place_id(kind: str, name: str) -> str:
    """Kind and name in lower case: `street:tolgarth-road`."""
    return f"{kind}:{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')}"


class Place(Table):
    """One `[[area.places]]`: a ward, street, park, school, library, landmark or village."""

    name: Name
    kind: Kind
    also: tuple[Name, ...] = ()
    welsh: str = ""
    ward: str = ""
    point: Point | None = None

    @property
    def id(self) -> str:
        """No two places of an area share one."""
        return place_id(self.kind, self.name)


def _told_apart(places: tuple[Place, ...]) -> tuple[Place, ...]:
    seen: dict[str, Place] = {}
    for place in places:
        if place.id in seen:
            raise ValueError(
                f"two are the {place.kind} '{place.name}': tell them apart in `name`, and put what people say in `also`"
            )
        seen[place.id] = place
    return places


class Area(Table):
    """The table `[area]`: the council's patch and its gazetteer."""

    names: tuple[Name, ...] = ()
    not_here: tuple[Name, ...] = ()
    """The same name elsewhere: a post that says this is not about us."""
    gazetteer: Literal["", "places.jsonl"] = ""
    """The file beside the council file that `soundings area import` writes."""
    places: Annotated[tuple[Place, ...], AfterValidator(_told_apart)] = ()
