"""Reads OS Open Names: streets, villages, schools, parks and stations of Great Britain, in CSV files without a header.

The 34 columns are those of Ordnance Survey's `OS_Open_Names_Header.csv`, which lies beside the data. Knows nothing of
wards.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from soundings.area import Kind
from soundings.errors import BadInput
from soundings.national_grid import on_grid

LONGEST_FIELD = 131_072
"""Characters of one field: what is longer is not from this file."""
COLUMNS = 34
_ID, _NAME1, _LANGUAGE1, _NAME2, _LANGUAGE2, _LOCAL_TYPE, _EAST, _NORTH = 0, 2, 3, 4, 5, 7, 8, 9
_POPULATED_PLACE, _DISTRICT, _COUNTY = 18, 21, 24
"""Where in a row stands what is used."""
LONGEST = 120
KINDS: dict[str, Kind] = {
    "named road": "street", "section of named road": "street",
    "city": "village", "town": "village", "village": "village", "hamlet": "village", "suburban area": "village",
    "other settlement": "village",
    "primary education": "school", "secondary education": "school", "non state primary education": "school",
    "non state secondary education": "school", "special needs education": "school", "further education": "school",
    "higher or university education": "school",
    "urban greenspace": "park",
    "railway station": "landmark", "bus station": "landmark", "coach station": "landmark", "hospital": "landmark",
    "harbour": "landmark", "passenger ferry terminal": "landmark", "vehicular ferry terminal": "landmark",
}  # fmt: skip
"""LOCAL_TYPE -> what the council file calls it. The rest is no place that residents name: postcodes, hills, the A49."""
STATIONS = {"railway station": ("station", "railway station", "train station"), "bus station": ("bus station",)}
"""LOCAL_TYPE -> what people say behind the name of the town, where the record has the town's name alone."""
WELSH = "cym"


@dataclass(frozen=True, order=True)
class Named:
    """One row that is kept."""

    kind: Kind
    name: str
    where: str
    """The town or village that it lies in."""
    id: str
    also: tuple[str, ...] = ()
    welsh: str = ""
    east: float = 0.0
    north: float = 0.0


@dataclass
class Rows:
    """The rows of some files, and why others are left out; to be read once."""

    paths: Sequence[Path]
    within: str = ""
    """A district or county; empty for all."""
    left_out: Counter[str] = field(default_factory=Counter)

    def __iter__(self) -> Iterator[Named]:
        for path in self.paths:
            for number, row in _lines(path):
                if number == 1 and row[0].upper() == "ID":
                    continue  # the header that lies beside the data, or that somebody put in
                if len(row) != COLUMNS:
                    self._count_bad(path, number, row)
                elif named := self._named(row):
                    yield named

    def _count_bad(self, path: Path, number: int, row: list[str]) -> None:
        if number == 1:
            raise BadInput(
                f"{path} is not a file of OS Open Names: its first line has {len(row)} columns, not {COLUMNS}."
            )
        self.left_out[f"lines with another number of columns than {COLUMNS}, such as {path.name} line {number}"] += 1

    def _named(self, row: list[str]) -> Named | None:
        local = row[_LOCAL_TYPE].strip().lower()
        kind = KINDS.get(local)
        if kind is None:
            self.left_out[f"of the type {row[_LOCAL_TYPE].strip() or '(none)'}"] += 1
            return None
        if self.within and self.within.casefold() not in (row[_DISTRICT].casefold(), row[_COUNTY].casefold()):
            self.left_out[f"outside {self.within}"] += 1
            return None
        name, also, welsh = _names(row, local)
        place = _metres(row)
        if not name or max(map(len, (name, welsh, *also))) > LONGEST or place is None:
            self.left_out["without a sound name or position"] += 1
            return None
        return Named(kind, name, " ".join(row[_POPULATED_PLACE].split()), row[_ID], also, welsh, *place)


def _names(row: list[str], local: str) -> tuple[str, tuple[str, ...], str]:
    """The name, what else it is called, and its Welsh name: where one of two is Welsh, the other is the name."""
    one, two = " ".join(row[_NAME1].split()), " ".join(row[_NAME2].split())
    if two and WELSH in (row[_LANGUAGE1].strip().lower(), row[_LANGUAGE2].strip().lower()):
        if row[_LANGUAGE1].strip().lower() == WELSH:
            one, two = two, one
        return *_station(one, (), local), two
    return *_station(one, (two,) if two else (), local), ""


def _station(name: str, also: tuple[str, ...], local: str) -> tuple[str, tuple[str, ...]]:
    said = STATIONS.get(local)
    if said is None or not name or "station" in name.lower():
        return name, also
    return f"{name} {said[0]}", (*also, *(f"{name} {word}" for word in said[1:]))


def _metres(row: list[str]) -> tuple[float, float] | None:
    try:
        east, north = float(row[_EAST]), float(row[_NORTH])
    except ValueError:
        return None
    return (east, north) if on_grid(east, north) else None


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(LONGEST_FIELD)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for number, row in enumerate(csv.reader(file), 1):
                if row:
                    yield number, row
    except UnicodeDecodeError:
        raise BadInput(f"{path} is not UTF-8: take the file as Ordnance Survey gives it.") from None
    except csv.Error as error:
        raise BadInput(f"{path} is not a CSV file ({error}).") from None
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {(error.strerror or 'unknown').lower()}.") from None


def files_in(given: Iterable[Path]) -> list[Path]:
    """The CSV files that are named, and those of named folders, but for the header's own."""
    found: list[Path] = []
    for path in given:
        inside = sorted(path.rglob("*.csv")) if path.is_dir() else [path]
        found += [one for one in inside if not one.stem.lower().endswith("_header")]
    return found
