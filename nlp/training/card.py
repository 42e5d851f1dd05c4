"""Writes docs/model-card.md: `python -m nlp.training.card [--posts FILE] [--topics FILE... --map FILE]`.

Measures the reader on our own texts, and on files of others where they are given; keeps both results beside it, and
writes the page from what is kept, so that the page can be written anew, and checked, without measuring.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from nlp.classify import reader_of
from nlp.measuring.records import Columns
from nlp.reader import Reader
from nlp.training import card_tables, card_words
from nlp.training.curve import curve
from nlp.training.inside import measured
from nlp.training.kept import Folders, keep, load
from nlp.training.outside import result
from soundings.council import CouncilFile
from soundings.errors import BadInput

FACTS = ("record", "judging")
"""Files of facts beside the model, without `.json`: training writes them."""


def page(folders: Folders) -> str:
    """The whole card, from what is kept. Raises BadInput when nothing was measured yet."""
    found = load(folders.inside)
    if not found:
        raise BadInput("Nothing was measured yet: `python -m nlp.training.card` does it.")
    facts = {name: fact for name in FACTS if (fact := load(folders.model / f"{name}.json"))}
    about = folders.about.read_text(encoding="utf-8") if folders.about.exists() else ""
    parts = [
        card_words.opening(found),
        card_words.trust(found),
        card_words.examples(found),
        card_tables.figures(found),
        card_tables.outside(load(folders.outside)),
        card_tables.texts(found),
        card_tables.making(facts, about),
    ]
    return "\n".join(line for part in parts for line in part).rstrip() + "\n"


def main(
    argv: Sequence[str] | None = None,
    folders: Folders | None = None,
    today: Callable[[], date] = lambda: datetime.now(UTC).date(),
    reader: Callable[[], Reader] = lambda: reader_of(CouncilFile(None)),
) -> int:
    """The command. 0 when the page is written, 2 when a file cannot be used."""
    wanted, where = _arguments().parse_args(argv), folders or Folders()
    try:
        if not wanted.write_only:
            _measure(wanted, where, today(), reader())
        where.card.write_text(page(where), encoding="utf-8")
    except BadInput as error:
        print(error, file=sys.stderr)
        return error.exit_code
    print(f"Written: {where.card}")
    return 0


def _measure(wanted: argparse.Namespace, where: Folders, today: date, reader: Reader) -> None:
    kept: dict[str, Any] = load(where.outside)
    if wanted.posts:
        kept |= _named(result(reader, wanted.posts, "sentiment", today, Columns()))
    for path in wanted.topics:
        columns = Columns(label=wanted.topics_label)
        found = result(reader, path, "topics", today, columns, wanted.map)
        kept |= _named(found | {"curve": curve(path, columns, wanted.map)} if wanted.map else found)
    keep(where.inside, measured(reader, where))
    if kept:
        keep(where.outside, dict(sorted(kept.items())))


def _named(one: dict[str, Any]) -> dict[str, Any]:
    return {f"{one['task']} {one['file']}": one}


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m nlp.training.card", description="Write docs/model-card.md.")
    parser.add_argument("--posts", metavar="FILE", type=Path, help="texts with `label`: a sentiment")
    parser.add_argument("--topics", metavar="FILE", type=Path, nargs="+", default=[], help="texts with a topic")
    parser.add_argument("--topics-label", metavar="NAME", default="y", help="column of the topic (default: y)")
    parser.add_argument("--map", metavar="FILE", type=Path, help="CSV that translates those topics")
    parser.add_argument("--write-only", action="store_true", help="write the page from what was measured before")
    return parser


if __name__ == "__main__":
    sys.exit(main())
