"""What an officer asks of `soundings import`: the options and what they may be. Knows nothing of how it is done."""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from listeners.fields import Dates
from listeners.sources import SOURCES
from soundings import purposes, uses
from soundings.errors import BadInput

NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")
SOURCE = "files"
"""The name under which imported posts are kept, unless another is given."""


@dataclass(frozen=True)
class Options:
    """What an officer asked for."""

    files: Sequence[Path]
    source: str = SOURCE
    purpose: str = "listening"
    dates: Dates = field(default_factory=Dates)
    form: str = ""
    wait: bool = True
    keep_going: bool = False
    dry_run: bool = False


def parse(argv: Sequence[str]) -> Options:
    """The options. Raises BadInput for a name or a purpose that cannot be."""
    given = _parser().parse_args(argv)
    if not NAME.fullmatch(given.source):
        raise BadInput(f"--source {given.source}: a name has small letters, digits and -, such as `parish-survey`.")
    if given.source in SOURCES:
        raise BadInput(f"--source {given.source}: this is the name of a live source. Choose another.")
    if words := uses.refused(given.purpose):
        raise BadInput(f"--purpose: {purposes.REFUSED.format(words)}.")
    if given.timezone and given.timezone not in available_timezones():
        raise BadInput(f"--timezone {given.timezone}: this is no time zone; for the United Kingdom: Europe/London.")
    dates = Dates(ZoneInfo(given.timezone) if given.timezone else None, given.day_first, given.no_dates)
    purpose = given.purpose.strip() or "listening"
    return Options(given.files, given.source, purpose, dates, given.format, given.wait, given.keep_going,
                   given.dry_run)  # fmt: skip


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="soundings import", description="Import posts from files (JSON lines or CSV)."
    )
    parser.add_argument("files", metavar="FILE", nargs="+", type=Path)
    parser.add_argument("--source", default=SOURCE, help=f"name under which they are kept (default: {SOURCE})")
    parser.add_argument("--purpose", default="listening", help="what the import is for (default: listening)")
    parser.add_argument("--timezone", default="", help="time zone of dates without offset, such as Europe/London")
    parser.add_argument("--day-first", action="store_true", help="02/03/2026 is the second of March")
    parser.add_argument("--no-dates", action="store_true", help="the file has no times: all its posts count as of now")
    parser.add_argument("--format", default="", choices=["", "jsonl", "csv"], help="default: by the file's extension")
    parser.add_argument("--dry-run", action="store_true", help="read and check only; nothing is imported")
    parser.add_argument("--no-wait", dest="wait", action="store_false", help="return as soon as the bus has the posts")
    parser.add_argument("--keep-going", action="store_true", help="also when the first 20 lines cannot be read")
    return parser
