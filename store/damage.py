"""A damaged part among the engine's files: the store ends, and is started again, because opening anew sets it aside.

A disk that was full leaves one (`store.room`); until then each question that meets it fails. What was in it was never
called done, so the bus delivers it again. Knows nothing of the engine.
"""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable

log = logging.getLogger("store")

CORRUPTED_DATA = 246
"""ClickHouse's own number."""
LIVED = 60.0
"""Seconds that a store must have lived before it ends for this: one that no start can mend does not end for ever."""


class Damage:
    """Ends this process, politely and once, when damage is met."""

    def __init__(self, end: Callable[[], None], monotonic: Callable[[], float] = time.monotonic) -> None:
        self._end, self._monotonic = end, monotonic
        self._began, self._ended = monotonic(), False

    def look_at(self, code: int) -> None:
        """Judge a failure by ClickHouse's number for it."""
        if code != CORRUPTED_DATA or self._ended or self._monotonic() - self._began < LIVED:
            return
        self._ended = True
        log.critical("the database holds a damaged part, as a full disk leaves one: starting again sets it aside")
        self._end()


def end_this_process() -> None:
    """As `soundings up` would: what is under way ends first."""
    os.kill(os.getpid(), signal.SIGTERM)
