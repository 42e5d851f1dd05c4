"""`soundings area import`: wards from GeoJSON and names from OS Open Names, into the gazetteer beside the council file.

An import takes the place of what an earlier one of the same kind brought, so that the same file twice changes nothing.
Whatever is wrong is said before anything is written. Knows nothing of how the formats look.
"""

from __future__ import annotations

import argparse
import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

from soundings import council, gathering, gazetteers, open_names, outlines, shapes
from soundings import settings as settings_module
from soundings.area import Kind, Place
from soundings.errors import BadInput
from soundings.files import write_private
from soundings.gazetteers import Gazetteer, Head, Layer
from soundings.outlines import Outlines

SHAPES = (".geojson", ".json")
NAMES = "OS Open Names"
OS_LICENCE = "Contains OS data © Crown copyright and database right {year}."
ONS_LICENCE = "Source: Office for National Statistics licensed under the Open Government Licence v.3.0. " + OS_LICENCE
"""The lines that the Open Government Licence asks for where the data are shown."""
REASONS = 8
"""Reasons why something was left out that are listed; the rest is summed up."""


def main(arguments: Sequence[str]) -> int:
    """Import, and say what was kept, what was left out and why."""
    options = _parser().parse_args(arguments)
    path = options.council or settings_module.load().council_path
    if not path.exists():
        raise BadInput(f"There is no council file at {path}. Write one with `soundings init`.")
    council.load(path)  # what is wrong with it is said before anything is written beside it
    held, wards = _held(path.parent), outlines.read(path.parent)
    if options.files[0].suffix.lower() in SHAPES:
        layer, places, wards = _shapes(options, wards)
    else:
        layer, places = _names(options, wards)
    made = _in_place_of(held, layer, places, wards)
    named = _written(path, made, wards)
    print(f"{path.parent / gazetteers.FILE} holds {_counted(made.places)}.{named}")
    print("Restart `soundings up` to use it. Posts that were read before keep the places that were known then.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="soundings area", description="The council's area: its wards, streets, places."
    )
    does = parser.add_subparsers(dest="does", required=True)
    given = does.add_parser("import", help="wards (GeoJSON) or OS Open Names (CSV files, or their folder)")
    given.add_argument("files", nargs="+", type=Path, metavar="FILE")
    given.add_argument("--kind", choices=get_args(Kind), default="ward", help="what the shapes are (default: ward)")
    given.add_argument("--name-field", default="", help="property that holds the name, where it is not found by itself")
    given.add_argument("--welsh-field", default="", help="property that holds the Welsh name")
    given.add_argument("--within", default="", help="OS Open Names: only this district or county")
    given.add_argument("--licence", default="", help="the line that the licence of the data asks to be shown")
    given.add_argument("--council", type=Path, help="default: the council file of this installation")
    return parser


def _held(folder: Path) -> Gazetteer:
    """What earlier imports brought. A damaged one is refused, not thrown away."""
    return gazetteers.read(folder) if (folder / gazetteers.FILE).exists() else gazetteers.EMPTY


def _shapes(options: argparse.Namespace, wards: Outlines) -> tuple[Layer, tuple[Place, ...], Outlines]:
    if len(options.files) > 1:
        raise BadInput("One file of shapes at a time: an import takes the place of the one before.")
    (file,) = options.files
    found = shapes.read(file, options.name_field, options.welsh_field)
    places, outlined = gathering.of_shapes(found.kept, options.kind, found.left_out)
    if options.kind == "ward":
        wards = Outlines(outlined)
        if not outlined:
            raise BadInput(f"{file} has no outlines of wards in it: polygons are expected. Nothing was changed.")
    elif wards.wards:
        places = gathering.into_wards(places, wards, found.left_out)
    licence = options.licence or (_this_year(ONS_LICENCE) if found.official else "")
    grid = " Its positions were in the National Grid, and were converted." if found.converted else ""
    welsh = sum(bool(place.welsh) for place in places)
    print(f"{file}: {_counted(places)} kept{f', {welsh} with a Welsh name of its own' if welsh else ''}.{grid}")
    _say_left_out(found.left_out)
    if not licence:
        print("No licence is known for it: say with --licence what its publisher asks to be shown.")
    what = f"{options.kind} shapes"
    return Layer(what=what, files=(file.name,), count=len(places), licence=licence), places, wards


