"""Answers as JSON, CSV or a table. Rows are written as they come, so a long answer needs no memory.

What residents wrote is not trusted: it may hold terminal codes or a spreadsheet's formulas. Knows nothing of the store.
"""

from __future__ import annotations

import csv
import json
import shutil
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, TextIO

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""First characters by which a spreadsheet takes a cell for a formula (OWASP, CSV injection)."""
SAMPLE = 200
"""Rows that decide how wide the columns of a table are."""
NARROW = 80


def emit(rows: Iterable[Any], format_name: str, out: TextIO | None = None) -> None:
    """Write answers (dataclasses of one kind) to standard output, or `out`."""
    FORMATS[format_name](rows, out or sys.stdout)


def record(row: Any) -> dict[str, Any]:
    """A row by names: instants as ISO UTC with Z, lists as lists."""
    return {field.name: _plain(getattr(row, field.name)) for field in fields(row)}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return list(value) if isinstance(value, tuple) else value


def _json(rows: Iterable[Any], out: TextIO) -> None:
    out.write("[")
    for index, row in enumerate(rows):
        out.write(",\n " if index else "\n ")
        # Control characters come out as \u00xx; what else a terminal may obey (such as U+202E) as well.
        out.write(json.dumps(record(row), ensure_ascii=True))
    out.write("\n]\n")


def _csv(rows: Iterable[Any], out: TextIO) -> None:
    writer = csv.writer(out)  # lines end as RFC 4180 says, and a text with line ends is quoted
    for index, row in enumerate(rows):
        named = record(row)
        if index == 0:
            writer.writerow(named)
        writer.writerow([guarded(value) for value in named.values()])


def guarded(value: Any) -> Any:
    """A cell that a spreadsheet shows and never runs."""
    if isinstance(value, list):
        value = "; ".join(map(str, value))
    if isinstance(value, str) and value.startswith(FORMULA):
        return "'" + value
    return value


def _table(rows: Iterable[Any], out: TextIO) -> None:
    coming = iter(rows)
    sample = [_cells(row) for row, _ in zip(coming, range(SAMPLE), strict=False)]
    if not sample:
        out.write("Nothing found.\n")
        return
    widths = _widths(sample)
    names = list(sample[0])
    out.write(_line({name: name for name in names}, widths))
    out.write(_line({name: "-" * widths[name] for name in names}, widths))
    for cells in _chained(sample, coming):
        out.write(_line(cells, widths))


def _chained(sample: list[dict[str, str]], coming: Iterator[Any]) -> Iterator[dict[str, str]]:
    yield from sample
    for row in coming:
        yield _cells(row)


def _cells(row: Any) -> dict[str, str]:
    return {name: shown(value) for name, value in record(row).items() if name not in ASIDE}


ASIDE = frozenset({"id", "collected_at", "author_kind", "kind", "language", "reply_to", "thread", "reader"})
"""Fields of a post that a terminal has no room for: they are in JSON and CSV."""


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


def _widths(sample: list[dict[str, str]]) -> dict[str, int]:
    """As wide as the values; the widest column gives way until a line fits the terminal."""
    widths = {name: max(len(name), *(len(cells[name]) for cells in sample)) for name in sample[0]}
    room = max(NARROW, shutil.get_terminal_size((NARROW, 24)).columns) - 2 * (len(widths) - 1)
    while sum(widths.values()) > room and max(widths.values()) > 8:
        widest = max(widths, key=lambda name: widths[name])
        others = [width for name, width in widths.items() if name != widest]
        widths[widest] = max(8, *[w for w in others if w < widths[widest]], room - sum(others))
        if widths[widest] >= max(others, default=0) and sum(widths.values()) > room:
            widths[widest] -= 1
    return widths


def _line(cells: dict[str, str], widths: dict[str, int]) -> str:
    parts = [_fitted(cells[name], width) for name, width in widths.items()]
    return "  ".join(parts).rstrip() + "\n"


def _fitted(text: str, width: int) -> str:
    return f"{text[: width - 1]}…" if len(text) > width else text.ljust(width)


FORMATS: dict[str, Callable[[Iterable[Any], TextIO], None]] = {"json": _json, "csv": _csv, "table": _table}
