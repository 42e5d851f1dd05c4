"""`soundings classify [FILE]`: JSON lines in, one JSON line out for each, in order. No bus, no store.

Owns the command: its arguments, its answers and its summary. Knows nothing of what lines may hold
(`nlp/lines.py`) or of how texts are read.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO, cast

from nlp.lines import Item, Source, lines, parse
from soundings import council, settings
from soundings.council import CouncilFile
from soundings.errors import BadInput, SoundingsError

if TYPE_CHECKING:
    from nlp.reader import Reader
    from soundings.messages import Understanding

BATCH = 256
ENOUGH = 100
"""Texts from which on a rate is worth telling."""
PROGRESS_AFTER = 2.0
"""Seconds until progress is shown, and between two showings."""


@dataclass
class Tally:
    """How much was read, and since when (seconds of a clock that never goes back)."""

    started: float
    read: int = 0
    rejected: int = 0

    def count(self, taken: bool) -> None:
        """One more line answered."""
        self.read += taken
        self.rejected += not taken

    def line(self, now: float) -> str:
        """`1,204 texts read, 3 rejected, 0.8 s (1,509 a second)`; a handful of texts says nothing about the speed."""
        seconds = max(now - self.started, 1e-6)
        total = self.read + self.rejected
        rate = f" ({total / seconds:,.0f} a second)" if total >= ENOUGH else ""
        noun = "text" if self.read == 1 else "texts"
        return f"{self.read:,} {noun} read, {self.rejected:,} rejected, {seconds:.1f} s{rate}"


def main(argv: Sequence[str] | None = None) -> int:
    """The command. 0 when every line was answered, 1 when all were rejected, 2 when FILE or the council file cannot be
    used."""
    wanted = _arguments().parse_args(argv)
    try:
        check_open(wanted.file)
        council_file = council_file_at(wanted.council)
        source = open_file(wanted.file)
        reader = reader_of(council_file)
    except SoundingsError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    tally = Tally(time.monotonic())
    with source:
        try:
            classify(reader, cast(Source, source), sys.stdout, _progress(tally), tally)
            sys.stdout.flush()
        except BrokenPipeError:  # `| head` has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        except KeyboardInterrupt:
            return 130
    if sys.stderr:  # closed (`2>&-`): print would take standard output instead
        print(tally.line(time.monotonic()), file=sys.stderr)
    return 1 if tally.rejected and not tally.read else 0


def check_open(name: str) -> None:
    """Python has None for a standard stream that was closed (`<&-`, `>&-`)."""
    if not sys.stdout:
        raise BadInput("Standard output is closed: there is nowhere to write the answers.")
    if name == "-" and not sys.stdin:
        raise BadInput("Standard input is closed: name a FILE, or pipe the lines in.")


def _progress(tally: Tally) -> Callable[[], None]:
    """Shows how far it is, every two seconds, when a person watches standard error."""
    if not sys.stderr or not sys.stderr.isatty():
        return lambda: None
    shown = [tally.started]

    def show() -> None:
        now = time.monotonic()
        if now - shown[0] >= PROGRESS_AFTER:
            shown[0] = now
            print(tally.line(now), end="\r", file=sys.stderr, flush=True)

    return show


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="soundings classify",
        description='Read texts without bus or store. Each line in is {"id": ..., "text": "..."}; each line out has '
        "the same id and what was understood, or `rejected` and why.",
    )
    parser.add_argument(
        "file", metavar="FILE", nargs="?", default="-", help="JSON lines; `-` or nothing: standard input"
    )
    parser.add_argument("--council", metavar="FILE", type=Path, help="council file, for its places and words")
    return parser


def council_file_at(path: Path | None) -> CouncilFile:
    """The council file that is named, else this installation's. Raises BadInput."""
    if path and not path.exists():
        raise BadInput(f"There is no council file {path}.")
    return council.load(path or settings.load().council_path)


def open_file(name: str) -> BinaryIO:
    """A file, or standard input for `-`. Raises BadInput."""
    if name == "-":
        return cast(BinaryIO, sys.stdin.buffer)
    try:
        return Path(name).open("rb")
    except FileNotFoundError:
        raise BadInput(f"There is no file {name}.") from None
    except OSError as error:
        raise BadInput(f"{name} cannot be read: {error.strerror}.") from None


def reader_of(council_file: CouncilFile) -> Reader:
    """The reader of this installation."""
    from nlp.models.opening import judges  # a wrong argument is answered before anything heavy loads
    from nlp.trained import TrainedReader

    return TrainedReader(council_file, judges=judges(council_file, settings.load()))


def classify(reader: Reader, source: Source, out: TextIO, progress: Callable[[], None], tally: Tally) -> None:
    """Answer every line of a source. Holds one batch at a time, and flushes when it has caught up."""
    for group in lines(source):
        items = [item for item in map(parse, group) if item]
        for start in range(0, len(items), BATCH):
            batch = items[start : start + BATCH]
            for answer, taken in answers(reader, batch):
                out.write(answer + "\n")
                tally.count(taken)
            progress()
        out.flush()


def answers(reader: Reader, items: Sequence[Item]) -> Iterator[tuple[str, bool]]:
    """One line of JSON for each item, in order, and whether it was read."""
    texts = [item.text for item in items if not item.rejected]
    understood = iter(read_each(reader, texts))
    for item in items:
        found = item.rejected or next(understood)
        taken = not isinstance(found, str)
        yield (_rejected(item.id, found) if isinstance(found, str) else _answer(item.id, found)), taken


def read_each(reader: Reader, texts: Sequence[str]) -> Sequence[Understanding | str]:
    """What each text says, or why it could not be read: one that breaks the reader costs the others nothing."""
    try:
        return reader.read(texts)
    except Exception as error:  # whatever a text did to the reader: find out which, and go on
        if len(texts) == 1:
            return [f"the reader could not read it ({type(error).__name__})"]
        return [found for text in texts for found in read_each(reader, [text])]


def _rejected(name: str, reason: str) -> str:
    return f'{{"id": {name}, "rejected": {json.dumps(reason)}}}'


def _answer(name: str, understood: Understanding) -> str:
    mood = understood.sentiment
    body = {
        "topics": [{"slug": topic.slug, "confidence": topic.confidence} for topic in understood.topics],
        "sentiment": {"label": mood.label, "clear": mood.clear, "probabilities": mood.probabilities},
        "speech_acts": [{"slug": act.slug, "confidence": act.confidence} for act in understood.speech_acts],
        "places": [{"id": place.id, "name": place.name, "score": place.score} for place in understood.places_shown],
        "language": understood.language,
        "reader": understood.reader,
    }
    return f'{{"id": {name}, {json.dumps(body)[1:]}'
