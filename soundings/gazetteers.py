"""The gazetteer: places imported from open map data, in a file beside the council file. Read and written here.

Fifty thousand names do not belong into a file that people edit. Lines of JSON: the first says which imports there are
and how many lines each has, then a place a line. Outlines of wards lie in a third file (`soundings.outlines`), which
only who has a point to place reads. Knows nothing of map formats.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from soundings.area import Place
from soundings.errors import BadInput
from soundings.files import write_private

FILE, OUTLINES = "places.jsonl", "places.wards.json"
FILES = (FILE, OUTLINES)
"""What lies beside the council file, and goes where it goes."""
FORMAT = 1
"""Version of the file."""
IMPORT_AGAIN = "Import again with `soundings area import`"
MOVE_AWAY = "Move it away, then import all again with `soundings area import`: it throws no damaged file away"


class Layer(BaseModel):
    """One import: what it brought, how many places, and the line that its licence asks for."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    what: str
    """Such as `ward shapes` or `OS Open Names`: importing the same again takes its place."""
    files: tuple[str, ...] = ()
    """Names without folders."""
    count: int
    licence: str = ""


class Head(BaseModel):
    """The first line of the file."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    what: Literal["the gazetteer of Soundings"] = "the gazetteer of Soundings"
    format: int = FORMAT
    layers: tuple[Layer, ...] = ()

    @property
    def licences(self) -> tuple[str, ...]:
        """What must stand where the places are shown."""
        return tuple(dict.fromkeys(layer.licence for layer in self.layers if layer.licence))


@dataclass(frozen=True)
class Gazetteer:
    """All imports, and their places in the same order."""

    head: Head = field(default_factory=Head)
    places: tuple[Place, ...] = ()

    def layers(self) -> list[tuple[Layer, tuple[Place, ...]]]:
        """Each import with its places."""
        found, at = [], 0
        for layer in self.head.layers:
            found.append((layer, self.places[at : at + layer.count]))
            at += layer.count
        return found


EMPTY = Gazetteer()
_PLACES = TypeAdapter(tuple[Place, ...])


def read(folder: Path) -> Gazetteer:
    """The gazetteer of a folder. Raises BadInput when there is none, or when it is damaged."""
    path = folder / FILE
    first, _, rest = _bytes(path).partition(b"\n")
    head = _head(path, first)
    try:
        places = _PLACES.validate_json(b"[" + b",".join(rest.split(b"\n")).rstrip(b",") + b"]")
    except ValidationError as error:
        raise BadInput(f"{path} is damaged ({error.error_count()} faults). {MOVE_AWAY}.") from None
    if len(places) != sum(layer.count for layer in head.layers):
        raise BadInput(f"{path} is damaged: {len(places):,} places are left of it. {MOVE_AWAY}.")
    return Gazetteer(head, places)


def head_of(folder: Path) -> Head:
    """The first line alone. Raises BadInput."""
    path = folder / FILE
    try:
        with path.open("rb") as file:
            return _head(path, file.readline())
    except OSError as error:
        raise _unreadable(path, error) from None


def write(folder: Path, gazetteer: Gazetteer) -> None:
    """Replace the file in one step. The same places give the same bytes."""
    lines = [
        gazetteer.head.model_dump_json(),
        *(place.model_dump_json(exclude_defaults=True) for place in gazetteer.places),
    ]
    write_private(folder / FILE, "\n".join(lines) + "\n")


def together(own: Sequence[Place], imported: Sequence[Place]) -> tuple[Place, ...]:
    """The council's own places, then the others; of one id the first, with what only a later one knows."""
    if not imported:
        return tuple(own)
    found: dict[str, Place] = {}
    for place in (*own, *imported):
        name = place.id
        first = found.get(name)
        found[name] = place if first is None else _filled(first, place)
    return tuple(found.values())


def _filled(place: Place, other: Place) -> Place:
    welsh, ward, point = place.welsh or other.welsh, place.ward or other.ward, place.point or other.point
    return place.model_copy(update={"welsh": welsh, "ward": ward, "point": point})


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from None


def _unreadable(path: Path, error: OSError) -> BadInput:
    why = (error.strerror or "unknown").lower()
    return BadInput(
        f"The council file names the gazetteer {path}, which cannot be read ({why}). {IMPORT_AGAIN}, or take the line "
        "`gazetteer` out of `[area]`."
    )


def _head(path: Path, line: bytes) -> Head:
    try:
        head = Head.model_validate_json(line)
    except ValidationError:
        raise BadInput(f"{path} is no gazetteer of Soundings, or damaged. {MOVE_AWAY}.") from None
    if head.format > FORMAT:
        raise BadInput(
            f"{path} was written by a newer Soundings: install that version. Or: {MOVE_AWAY[0].lower()}{MOVE_AWAY[1:]}."
        )
    return head
