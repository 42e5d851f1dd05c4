"""Ends this process when a piece of work does not return: a post that hangs its reader is then found like one that
kills it (soundings.tries), and whoever started us starts us again.

Processor time is what counts first: a machine that is busy, stopped or asleep says nothing against a post. The clock
on the wall counts for work that sleeps. Both are kept by the system, so that work that never lets go of the
interpreter is ended as well. What is left in the log are names of functions, never a value. Knows nothing of what
the work is.
"""

from __future__ import annotations

import faulthandler
import itertools
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple


class Patience(NamedTuple):
    """How long a piece of work may take, in seconds: of processor time, and on the wall."""

    busy: float
    wall: float


_due: dict[int, Patience] = {}
"""When each piece of work under way must have returned, on both clocks: a process has only one timer of each."""
_numbers = itertools.count()


@contextmanager
def within(patience: Patience | None) -> Iterator[None]:
    """End the process should the block last longer. None: it may."""
    if patience is None:
        yield
        return
    number = next(_numbers)
    _due[number] = Patience(time.process_time() + patience.busy, time.monotonic() + patience.wall)
    _set()
    try:
        yield
    finally:
        del _due[number]
        _set()


def _set() -> None:
    faulthandler.cancel_dump_traceback_later()
    signal.setitimer(signal.ITIMER_PROF, 0)
    if not _due:
        return
    log = sys.__stderr__ or 2
    faulthandler.register(signal.SIGPROF, file=log, chain=True)  # says where it is, then ends as the signal does
    signal.setitimer(signal.ITIMER_PROF, max(0.001, min(due.busy for due in _due.values()) - time.process_time()))
    left = max(0.001, min(due.wall for due in _due.values()) - time.monotonic())
    faulthandler.dump_traceback_later(left, exit=True, file=log)
