"""The surest errors: of all that the reader got wrong, those it was most sure of. Keeps a fixed number."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field


@dataclass(frozen=True, order=True)
class Mistake:
    """A text, what people say and what the reader says."""

    confidence: float
    text: str
    people: str
    reader: str


@dataclass
class Surest:
    """At most `most` mistakes; of two that are equally sure, the one that comes first in the alphabet."""

    most: int
    _held: list[tuple[float, _Backwards, Mistake]] = field(default_factory=list)

    def add(self, mistake: Mistake) -> None:
        """Keep it if it is among the surest."""
        if self.most <= 0:
            return
        entry = (mistake.confidence, _Backwards((mistake.text, mistake.people, mistake.reader)), mistake)
        if len(self._held) < self.most:
            heapq.heappush(self._held, entry)
        elif entry[:2] > self._held[0][:2]:
            heapq.heapreplace(self._held, entry)

    def list(self) -> list[Mistake]:
        """The surest first."""
        return [mistake for *_, mistake in sorted(self._held, key=lambda entry: entry[:2], reverse=True)]


class _Backwards(tuple[str, ...]):
    """Sorts from Z to A."""

    __slots__ = ()

    def __lt__(self, other: tuple[str, ...]) -> bool:
        return tuple(self) > tuple(other)

    def __gt__(self, other: tuple[str, ...]) -> bool:
        return tuple(self) < tuple(other)
