"""Outlines of wards, in a file beside the gazetteer: in which of them a point lies.

Read only by who has a point to place. Knows nothing of map formats: every position is longitude and latitude (WGS 84).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from soundings.area import Point
from soundings.errors import BadInput
from soundings.files import write_private
from soundings.gazetteers import MOVE_AWAY, OUTLINES

FILE = OUTLINES
Ring = tuple[tuple[float, float], ...]
"""Positions of one closed line, longitude first as in GeoJSON."""
Box = tuple[float, float, float, float]
"""West, south, east, north."""


class Outline(BaseModel):
    """The rings of one ward, holes among them: what lies inside of an odd number of them is in the ward."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    rings: tuple[Ring, ...]


class _File(BaseModel):
    model_config = ConfigDict(extra="ignore")

    wards: tuple[Outline, ...]


@dataclass(frozen=True)
class _Edges:
    name: str
    box: Box
    x1: Any
    y1: Any
    x2: Any
    y2: Any

    def hold(self, x: float, y: float) -> bool:
        """Even-odd rule: a line to the east crosses the outline an odd number of times."""
        west, south, east, north = self.box
        if not (west <= x <= east and south <= y <= north):
            return False
        spans = (self.y1 > y) != (self.y2 > y)
        x1, y1, x2, y2 = self.x1[spans], self.y1[spans], self.x2[spans], self.y2[spans]
        return int(np.count_nonzero(x < (x2 - x1) * (y - y1) / (y2 - y1) + x1)) % 2 == 1


@dataclass(frozen=True)
class Outlines:
    """The wards of one council."""

    wards: tuple[Outline, ...] = ()

    def holding(self, point: Point) -> str:
        """The name of the ward that a point is in; empty when it is in none."""
        latitude, longitude = point
        return next((edges.name for edges in self._edges if edges.hold(longitude, latitude)), "")

    @property
    def box(self) -> Box:
        """What holds all of them. Only where there is one."""
        boxes = [edges.box for edges in self._edges]
        west, south = min(box[0] for box in boxes), min(box[1] for box in boxes)
        return west, south, max(box[2] for box in boxes), max(box[3] for box in boxes)

    @cached_property
    def _edges(self) -> list[_Edges]:
        return [_edges(ward) for ward in self.wards if _enclosing(ward)]


def _enclosing(ward: Outline) -> list[Ring]:
    """Its rings that can hold anything: of three positions at least."""
    return [ring for ring in ward.rings if len(ring) > 2]


def _edges(ward: Outline) -> _Edges:
    rings = [np.asarray(ring, dtype=float) for ring in _enclosing(ward)]
    starts = np.concatenate(rings)
    ends = np.concatenate([np.roll(ring, -1, axis=0) for ring in rings])
    (west, south), (east, north) = starts.min(axis=0), starts.max(axis=0)
    box = (float(west), float(south), float(east), float(north))
    return _Edges(ward.name, box, starts[:, 0], starts[:, 1], ends[:, 0], ends[:, 1])


def read(folder: Path) -> Outlines:
    """The outlines of a folder; none when there is no file. Raises BadInput for a damaged one."""
    path = folder / FILE
    try:
        wards = _File.model_validate_json(path.read_bytes()).wards
    except FileNotFoundError:
        return Outlines()
    except OSError as error:
        raise BadInput(f"{path} cannot be read ({(error.strerror or 'unknown').lower()}).") from None
    except ValidationError:
        raise BadInput(f"{path} is damaged. {MOVE_AWAY}.") from None
    if empty := [ward.name for ward in wards if not _enclosing(ward)]:
        raise BadInput(f"{path} is damaged: '{empty[0]}' has no outline. {MOVE_AWAY}.")
    return Outlines(wards)


def write(folder: Path, wards: Sequence[Outline]) -> None:
    """Replace the file in one step."""
    write_private(folder / FILE, _File(wards=tuple(wards)).model_dump_json() + "\n")
