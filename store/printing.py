"""Answers as JSON, CSV or a table. Rows are written as they come, so a long answer needs no memory.

What residents wrote is not trusted: it may hold terminal codes or a spreadsheet's formulas. Knows nothing of questions.
"""

from __future__ import annotations

import csv
import json
import shutil
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any, TextIO
from zoneinfo import ZoneInfo

from soundings.instants import iso
from store.times import minute

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""First characters by which a spreadsheet takes a cell for a formula (OWASP, CSV injection)."""
SAMPLE = 200
"""Rows that decide how wide the columns of a table are."""
NARROW = 80
WIDE = 140
"""From so many columns on, a terminal has room for the ids of posts."""
TEXT = 40
"""What a post's text has at least; other columns have at most OTHERS (or a share) and give way down to LEAST."""
OTHERS, SHARE, LEAST = 12, 10, 8


@dataclass(frozen=True)
class Page:
    """What the answers are (`kind`, a dataclass), and how a table shows them."""

    kind: type
    zone: ZoneInfo
    now: datetime
    names: Mapping[str, str] = field(default_factory=dict)
    """Field -> what a table calls it."""
    aside: frozenset[str] = frozenset()
    """Fields that a terminal has no room for: they are in JSON and CSV."""


def emit(rows: Iterable[Any], page: Page, format_name: str, out: TextIO | None = None) -> None:
    """Write answers (dataclasses of one kind) to standard output, or `out`."""
    FORMATS[format_name](rows, page, out or sys.stdout)


def record(row: Any) -> dict[str, Any]:
    """A row by names: instants as ISO UTC with Z, lists as lists."""
    return {each.name: _plain(getattr(row, each.name)) for each in fields(row)}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return iso(value)
    return list(value) if isinstance(value, tuple) else value


def _json(rows: Iterable[Any], _: Page, out: TextIO) -> None:
    out.write("[")
    for index, row in enumerate(rows):
        out.write(",\n " if index else "\n ")
        # Control characters come out as \u00xx; what else a terminal may obey (such as U+202E) as well.
        out.write(json.dumps(record(row), ensure_ascii=True))
    out.write("\n]\n")


def _csv(rows: Iterable[Any], page: Page, out: TextIO) -> None:
    writer = csv.writer(out)  # lines end as RFC 4180 says, and a text with line ends is quoted
    writer.writerow([each.name for each in fields(page.kind)])
    for row in rows:
        writer.writerow([guarded(value) for value in record(row).values()])


def guarded(value: Any) -> Any:
    """A cell that a spreadsheet shows and never runs."""
    if isinstance(value, list):
        value = "; ".join(map(str, value))
    if isinstance(value, str) and value.startswith(FORMULA):
        return "'" + value
    return value


def _table(rows: Iterable[Any], page: Page, out: TextIO) -> None:
    coming = iter(rows)
    sample = [_cells(row, page) for row, _ in zip(coming, range(SAMPLE), strict=False)]
    if not sample:
        out.write("Nothing found.\n")
        return
    columns = max(NARROW, shutil.get_terminal_size((NARROW, 24)).columns)
    widths = _post_widths(sample, columns) if POST_ID in sample[0] else _widths(sample, columns)
    out.write(_line({name: name for name in widths}, widths))
    out.write(_line({name: "-" * width for name, width in widths.items()}, widths))
    for cells in _chained(sample, coming, page):
        out.write(_line(cells, widths))
    missing = [name for name in sample[0] if name not in widths]
    if POST_ID in missing:
        out.write(f"\nFor the {', '.join(['ids', *missing[:-1]])}: --format json\n")


def _chained(sample: list[dict[str, str]], coming: Iterator[Any], page: Page) -> Iterator[dict[str, str]]:
    yield from sample
    for row in coming:
        yield _cells(row, page)


