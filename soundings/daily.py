"""One backup a day while `soundings up` runs: when it is due, and what becomes of the process that makes it.

A failure is said and never stops the service. Knows nothing of what a backup is made of.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

from soundings.backup import made_here
from soundings.errors import BadInput
from soundings.settings import Settings

EVERY = timedelta(hours=24)
FIRST = timedelta(minutes=10)
"""After the start: what was waiting at the sources comes first."""
AGAIN = timedelta(hours=1)
"""After a failure."""
COMMAND = [sys.executable, "-m", "soundings", "backup", "--daily"]


def _now() -> datetime:
    return datetime.now(UTC)


class Starts(Protocol):
    """What is needed of `soundings.supervisor.Supervisor`."""

    def add_once(self, name: str, command: list[str], ended: Callable[[int], None]) -> object:
        """Start a child that is not started again, and tell the code that it ends with. Raises OSError or BadInput."""


class DailyBackup:
    """`tend` it now and then."""

    def __init__(
        self, settings: Settings, supervisor: Starts, tell: Callable[[str], None], clock: Callable[[], datetime] = _now
    ) -> None:
        self._settings, self._supervisor, self._tell, self._clock = settings, supervisor, tell, clock
        self._running = False
        self._due = self._next(clock() + FIRST)

    def tend(self) -> None:
        """Start a backup when one is due."""
        if self._running or self._clock() < self._due:
            return
        try:
            self._supervisor.add_once("backup", COMMAND, self._ended)
        except (OSError, BadInput) as error:  # a full disk or too many processes: no reason to end the service
            self._due = self._clock() + AGAIN
            why = getattr(error, "strerror", None) or str(error)
            self._tell(f"THE DAILY BACKUP FAILED: it could not be started ({why}); it is tried again in an hour.")
        else:
            self._running = True

    def _ended(self, code: int) -> None:
        self._running = False
        now = self._clock()
        self._due = self._next(now) if code == 0 else now + AGAIN
        if code:
            log = self._settings.logs / "backup.log"
            self._tell(f"THE DAILY BACKUP FAILED (code {code}); it is tried again in an hour. See {log}.")

    def _next(self, earliest: datetime) -> datetime:
        """A day after the newest daily one, and not before `earliest`; a day later at most, should a clock be wrong."""
        made = [one.made_at for _, one in made_here(self._settings, self._settings.backups_path) if one.daily]
        return min(max(earliest, max(made) + EVERY), earliest + EVERY) if made else earliest
