"""`soundings evaluate FILE --task ...`: how well the reader hears a file of texts with labels. No bus, no store.

Owns the command: its arguments, what it says of lines it could not use, and its exit codes. Figures are made in
`nlp/measuring/`. Memory does not grow with the file.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from nlp import classify
from nlp.lines import Source
from nlp.measuring.labels import TASKS, Meaning, Truth, meaning, task_of
from nlp.measuring.records import Columns, Record, Turned, records
from soundings.errors import BadInput

if TYPE_CHECKING:
    from nlp.measuring.surest import Mistake
    from nlp.measuring.tallies import Report, Tally
    from nlp.reader import Reader

BATCH = 256
REASONS = 10
"""Different reasons that are told; the rest is counted."""


@dataclass
class Rejected:
    """How many lines could not be used, by reason, and the first line of each."""

    reasons: Counter[str] = field(default_factory=Counter)
    first: dict[str, int] = field(default_factory=dict)

    def add(self, line: int, reason: str) -> None:
        """One more. Of very many different reasons only the count is kept."""
        known = reason if reason in self.first or len(self.first) < 1000 else "other reasons"
        self.first.setdefault(known, line)
        self.reasons[known] += 1

    def lines(self) -> Iterator[str]:
        """`3 lines rejected:` and why."""
        total = self.reasons.total()
        if not total:
            return
        yield f"{total:,} {'line' if total == 1 else 'lines'} rejected:"
        for reason, n in self.reasons.most_common(REASONS):
            where = f"line {self.first[reason]:,}" + (f" and {n - 1:,} more" if n > 1 else "")
            yield f"  {where}: {plain(reason)}"
        if len(self.reasons) > REASONS:
            yield f"  and {total - sum(n for _, n in self.reasons.most_common(REASONS)):,} more for other reasons"


@dataclass
class Measured:
    """What came out of one file."""

    reader: str
    task: str
    only: str
    texts: int
    rejected: Rejected
    report: Report
    mistakes: list[Mistake]


def main(argv: Sequence[str] | None = None) -> int:
    """The command. 0 when the file was measured, 1 when all lines were rejected, 2 when FILE, the map or the council
    file cannot be used."""
    wanted = _arguments().parse_args(argv)
    try:
        classify.check_open(wanted.file)
        council_file = classify.council_file_at(wanted.council)
        if not wanted.task and not wanted.only:
            raise BadInput(f"Say what to measure: --task {'|'.join(TASKS)}, or --only WORD.")
        task = task_of(wanted.only, council_file) if wanted.only else wanted.task
        if wanted.task not in (None, task):
            raise BadInput(f"--only {wanted.only} belongs to --task {task}, not {wanted.task}.")
        understood = meaning(task, wanted.only, wanted.map, council_file)
        if not understood.known:
            raise BadInput("The council file names no places: --council names one that does.")
        with classify.open_file(wanted.file) as source:
            found = records(cast(Source, source), wanted.file, Columns(wanted.text, wanted.label))
            measured = measure(lambda: classify.reader_of(council_file), found, understood, wanted.errors)
    except BadInput as error:
        print(error, file=sys.stderr)
        return error.exit_code
    if not measured.texts and not measured.rejected.reasons:
        print(f"{wanted.file} is empty: there is nothing to measure.", file=sys.stderr)
        return 2
    return _tell(measured, wanted.file, for_machines=wanted.json)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="soundings evaluate",
        description="Say how well the reader hears a file of texts with labels: JSON lines or CSV, one text and its "
        "label each. Figures in square brackets are 95 % intervals.",
    )
    parser.add_argument(
        "file", metavar="FILE", help="JSON lines, or CSV by its name; `-`: JSON lines from standard input"
    )
    parser.add_argument("--task", choices=TASKS, help="what the labels are about")
    parser.add_argument(
        "--only", metavar="WORD", help="the labels say yes or no to this one: complaint, idea, not-council..."
    )
    parser.add_argument("--text", metavar="NAME", default="text", help="column or field of the text (default: text)")
    parser.add_argument(
        "--label", metavar="NAME", default="label", help="column or field of the label (default: label)"
    )
    parser.add_argument(
        "--map", metavar="FILE", type=Path, help="CSV that translates labels: other_label, slug, also_accepted"
    )
    parser.add_argument("--council", metavar="FILE", type=Path, help="council file, for its places and words")
    parser.add_argument("--errors", metavar="N", type=int, default=0, help="show the N surest errors")
    parser.add_argument("--json", action="store_true", help="one JSON object, for machines")
    return parser


def measure(
    reader_of: Callable[[], Reader], found: Iterable[Record | Turned], understood: Meaning, most: int = 0
) -> Measured:
    """Read every record in batches and count. The reader is made when the first record is there."""
    from nlp.measuring.tallies import surest, tally_for  # a wrong argument is answered before anything heavy loads

    tally, rejected, name, texts = tally_for(understood, most), Rejected(), "", 0
    show, entries = _progress(), _understood(found, understood, rejected)
    reader: Reader | None = None
    while batch := list(islice(entries, BATCH)):
        reader = reader or reader_of()
        name = f"{reader.name} {reader.version}"
        texts += _count(reader, batch, tally, rejected)
        show(texts)
    return Measured(name, understood.task, understood.only, texts, rejected, tally.report(), surest(tally, most))


def _understood(
    found: Iterable[Record | Turned], understood: Meaning, rejected: Rejected
) -> Iterator[tuple[Record, Truth]]:
    for one in found:
        truth = one.reason if isinstance(one, Turned) else understood.truth(one.label, one.several)
        if isinstance(truth, str) or isinstance(one, Turned):
            rejected.add(one.line, str(truth))
        else:
            yield one, truth


def _count(reader: Reader, batch: Sequence[tuple[Record, Truth]], tally: Tally, rejected: Rejected) -> int:
    """How many of a batch the reader could read."""
    answers = classify.read_each(reader, [record.text for record, _ in batch])
    read = 0
    for (record, truth), answer in zip(batch, answers, strict=True):
        if isinstance(answer, str):
            rejected.add(record.line, answer)
        else:
            tally.add(record.text, truth, answer)
            read += 1
    return read


def _progress() -> Callable[[int], None]:
    """Shows how far it is, every two seconds, when a person watches standard error."""
    if not sys.stderr or not sys.stderr.isatty():
        return lambda _: None
    shown = [time.monotonic()]

    def show(texts: int) -> None:
        if time.monotonic() - shown[0] >= classify.PROGRESS_AFTER:
            shown[0] = time.monotonic()
            print(f"{texts:,} texts", end="\r", file=sys.stderr, flush=True)

    return show


def as_json(measured: Measured) -> dict[str, Any]:
    """Everything, for machines. Rejected lines by reason; mistakes only where they were asked for."""
    body = asdict(measured)
    body["rejected"] = [
        {"reason": reason, "lines": n, "first": measured.rejected.first[reason]}
        for reason, n in measured.rejected.reasons.most_common()
    ]
    return body


def plain(text: str) -> str:
    """Without what a terminal would obey."""
    return "".join(one if one.isprintable() else "?" for one in text)


def _tell(measured: Measured, name: str, *, for_machines: bool) -> int:
    from nlp.measuring.printing import errors, lines_of

    if for_machines:
        print(json.dumps(as_json(measured)))
        return 0 if measured.texts else 1
    told = list(measured.rejected.lines())
    if not measured.texts:
        print("\n".join([f"No line of {name} could be used.", *told]), file=sys.stderr)
        return 1
    about = f"--only {measured.only}" if measured.only else measured.task
    print(f"{name}: {measured.texts:,} texts, {about}, read by the reader {measured.reader}")
    print("\n".join([*told, *lines_of(measured.report)]))
    if measured.mistakes:
        print("\n".join(errors(measured.mistakes)))
    return 0