def _cells(row: Any, page: Page) -> dict[str, str]:
    """What a table shows of a row: what it is about comes first, a post's id last."""
    values = {each.name: getattr(row, each.name) for each in fields(row)}
    if "text" in values:
        mood = values["mood"] if values["clear"] else "unclear"
        values = {name: value for name, value in values.items() if name not in ASIDE}
        values |= {"mood": mood, POST_ID: row.id}
    elif "slug" in values:
        values = {"slug": values["slug"]} | values
    shown_here = {name: value for name, value in values.items() if name not in page.aside}
    return {page.names.get(name, name): _cell(value, page) for name, value in shown_here.items()}


POST_ID = "post id"
ASIDE = frozenset({"id", "collected_at", "author_kind", "kind", "language", "reply_to", "thread", "reader", "clear",
                   "guessed", "corrected"})  # fmt: skip
"""Fields of a post that a terminal has no room for: they are in JSON and CSV. What is not `clear` is `unclear`."""


def _cell(value: Any, page: Page) -> str:
    if isinstance(value, datetime):
        return minute(value, page.zone, page.now)
    return shown(_plain(value))


def shown(value: Any) -> str:
    """A cell for a terminal: one line, and nothing in it that a terminal would obey."""
    if value is None:
        return ""
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    text = str(value)
    return " ".join("".join(" " if unicodedata.category(c) in CONTROLS else c for c in text).split())


CONTROLS = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})


def _widths(sample: list[dict[str, str]], columns: int) -> dict[str, int]:
    """As wide as the values; the widest column gives way until a line fits the terminal."""
    widths = {name: max(len(name), *(len(cells[name]) for cells in sample)) for name in sample[0]}
    return _narrowed(widths, list(widths), _room(widths, columns))


def _room(widths: Iterable[str], columns: int) -> int:
    return columns - 2 * (len(list(widths)) - 1)


def _narrowed(widths: dict[str, int], giving: list[str], room: int) -> dict[str, int]:
    """The widest of the columns that may give way does, until all fit the room or have LEAST."""
    widths = dict(widths)
    while sum(widths.values()) > room:
        widest = max(giving, key=lambda name: widths[name])
        if widths[widest] <= LEAST:
            break
        widths[widest] -= 1
    return widths


DISPENSABLE = ("places", "acts", "source")
"""Columns of posts that a narrow terminal goes without, the first one first, so that the text has its TEXT."""
WHOLE = frozenset({"happened_at", "mood", POST_ID})


def _post_widths(sample: list[dict[str, str]], columns: int) -> dict[str, int]:
    """The text has what the others leave, and TEXT at least."""
    widths = {name: max(len(name), *(len(cells[name]) for cells in sample)) for name in sample[0]}
    del widths["source" if columns >= WIDE else POST_ID]  # an id begins with the source
    longest, widths["text"] = widths["text"], TEXT
    giving = [name for name in widths if name not in WHOLE and name != "text"]
    widths |= {name: min(widths[name], max(OTHERS, columns // SHARE)) for name in giving}
    for name in filter(widths.__contains__, DISPENSABLE):
        least = widths | {each: min(widths[each], LEAST) for each in giving}
        if sum(least.values()) <= _room(widths, columns):
            break
        del widths[name]
        giving.remove(name)
    room = _room(widths, columns)
    widths = _narrowed(widths, giving, room)
    left = room - sum(width for name, width in widths.items() if name != "text")
    return widths | {"text": max(TEXT, min(longest, left))}


def _line(cells: dict[str, str], widths: dict[str, int]) -> str:
    parts = [cells[name] if name == POST_ID else _fitted(cells[name], width) for name, width in widths.items()]
    return "  ".join(parts).rstrip() + "\n"


def _fitted(text: str, width: int) -> str:
    return f"{text[: width - 1]}…" if len(text) > width else text.ljust(width)


FORMATS: dict[str, Callable[[Iterable[Any], Page, TextIO], None]] = {"json": _json, "csv": _csv, "table": _table}
