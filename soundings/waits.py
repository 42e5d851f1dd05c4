"""Who waits for whom in this process: since when, and for what. `persist` tells it; health, pulse and status say it.

Knows nothing of what is tried.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from soundings.lacks import Lack

SHORT = 1.0
"""Seconds. A wait so short is not told: the second try helped."""
LONG = 30.0
"""Seconds. A stage that waits so long for one thing is not well."""


@dataclass(frozen=True)
class Wait:
    """One thing that this process waits for."""

    lack: Lack
    since: datetime
    began: float
    """The same on the monotonic clock, which nobody moves."""

    def note(self) -> dict[str, str]:
        """What `status --json` and /health show."""
        since = self.since.isoformat(timespec="seconds").replace("+00:00", "Z")
        return {"reason": self.lack.value, "who": self.lack.who, "why": self.lack.why, "since": since}


class Waiting:
    """One thing that is tried again and again until it works."""

    def __init__(self, waits: Waits) -> None:
        self._waits = waits

    def lacks(self, lack: Lack) -> None:
        """It failed for want of this. The wait counts from the first failure, whatever is missing later."""
        self._waits.note(self, lack)

    def ended(self) -> None:
        """It worked, or nobody tries any more."""
        self._waits.forget(self)


class Waits:
    """All that one process waits for; safe to ask from another thread."""

    def __init__(
        self,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock, self._monotonic = clock, monotonic
        self._guard = threading.Lock()
        self._held: dict[Waiting, Wait] = {}

    @contextmanager
    def watched(self) -> Iterator[Waiting]:
        """Around an attempt: nothing is waited for until it lacks something, and nothing once it has ended."""
        waiting = Waiting(self)
        try:
            yield waiting
        finally:
            waiting.ended()

    def note(self, waiting: Waiting, lack: Lack) -> None:
        """Remember what an attempt lacks."""
        with self._guard:
            before = self._held.get(waiting)
            since, began = (before.since, before.began) if before else (self._clock(), self._monotonic())
            self._held[waiting] = Wait(lack, since, began)

    def forget(self, waiting: Waiting) -> None:
        """It waits no more."""
        with self._guard:
            self._held.pop(waiting, None)

    def longest(self) -> Wait | None:
        """The wait that has lasted longest, unless it only began."""
        with self._guard:
            first = min(self._held.values(), key=lambda wait: wait.began, default=None)
        return first if first and self.lasted(first) >= SHORT else None

    def lasted(self, wait: Wait | None) -> float:
        """Seconds that a wait has lasted; none lasts none."""
        return self._monotonic() - wait.began if wait else 0.0


HERE = Waits()
"""The waits of this process."""