def _names(options: argparse.Namespace, wards: Outlines) -> tuple[Layer, tuple[Place, ...]]:
    files = open_names.files_in(options.files)
    if not files:
        raise BadInput(f"{options.files[0]} holds no CSV files.")
    if not wards.wards and not options.within:
        raise BadInput(
            "OS Open Names holds all of Great Britain. Import your wards first (`soundings area import "
            "wards.geojson`), or name your district or county with --within."
        )
    rows = open_names.Rows(files, options.within)
    places = gathering.of_rows(rows, wards, rows.left_out)
    print(f"{len(files)} {'file' if len(files) == 1 else 'files'} of {NAMES}: {_counted(places)} kept.")
    _say_left_out(rows.left_out)
    if not places:
        raise BadInput("Nothing is left to import: are these the files of your area? Nothing was changed.")
    licence = options.licence or _this_year(OS_LICENCE)
    return Layer(what=NAMES, files=tuple(file.name for file in files), count=len(places), licence=licence), places


def _this_year(licence: str) -> str:
    return licence.format(year=datetime.now(UTC).year)


def _in_place_of(held: Gazetteer, layer: Layer, places: tuple[Place, ...], wards: Outlines) -> Gazetteer:
    """All imports with the new one among them; the others' places are put into the wards of today."""
    kept = []
    held_wards = any(other.what == "ward shapes" for other in held.head.layers)
    for other, theirs in held.layers():
        if other.what == layer.what:
            continue
        left_out: Counter[str] = Counter()
        if layer.what == "ward shapes":
            theirs = gathering.into_wards(theirs, wards, left_out)
        if left_out:
            print(f"Of {other.what}, imported before: {left_out.total():,} {gathering.OUTSIDE}, left out now.")
        if layer.what == "ward shapes" and not held_wards and other.what == NAMES:
            print(f"Import {NAMES} again: then its streets have their wards too.")
        kept.append((other.model_copy(update={"count": len(theirs)}), theirs))
    layers = sorted([*kept, (layer, places)], key=lambda one: (one[0].what != "ward shapes", one[0].what))
    head = Head(layers=tuple(one for one, _ in layers))
    return Gazetteer(head, tuple(place for _, theirs in layers for place in theirs))


def _written(path: Path, made: Gazetteer, wards: Outlines) -> str:
    """Write it all beside the council file, and say what was done with that."""
    try:
        if wards.wards:
            outlines.write(path.parent, wards.wards)
        gazetteers.write(path.parent, made)
        return _name_it(path)
    except OSError as error:
        raise BadInput(
            f"{path.parent} cannot be written ({(error.strerror or 'unknown').lower()}). In a container, import on the "
            "machine that has the council file, or name another copy of it with --council (docs/runbook.md, In "
            "containers)."
        ) from None


def _name_it(path: Path) -> str:
    """Have the council file name the gazetteer, in a line of its own; every other line stays as it is."""
    text = path.read_bytes().decode("utf-8-sig")
    expected = tomllib.loads(text)
    if expected.get("area", {}).get("gazetteer") == gazetteers.FILE:
        return ""
    line, end = f'gazetteer = "{gazetteers.FILE}"', "\r\n" if "\r\n" in text else "\n"
    after, times = re.subn(r"(?m)^(\[area\][^\r\n]*)(?=\r?$)", rf"\1{end}{line}", text, count=1)
    if not times:
        after = f"{text.rstrip()}{end * 2}[area]{end}{line}{end}"
    expected.setdefault("area", {})["gazetteer"] = gazetteers.FILE
    if _parsed(after) != expected:
        return f" Add the line `{line}` under `[area]` of {path} by hand."
    mode = path.stat().st_mode
    write_private(path, after)
    path.chmod(mode & 0o777)
    return f" {path.name} names it now: `{line}`."


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _counted(places: Sequence[Place]) -> str:
    counts = Counter(place.kind for place in places)
    return ", ".join(f"{count:,} {_several(kind, count)}" for kind, count in counts.most_common()) or "no places"


def _several(kind: str, count: int) -> str:
    return kind if count == 1 else f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s"


def _say_left_out(why: Counter[str]) -> None:
    for reason, count in why.most_common(REASONS):
        print(f"  left out: {count:,} {reason}")
    rest = why.most_common()[REASONS:]
    if rest:
        print(f"  left out: {sum(count for _, count in rest):,} more, of {len(rest)} other types or reasons")
