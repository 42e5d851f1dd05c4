"""Reads shapes with names from GeoJSON: ward boundaries above all, whose fields are called otherwise every year.

Positions become longitude and latitude (WGS 84); what is in the National Grid is converted. Knows nothing of wards.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from soundings.errors import BadInput
from soundings.national_grid import on_grid, to_degrees
from soundings.outlines import Ring

LONGEST = 120
"""Characters of a name, as in the council file."""
NAME_FIELDS = (r"[A-Z]{2,5}\d\dNM", r"name", r"ward_?name", r"ward", r"title")
WELSH_FIELDS = (r"[A-Z]{2,5}\d\dNMW", r"name_?(?:cy|cym|w|welsh)", r"welsh(?:_?name)?", r"enw")
"""What publishers call the names, the likeliest first: the statistics office has WD13NM and WD13NMW, then WD24NM."""
CODE = re.compile(r"[EWSN]\d{8}")
"""A code of the statistics office: whoever gives these has the boundaries from there."""
KIND_WORD = re.compile(r"\s+(?:ward|ED|CP)$", re.IGNORECASE)
"""`Abram Ward`: Boundary-Line writes the kind behind the name."""
SEVERAL_MEANT = 20
DEGREES = "Save it again with longitude and latitude (WGS 84, EPSG:4326); every map program can."


@dataclass(frozen=True)
class Shape:
    """One named thing. Rings are empty for a point or a line."""

    name: str
    welsh: str
    rings: tuple[Ring, ...]
    point: tuple[float, float]
    """Latitude and longitude of its middle."""


@dataclass
class Shapes:
    """What a file holds, and why the rest of it was left out."""

    kept: list[Shape] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    official: bool = False
    """Whether codes of the Office for National Statistics are in it."""
    converted: bool = False
    """Whether positions were in the National Grid."""


def read(path: Path, name_field: str = "", welsh_field: str = "") -> Shapes:
    """The shapes of a file. Raises BadInput when it is no GeoJSON, or its names or positions cannot be understood."""
    features = list(_features(path))
    names = _field(path, features, name_field, NAME_FIELDS, "--name-field")
    welsh = _field(path, features, welsh_field, WELSH_FIELDS, "--welsh-field")
    found = Shapes(official=any(_official(properties) for properties, _ in features))
    found.converted = _projected(path, [geometry for _, geometry in features])
    shapes: dict[str, Shape] = {}
    for properties, geometry in features:
        name = _text(properties.get(names))
        why = _fault(name, geometry)
        if why:
            found.left_out[why] += 1
            continue
        shape = _shape(name, _text(properties.get(welsh)), geometry, found.converted)
        shapes[name] = _joined(shapes[name], shape) if name in shapes else shape
    found.kept = list(shapes.values())
    return found


def _features(path: Path) -> Iterator[tuple[Mapping[str, Any], Any]]:
    document = _parsed(path)
    if isinstance(document, dict) and document.get("type") == "Feature":
        document = {"type": "FeatureCollection", "features": [document]}
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or not features:
        raise BadInput(f"{path} is no GeoJSON with shapes in it: a FeatureCollection with features is expected.")
    for feature in features:
        given = feature if isinstance(feature, dict) else {}
        properties = given.get("properties")
        yield properties if isinstance(properties, dict) else {}, given.get("geometry")


def _parsed(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {(error.strerror or 'unknown').lower()}.") from None
    except UnicodeDecodeError as error:
        raise BadInput(f"{path}: byte {error.start} is not UTF-8. Save the file as UTF-8.") from None
    except json.JSONDecodeError as error:
        raise BadInput(f"{path} line {error.lineno}: this is not valid JSON ({error.msg}).") from None
    except (RecursionError, ValueError):
        raise BadInput(f"{path} is not valid JSON: it goes too deep, or a number in it is too long.") from None


def _field(path: Path, features: list[tuple[Mapping[str, Any], Any]], given: str, usual: tuple[str, ...],
           option: str) -> str:  # fmt: skip
    """What the property with the name is called; empty when there is no Welsh one."""
    there = list(dict.fromkeys(key for properties, _ in features for key in properties))
    listed = ", ".join(there[:SEVERAL_MEANT]) or "none at all"
    if given:
        if given not in there:
            raise BadInput(f"{path} has no property '{given}' ({option}); there are: {listed}.")
        return given
    for pattern in usual:
        for key in there:
            if re.fullmatch(pattern, key, re.IGNORECASE):
                return key
    if usual is NAME_FIELDS:
        raise BadInput(f"{path}: which property holds the names? Say it with {option}; there are: {listed}.")
    return ""


def _text(value: Any) -> str:
    name = " ".join(value.split()) if isinstance(value, str) else ""
    return KIND_WORD.sub("", name)


def _official(properties: Mapping[str, Any]) -> bool:
    return any(isinstance(value, str) and CODE.fullmatch(value) for value in properties.values())


def _fault(name: str, geometry: Any) -> str:
    if not name:
        return "without a name"
    if len(name) > LONGEST:
        return f"with a name longer than {LONGEST} letters"
    return "" if list(_positions(geometry)) else "without a shape that can be used"


def _projected(path: Path, geometries: list[Any]) -> bool:
    """Whether positions are metres of the National Grid. Raises BadInput for what is neither that nor degrees."""
    positions = [position for geometry in geometries for position in _positions(geometry)]
    if not positions:
        raise BadInput(f"{path} has no shape that can be used: polygons of numbers are expected.")
    if all(on_grid(*position) for position in positions):
        return True
    wrong = next((p for p in positions if not (-180 <= p[0] <= 180 and -90 <= p[1] <= 90)), None)
    if wrong:
        raise BadInput(f"{path}: its positions are not degrees ({wrong[0]:.6g}, {wrong[1]:.6g}). {DEGREES}")
    if all(49 < x < 61 and -9 < y < 3 for x, y in positions):
        raise BadInput(f"{path}: latitude stands before longitude in it, so it lies off Somalia. {DEGREES}")
    return False


def _positions(geometry: Any) -> Iterator[tuple[float, float]]:
    """Every position that counts: of a point, a line, or the rings of polygons."""
    for ring in _rings(geometry):
        yield from ring
    if isinstance(geometry, dict) and geometry.get("type") == "Point":
        yield from _line([geometry.get("coordinates")])
    if isinstance(geometry, dict) and geometry.get("type") == "LineString":
        yield from _line(geometry.get("coordinates"))


def _rings(geometry: Any) -> Iterator[Ring]:
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    given = geometry.get("coordinates") if kind in ("Polygon", "MultiPolygon") else None
    polygons = [given] if kind == "Polygon" else given
    for polygon in polygons if isinstance(polygons, list) else []:
        for ring in polygon if isinstance(polygon, list) else []:
            line = _line(ring)
            if len(line) > 3 and len(line) == len(ring):  # three corners and back again
                yield line


def _line(given: Any) -> Ring:
    found = []
    for position in given if isinstance(given, list) else []:
        if isinstance(position, list) and len(position) > 1 and all(map(_number, position[:2])):
            found.append((float(position[0]), float(position[1])))
    return tuple(found)


def _number(value: Any) -> bool:
    """Not True, not a whole number of four hundred digits, and neither infinite nor none at all."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9 and math.isfinite(value)


def _shape(name: str, welsh: str, geometry: Any, metres: bool) -> Shape:
    rings = tuple(_degrees(ring, metres) for ring in _rings(geometry))
    largest = max(rings, key=len, default=()) or _degrees(tuple(_positions(geometry)), metres)
    xs, ys = [x for x, _ in largest], [y for _, y in largest]
    middle = ((min(ys) + max(ys)) / 2, (min(xs) + max(xs)) / 2)
    return Shape(name, "" if welsh == name else welsh, rings, (round(middle[0], 6), round(middle[1], 6)))


def _degrees(ring: Ring, metres: bool) -> Ring:
    """Six decimals of a degree are a tenth of a metre."""
    if metres:
        ring = tuple(to_degrees(*position)[::-1] for position in ring)
    return tuple((round(x, 6), round(y, 6)) for x, y in ring)


def _joined(one: Shape, other: Shape) -> Shape:
    """A ward in two features is one ward."""
    return Shape(one.name, one.welsh or other.welsh, one.rings + other.rings, one.point)
