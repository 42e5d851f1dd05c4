"""What is believed when a server no longer shows what we hold: a few at once, many only when it was so three times.

A server with a bad moment answers as if it had nothing, or only a part. Knows nothing of platforms.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

SEVERAL = 5
"""From so many items on, that one round of questions does not find, it may be the server's fault."""
TIMES = 3
"""How often in a row each of them must not be found then."""
TWICE = 2
"""On how many days a few must not be found, where days count."""
APART = timedelta(hours=20)
"""How far two rounds lie apart that count as two days: nights are shorter once a year, and one begins a little late."""


class Absence:
    """How often in a row each item was missing among several. `times`: for the checkpoint."""

    def __init__(self, times: Mapping[str, int]) -> None:
        self.times = dict(times)

    def shown(self, names: Iterable[str]) -> None:
        """These are there."""
        for name in names:
            self.times.pop(name, None)

    def gone(self, absent: Sequence[str]) -> list[str]:
        """Which of the items that a round of questions did not find are believed to be gone."""
        believed = list(absent)
        if len(absent) >= SEVERAL:
            self.times.update({name: self.times.get(name, 0) + 1 for name in absent})
            believed = [name for name in absent if self.times[name] >= TIMES]
        self.shown(believed)
        return believed


class LongAbsence:
    """Like Absence, of whole rounds of questions, of which no more than one a day counts. `state`: for the checkpoint.

    A few are believed to be gone on the second day, many on the third; none on a day on which nothing was shown.
    """

    def __init__(self, state: Mapping[str, Any]) -> None:
        self.state: dict[str, list[Any]] = {name: list(seen) for name, seen in state.items() if isinstance(seen, list)}

    def shown(self, names: Iterable[str]) -> None:
        """These are there."""
        for name in names:
            self.state.pop(name, None)

    def gone(self, absent: Sequence[str], now: datetime, some_shown: bool) -> list[str]:
        """Which of the items that a whole round did not find are believed to be gone.

        `some_shown`: whether the server showed anything at all in this round, when it was asked in the same way.
        """
        if not some_shown:
            return []
        enough = TIMES if len(absent) >= SEVERAL else TWICE
        believed = [name for name in absent if self._times(name, now) >= enough]
        self.shown(believed)
        return believed

    def _times(self, name: str, now: datetime) -> int:
        """On how many days it was not found. One that lies ahead was noted by a clock that was wrong: it is no day."""
        times, noted = self.state.get(name, [0, ""])
        last = datetime.fromisoformat(noted) if noted else None
        if last is None or not timedelta(0) <= now - last < APART:
            times += last is None or last < now
            self.state[name] = [times, now.isoformat()]
        return int(times)
