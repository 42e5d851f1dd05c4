"""The rows of a CSV file: which lines belong together, and what to do when a quote is never closed.

An open quote would swallow the lines after it, other people's among them, into one row. Then only the line it stands
on is at fault, and reading goes on with the next. Knows nothing of what columns mean.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from listeners.lines import MAX_LINE, Line

MAX_LINES = 500
"""Lines that one quoted field may run over."""
UNCLOSED = "a quote in it is never closed"
UNEVEN = "and the row then has another number of columns than the first line: is a quote missing?"


@dataclass(frozen=True)
class Row:
    """One row: its lines as they came, its values, or the fault for which there are none."""

    line: Line
    values: tuple[str, ...] = ()
    fault: str = ""


class _Unclosed(Exception):
    """One row runs over too many lines."""


class _Feed:
    """Hands lines to the csv module, remembers those of the row in work, and can take them back."""

    def __init__(self, source: Iterator[Line]) -> None:
        self._source, self._again = source, deque[Line]()
        self.taken: list[Line] = []
        self._size = 0
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._size > MAX_LINE or len(self.taken) >= MAX_LINES:
            raise _Unclosed
        line = self._again.popleft() if self._again else next(self._source, None)
        if line is None:
            self.ended = True
            raise StopIteration
        self.taken.append(line)
        self._size += len(line.raw)
        return line.raw.decode("utf-8", "surrogateescape")

    def row_done(self, give_back: bool = False) -> Line:
        """Forget the row in work, or all of it but its first line. Returns the lines as one."""
        first = self.taken[0]
        if give_back:
            self._again.extendleft(reversed(self.taken[1:]))
            whole = first
        else:
            whole = Line(first.number, b"".join(line.raw for line in self.taken), first.file)
        self.taken, self._size, self.ended = [], 0, False
        return whole

    @property
    def too_long(self) -> bool:
        """Whether a line of the row in work was too long to keep."""
        return any(line.too_long for line in self.taken)


def rows(source: Iterator[Line], delimiter: str, width: int) -> Iterator[Row]:
    """Every row after the header, which names `width` columns. Each line is in exactly one of them."""
    csv.field_size_limit(MAX_LINE * 2)
    feed = _Feed(source)
    while True:
        try:
            values = next(csv.reader(feed, delimiter=delimiter, strict=True), None)
        except _Unclosed:
            yield Row(feed.row_done(give_back=True), fault=UNCLOSED)
            continue
        except csv.Error as error:
            fault = UNCLOSED if feed.ended else f"it is not a row of CSV: {error}"
            yield Row(feed.row_done(give_back=True), fault=fault)
            continue
        if values is None and not feed.taken:
            return
        if feed.too_long:
            yield Row(feed.row_done(give_back=True), fault="it runs into a line that is too long")
        elif len(feed.taken) > 1 and _uneven(values or [], width):  # the quote of another line closed this one's
            yield Row(feed.row_done(give_back=True), fault=f"a quote in it runs on over other lines, {UNEVEN}")
        else:
            yield Row(feed.row_done(), tuple(values or ()))


def _uneven(values: list[str], width: int) -> bool:
    return len(values) < width or any(values[width:])
