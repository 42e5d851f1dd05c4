"""How well places are heard: of the places that people find in the texts, and of those that the reader finds."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from nlp.measuring.figures import Estimate, ratio, share
from nlp.measuring.labels import Truth
from nlp.measuring.surest import Mistake, Surest
from soundings.messages import Understanding

MOST_MISSED = 12


@dataclass(frozen=True)
class PlaceReport:
    """All figures of one file. A place counts once for each text that names it."""

    n: int
    named: int
    """Places that people find, over all texts; those on which they differ are left out."""
    recall: Estimate
    precision: Estimate
    f1: float | None
    all_right: Estimate
    """Share of texts with exactly their places."""
    missed: list[tuple[str, int]]
    invented: list[tuple[str, int]]
    differ: int
    """Places on which people differ."""


class PlaceTally:
    """Counts, text by text."""

    def __init__(self, most: int = 0) -> None:
        self._counts: Counter[str] = Counter()
        self._missed: Counter[str] = Counter()
        self._invented: Counter[str] = Counter()
        self.mistakes: dict[str, Surest] = defaultdict(lambda: Surest(most))
        """Place -> the surest errors."""

    def add(self, text: str, truth: Truth, understood: Understanding) -> None:
        """One more text."""
        scores = {place.id: place.score for place in understood.places}
        found = frozenset(scores) - truth.unknown
        self._counts["texts"] += 1
        self._counts["named"] += len(truth.true)
        self._counts["found"] += len(found)
        self._counts["right"] += len(found & truth.true)
        self._counts["all right"] += found == truth.true
        self._counts["differ"] += len(truth.unknown)
        self._missed.update(truth.true - found)
        self._invented.update(found - truth.true)
        for place in found ^ truth.true:
            mistake = Mistake(scores.get(place, 0.0), text, " ".join(sorted(truth.true)), " ".join(sorted(found)))
            self.mistakes[place].add(mistake)

    def report(self) -> PlaceReport:
        """All figures of what was counted."""
        counts = self._counts
        return PlaceReport(
            n=counts["texts"],
            named=counts["named"],
            recall=share(counts["right"], counts["named"]),
            precision=share(counts["right"], counts["found"]),
            f1=ratio(2 * counts["right"], counts["named"] + counts["found"]),
            all_right=share(counts["all right"], counts["texts"]),
            missed=_most(self._missed),
            invented=_most(self._invented),
            differ=counts["differ"],
        )


def _most(counted: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:MOST_MISSED]
