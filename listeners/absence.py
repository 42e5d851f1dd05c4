"""What is believed when a server no longer shows what we hold: a few at once, many only when it was so three times.

A server with a bad moment answers as if it had nothing, or only a part. Knows nothing of platforms.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

SEVERAL = 5
"""From so many items on, that one round of questions does not find, it may be the server's fault."""
TIMES = 3
"""How often in a row each of them must not be found then."""


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
