"""`soundings check`: what is wrong with the council file, in plain English with its line, and what is ready."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from soundings import check_sources, council, embedded, outlines, purposes
from soundings import settings as settings_module
from soundings.cli import load
from soundings.council import CouncilFile
from soundings.errors import SoundingsError


def main(arguments: Sequence[str]) -> int:
    """Print the report. Exit code 2 when something is wrong."""
    parser = argparse.ArgumentParser(prog="soundings check", description="Check the council file.")
    parser.add_argument("file", nargs="?", type=Path, help="default: the council file of this installation")
    parser.add_argument("--source", metavar="NAME", help="the way to one source step by step, also before it is there")
    options = parser.parse_args(arguments)
    path = options.file or settings_module.load().council_path
    text, good = check_sources.walk(path, options.source) if options.source else report(path)
    print(text)
    return 0 if good else 2


def report(path: Path) -> tuple[str, bool]:
    """The report and whether the file is in order."""
    if not path.exists():
        return f"wrong  There is no council file at {path}. Write one with `soundings init`.", False
    try:
        file = council.load(path)
        lines = [f"{'ready' if ready else 'to do'}  {what}" for ready, what in _readiness(file)]
        sources, good = check_sources.lines(file, settings_module.load().retention_days)
    except SoundingsError as error:
        wrong = [f"wrong  {line}" for line in str(error).splitlines()]
        return "\n".join([*wrong, *check_sources.ways(path)]), False
    return "\n".join([f"ready  {path} is in order.", *lines, *sources]), good


def _readiness(file: CouncilFile) -> Iterator[tuple[bool, str]]:
    about = file.council
    yield about.name != "Your council", f"council: {about.name}, {about.tier}, {about.timezone}"
    yield bool(about.contact), f"contact: {about.contact or 'none yet; residents and feed owners need one'}"
    yield (
        purposes.says(about.purpose),
        f"purpose: {about.purpose if purposes.says(about.purpose) else 'none yet; say in one sentence why you listen'}",
    )
    yield bool(file.area.names), f"names of the area: {', '.join(file.area.names) or 'none yet'}"
    yield bool(file.area.places or file.area.gazetteer), f"places: {_counted(place.kind for place in file.area.places)}"
    if file.area.gazetteer:
        yield True, _gazetteer(file)
    accounts = file.tables.get("accounts", [])
    yield bool(accounts), f"accounts: {_counted(account['kind'] for account in accounts)}"
    if file.tables.get("sources", {}).get("bluesky", {}).get("enabled"):
        ours = [account for account in accounts if account["kind"] == "council" and account.get("did")]
        yield bool(ours), f"Bluesky: {_counted(account['kind'] for account in ours)} known there by its `did`"
    yield from load("nlp.models.opening:readiness")(file, settings_module.load())
    yield _bus_is_there()


def _gazetteer(file: CouncilFile) -> str:
    """What was imported, and how many outlines can place a point. Raises BadInput for what is damaged."""
    held = file.gazetteer
    what = "; ".join(f"{layer.what} ({layer.count:,} from {_files(layer.files)})" for layer in held.head.layers)
    outlined = len(outlines.read(file.path.parent).wards) if file.path else 0
    kinds = _counted(place.kind for place in held.places)
    return f"gazetteer: {kinds}; outlines of {outlined} wards. Imported: {what or 'nothing'}"


def _files(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{len(names)} files"


def _counted(kinds: Iterator[str]) -> str:
    counts = Counter(kinds)
    return ", ".join(f"{count:,} {kind}" for kind, count in counts.most_common()) or "none yet"


def _bus_is_there() -> tuple[bool, str]:
    try:
        return True, f"bus: {Path(embedded.nats_binary()).name}"
    except SoundingsError as error:
        return False, str(error)
