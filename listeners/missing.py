"""What a round of questions did not find, and what of it is believed to be gone when the round is over.

One answer proves little: a server with a bad moment leaves out a part, or everything. So it is judged by the round,
each server apart, and many only after three rounds in a row. Posts are named by our own ids. Knows nothing of asking.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from listeners.absence import SEVERAL, TIMES, Absence


class Missing:
    """This round's, and how often the rounds before did not find the same."""

    def __init__(self, state: Mapping[str, Any]) -> None:
        self._absent = {host: dict.fromkeys(names) for host, names in state.get("absent", {}).items()}
        self._showing = set(state.get("showing", ()))
        """Servers that showed anything of their own this round."""
        self._times: dict[str, dict[str, int]] = {host: dict(times) for host, times in state.get("times", {}).items()}

    @property
    def state(self) -> dict[str, Any]:
        """For the checkpoint."""
        found = {
            "absent": {host: list(names) for host, names in self._absent.items() if names},
            "showing": sorted(self._showing),
            "times": {host: dict(times) for host, times in self._times.items()},
        }
        return {name: value for name, value in found.items() if value}

    def answered(self, host: str, shown: Iterable[str], absent: Iterable[str]) -> None:
        """One answer of a server about posts of its own. It may be one that we had before a crash."""
        missing = self._absent.setdefault(host, {})
        for name in shown:
            self._showing.add(host)
            missing.pop(name, None)
        missing |= dict.fromkeys(absent)

    def judged(self) -> tuple[list[str], int]:
        """The round is over: which posts are gone, and how many others were not found."""
        gone = [name for host in self._absent for name in self._judge(host)[0]]
        return gone, sum(map(len, self._absent.values())) - len(gone)

    def end(self) -> None:
        """All that is gone was removed: of the rest is noted how often it was not found in a row."""
        self._times = {host: times for host in self._absent if (times := self._judge(host)[1])}
        self._absent, self._showing = {}, set()

    def drop(self) -> None:
        """What was not found so far this round proves nothing."""
        self._absent, self._showing = {}, set()

    def _judge(self, host: str) -> tuple[list[str], dict[str, int]]:
        """What is gone, and how often the rest was not found."""
        absent, absence = list(self._absent[host]), Absence(self._times.get(host, {}))
        gone: list[str] = []
        if host in self._showing:
            gone = absence.gone(absent)
        elif len(absent) < SEVERAL:  # it may be all that is held of it; where it is more, nothing is no answer
            absence.times |= {name: absence.times.get(name, 0) + 1 for name in absent}
            gone = [name for name in absent if absence.times[name] >= TIMES]
        left = {name: count for name, count in absence.times.items() if name in absent and name not in gone}
        return gone, left
