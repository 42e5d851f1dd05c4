"""What `soundings import` says: progress on standard error, and at the end the counts and the reasons.

Reasons and line numbers only, never a text or an id. Knows nothing of how lines are taken.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TextIO

from listeners.files import ImportFile
from soundings.waits import Wait

EVERY = 0.5
"""Seconds between two lines of progress on a terminal; elsewhere twenty times that."""


def say(text: str, to: TextIO) -> None:
    """One message to a person."""
    to.write(text + "\n")
    to.flush()


def summary(file: ImportFile, lines: int, counts: Mapping[str, int], rejected: Sequence[tuple[int, str]]) -> str:
    """`3,191 lines: 3,180 new, 0 changed, 8 the same as before, 3 rejected`, then the first reasons."""
    parts = [
        f"{counts.get('new', 0):,} new",
        f"{counts.get('changed', 0):,} changed",
        f"{counts.get('same', 0):,} the same as before",
        f"{counts.get('rejected', 0):,} rejected",
    ]
    for name, words in (
        ("older", "older than an edit that we hold (an edit of that needs `updated_at`)"),
        ("removed", "removed"),
        ("not held", "to remove that we do not hold"),
        ("removed before", "removed before"),
        ("elsewhere", "left out (the author asks not to be indexed)"),
        ("blocked", "left out (asked to be forgotten)"),
    ):
        if counts.get(name):
            parts.append(f"{counts[name]:,} {words}")
    told = [f"{file.name}: {_count(lines, 'line')}: {', '.join(parts)}"]
    told += [f"  line {number}: {reason}" for number, reason in rejected]
    if more := counts.get("rejected", 0) - len(rejected):
        told.append(f"  and {more:,} more")
    if counts.get("new") and not file.dated:
        told.append("  None of these posts says when it was written: all count as of now.")
    elif counts.get("new") and file.undated:
        what = "does not say when it was written" if file.undated == 1 else "do not say when they were written"
        told.append(f"  {_count(file.undated, 'line')} {what}: what is new of that counts as of now.")
    if rejected:
        told.append("  `soundings rejected` shows them for seven days, says what to do and sends them again.")
    if file.unknown:
        names = ", ".join(repr(name)[:40] for name in list(file.unknown)[:10])
        say(f"{file.name}: these fields are not known and were ignored: {names}", sys.stderr)
    return "\n".join(told)


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}" + ("" if number == 1 else "s")


class Progress:
    """Says now and then how far it is."""

    def __init__(self, what: str, monotonic: Callable[[], float], to: TextIO | None = None) -> None:
        self._what, self._monotonic, self._to = what, monotonic, to or sys.stderr
        self._live = self._to.isatty()
        self._every = EVERY if self._live else EVERY * 20
        self._said_at = monotonic()
        self._said = False

    def lines(self, count: int) -> None:
        """So many lines are taken."""
        if count % 100 == 0:
            self._say(f"{self._what}: {count:,} lines")

    def waiting(self, stream: str, envelopes: int) -> None:
        """So many envelopes are on their way."""
        what = {"posts": "to be read", "readings": "to be stored"}.get(stream, f"of {stream}")
        self._say(f"{self._what}: {envelopes:,} {'envelope' if envelopes == 1 else 'envelopes'} {what}")

    def held_up(self, wait: Wait) -> None:
        """It cannot go on just now."""
        self._say(f"{self._what}: waiting for {wait.lack.who}: {wait.lack.why}")

    def done(self) -> None:
        """Leave the terminal's line clean."""
        if self._said and self._live:
            self._to.write("\r\x1b[K")
            self._to.flush()

    def _say(self, text: str) -> None:
        if self._monotonic() - self._said_at < self._every:
            return
        self._said_at, self._said = self._monotonic(), True
        self._to.write(f"\r\x1b[K{text}" if self._live else f"{text}\n")
        self._to.flush()
