"""A labelled file as records: JSON lines or CSV, one text and its label each, or the reason why not.

Holds one row at a time. Knows nothing of what a label means.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from nlp.lines import MAX_LINE, MAX_TEXT, Source, fields, lines, unreadable
from soundings.errors import BadInput

DELIMITERS = (",", ";", "\t")
LABELS = "labels"
"""The field with what each of several people says, in files written for this project."""
_TOO_LONG = "\udfff"
"""Stands for a line that was not kept. No line can hold it: half a character is not UTF-8."""


@dataclass(frozen=True)
class Columns:
    """What the two columns are called."""

    text: str = "text"
    label: str = "label"


@dataclass(frozen=True)
class Record:
    """One text and what people said of it. `several`: one label for each person."""

    line: int
    text: str
    label: Any
    several: bool = False


@dataclass(frozen=True)
class Turned:
    """A line that was turned away, and why."""

    line: int
    reason: str


def records(source: Source, name: str, columns: Columns) -> Iterator[Record | Turned]:
    """Every record of a file. CSV by its name (`.csv`, `.tsv`), else JSON lines. Raises BadInput for a CSV file without
    the columns."""
    if PurePath(name).suffix.lower() in (".csv", ".tsv"):
        yield from _rows(source, name, columns)
        return
    for number, line in _numbered(source):
        value = fields(line)
        if isinstance(value, str):
            yield Turned(number, value)
        elif value is not None:
            yield _record(number, value, columns)


def _numbered(source: Source) -> Iterator[tuple[int, bytes | None]]:
    number = 0
    for group in lines(source):
        for line in group:
            number += 1
            yield number, line


def _record(line: int, value: dict[str, Any], columns: Columns) -> Record | Turned:
    for column in (columns.text, columns.label):
        if column not in value and not (column == columns.label and LABELS in value):
            has = ", ".join(f"`{name}`" for name in list(value)[:8]) or "nothing"
            return Turned(line, f"there is no `{column}`; the line has {has}")
    text = value[columns.text]
    if not isinstance(text, str):
        return Turned(line, f"`{columns.text}` is not a string")
    if reason := unreadable(text):
        return Turned(line, reason)
    if columns.label in value:
        return Record(line, text, value[columns.label])
    return Record(line, text, value[LABELS], several=True)


class _Lines:
    """The lines of a CSV file, and which one was read last."""

    def __init__(self, source: Source) -> None:
        self._lines = _numbered(source)
        self.at = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        self.at, raw = next(self._lines)
        if raw is None:
            return _TOO_LONG + "\n"
        encoding = "utf-8-sig" if self.at == 1 else "utf-8"
        return raw.decode(encoding, "surrogateescape") + "\n"


def _rows(source: Source, name: str, columns: Columns) -> Iterator[Record | Turned]:
    given = _Lines(source)
    header, delimiter = _header(given, name)
    for column in (columns.text, columns.label):
        if column not in header:
            option = "--text" if column == columns.text else "--label"
            raise BadInput(
                f"{name} has no column `{column}`. It has: {', '.join(header)}. Name the column with {option}."
            )
    text_at, label_at = header.index(columns.text), header.index(columns.label)
    csv.field_size_limit(MAX_TEXT)
    rows = csv.reader(given, delimiter=delimiter)
    while True:
        line = given.at + 1
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield Turned(line, _broken(error, given.at))
            continue
        if not row:
            continue
        reason = _fault(row, len(header)) or unreadable(row[text_at])
        yield Turned(line, reason) if reason else Record(line, row[text_at], row[label_at])


def _header(given: _Lines, name: str) -> tuple[list[str], str]:
    line = next(given, "").removesuffix("\n")
    try:
        line.encode()
    except UnicodeEncodeError:
        raise BadInput(f"{name} is not UTF-8. Save it as UTF-8 and try again.") from None
    delimiter = max(DELIMITERS, key=line.count)
    try:
        header = [column.strip() for column in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:
        raise BadInput(f"{name}: its first line is no row of column names. Save it as CSV and try again.") from None
    if not header:
        raise BadInput(f"{name} is empty: its first line must name the columns.")
    return header, delimiter


def _broken(error: csv.Error, reached: int) -> str:
    if "new-line" in str(error):
        return "a line break stands in a value without quotes"
    return f"a quote in it is never closed, or a value is too long: line {reached:,} was reached"


def _fault(row: list[str], width: int) -> str:
    if row == [_TOO_LONG]:
        return f"the line is longer than {MAX_LINE:,} bytes"
    if len(row) != width:
        return f"the row has {len(row)} columns and the first line {width}: is a quote missing?"
    try:
        "".join(row).encode()
    except UnicodeEncodeError:
        return "the row is not UTF-8"
    return ""
