"""When X may be asked for another connection: it takes 50 in 15 minutes, and locks out who asks for more.

The instants of the last connections are for the checkpoint, so that a process that is started again and again keeps the
budget too. Pure but for the chance in its pauses, which is given. Knows nothing of connections themselves.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from listeners.x_events import Ended, How

WINDOW = timedelta(minutes=15)
MOST = 40
"""Connections in the window; the rest of X's 50 is for a hand that tries something."""
LASTED = timedelta(seconds=60)
"""A connection that lived so long was a good one: the next pause is a short one."""
AFTER_GOOD = 2.0
AFTER_SHORT = 20.0
"""Seconds before the next after X closed one that did not live long: it would close the next as well."""
LONGEST = 900.0
FIRST = {How.CLOSED: AFTER_SHORT, How.NETWORK: 1.0, How.REFUSED: 5.0, How.FAILED: AFTER_SHORT}
TOO_MANY = 60.0
"""The first pause after a 429 (docs.x.com, handling disconnections)."""


class Pacing:
    """The pauses of one app's connections."""

    def __init__(self, before: Iterable[str] = (), chance: Callable[[], float] = random.random) -> None:
        self._begun = [datetime.fromisoformat(text) for text in before]
        self._chance, self._tries, self._pause = chance, 0, 0.0

    @property
    def state(self) -> list[str]:
        """For the checkpoint."""
        return [moment.isoformat() for moment in self._begun]

    def begins(self, now: datetime) -> None:
        """A connection is asked for."""
        self._begun = [*(moment for moment in self._begun if now - WINDOW < moment <= now), now]

    def ended(self, end: Ended, now: datetime) -> None:
        """The last one that was asked for ended, now."""
        lived = now - self._begun[-1] if self._begun else timedelta(0)
        if end.how in (How.CLOSED, How.NETWORK) and lived >= LASTED:
            self._tries, self._pause = 0, AFTER_GOOD
        else:
            first = TOO_MANY if end.status == 429 else FIRST[end.how]
            self._pause = min(first * 2.0 ** min(self._tries, 10), LONGEST)
            self._tries += 1
        self._pause = max(self._pause, end.wait) * (1 + self._chance() / 4)

    def wait(self, now: datetime) -> float:
        """Seconds until the next may be asked for."""
        recent = [moment for moment in self._begun if now - WINDOW < moment <= now]
        full = (recent[-MOST] + WINDOW - now).total_seconds() if len(recent) >= MOST else 0.0
        return max(self._pause, full)
