"""Small invented map data: two wards of Penmarrow side by side, as a GeoJSON file and as rows of OS Open Names."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from soundings.open_names import COLUMNS

WEST = [[-4.72, 50.46], [-4.70, 50.46], [-4.70, 50.48], [-4.72, 50.48], [-4.72, 50.46]]
EAST = [[-4.70, 50.46], [-4.68, 50.46], [-4.68, 50.48], [-4.70, 50.48], [-4.70, 50.46]]
POND = [[-4.712, 50.468], [-4.708, 50.468], [-4.708, 50.472], [-4.712, 50.472], [-4.712, 50.468]]
"""A hole in the western ward."""
IN_WEST, IN_EAST, IN_POND, OUTSIDE = (50.465, -4.715), (50.465, -4.685), (50.47, -4.71), (50.5, -4.7)
"""Latitude and longitude."""
GRID = {"west": ("207450", "66250"), "east": ("209650", "66250"), "outside": ("300000", "100000")}
"""Eastings and northings in the west ward, in the east ward, and far away."""


def feature(name: Any, *rings: Any, welsh: Any = None, **more: Any) -> dict[str, Any]:
    """One ward as the Office for National Statistics gives it."""
    properties = {"WD24CD": "E05000001", "WD24NM": name, "WD24NMW": welsh, **more}
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": list(rings)}}


def wards() -> dict[str, Any]:
    """Two wards, one with a hole in it and a Welsh name."""
    features = [feature("Saltings", WEST, POND, welsh="Y Morfa"), feature("Carrowside", EAST)]
    return {"type": "FeatureCollection", "features": features}


def write(path: Path, document: Any) -> Path:
    """A GeoJSON file."""
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return path


def row(name: str, local: str = "Named Road", at: str = "west", **more: str) -> list[str]:
    """One row of OS Open Names."""
    found = [""] * COLUMNS
    found[0], found[2], found[7] = more.get("id", f"osgb{name}"), name, local
    found[8], found[9] = GRID[at]
    found[3], found[4], found[5] = more.get("language", ""), more.get("name2", ""), more.get("language2", "")
    found[18], found[21], found[24] = more.get("town", ""), more.get("district", ""), more.get("county", "Quernshire")
    return found


def write_rows(path: Path, rows: list[list[str]]) -> Path:
    """A file as Ordnance Survey gives it: with a byte order mark, and without a header."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, lineterminator="\r\n").writerows(rows)
    return path
