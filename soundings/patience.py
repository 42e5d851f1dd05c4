"""Ends this process when a piece of work does not return: a post that hangs its reader is then found like one that
kills it (soundings.tries), and whoever started us starts us again.

A thread of the C library keeps the time, so that work that never lets go of the interpreter is ended as well. What it
leaves in the log are names of functions, never a value. Knows nothing of what the work is.
"""

from __future__ import annotations

import faulthandler
import itertools
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

_due: dict[int, float] = {}
"""When each piece of work under way must have returned, on the monotonic clock: a process has only one such timer."""
_numbers = itertools.count()


@contextmanager
def within(seconds: float | None) -> Iterator[None]:
    """End the process, with exit code 1, should the block last longer. None: it may."""
    if seconds is None:
        yield
        return
    number = next(_numbers)
    _due[number] = time.monotonic() + seconds
    _set()
    try:
        yield
    finally:
        del _due[number]
        _set()


def _set() -> None:
    faulthandler.cancel_dump_traceback_later()
    if _due:
        left = max(0.001, min(_due.values()) - time.monotonic())
        faulthandler.dump_traceback_later(left, exit=True, file=sys.__stderr__ or 2)
