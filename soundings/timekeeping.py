"""Whether this machine's clock can be believed before something is destroyed because its time is over.

A small file keeps the latest time that was believed. A clock that is behind it was set back; one that is far ahead of
it is believed once it has gone on steadily for a day, or when an officer says so. Knows nothing of what is destroyed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from soundings.errors import BadInput
from soundings.files import write_private

BACK = timedelta(minutes=10)
"""How far a clock may be set back before that is more than keeping it right."""
AHEAD = timedelta(days=35)
"""How long a service may have stood still and its clock still be believed at once."""
STEADY = timedelta(hours=24)
DRIFT = timedelta(hours=1)
"""How far a clock may be from its own first word and still count as going on steadily."""
WHAT_TO_DO = "If the clock is right now: `soundings sweep --clock-is-right`."


def no_earlier(home: Path, moment: datetime) -> datetime:
    """The moment, or the latest time that was believed: what a clock set back dates would be forgotten early."""
    return max(moment, _latest(home) or moment)


class Timekeeper:
    """Judges the clock of one process."""

    def __init__(
        self, home: Path, clock: Callable[[], datetime], monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._home, self._clock, self._monotonic = home, clock, monotonic
        self._ahead: tuple[datetime, float] | None = None
        """What a clock far ahead said when that was first seen, and when that was by the time that always grows."""

    def doubt(self) -> str:
        """Why nothing is to be destroyed now because its time is over; empty: the clock is believed, and noted."""
        now, latest = self._clock(), _latest(self._home)
        if latest is None or latest - BACK <= now <= latest + AHEAD or self._goes_on_steadily(now, latest):
            self._note(max(now, latest or now))
            return ""
        how = "was set back" if now < latest else "is far ahead"
        return f"the clock of this machine {how}: it says {_day(now)}, and the latest time known is {_day(latest)}"

    def believe(self) -> None:
        """An officer says that the clock is right, whatever was noted before."""
        self._note(self._clock())

    def _goes_on_steadily(self, now: datetime, latest: datetime) -> bool:
        tick, before = self._monotonic(), self._ahead
        self._ahead = None if now < latest else (now, tick)
        if before is None or now < latest:
            return False
        passed = timedelta(seconds=tick - before[1])
        if abs(now - before[0] - passed) > DRIFT:
            return False
        self._ahead = before
        return passed >= STEADY

    def _note(self, moment: datetime) -> None:
        with suppress(OSError, BadInput):  # a full disk stops nothing: the clock is judged by the note before
            write_private(_path(self._home), json.dumps({"latest": moment.isoformat()}))


def _path(home: Path) -> Path:
    return home / "run" / "clock.json"


def _latest(home: Path) -> datetime | None:
    try:
        return datetime.fromisoformat(json.loads(_path(home).read_text(encoding="utf-8"))["latest"]).astimezone(UTC)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"
