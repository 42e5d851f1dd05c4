"""How well topics are heard: the first one, one of up to three, and what a threshold would buy."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from nlp.measuring.confidence import Bin, Covered, coverage, ece, reliability
from nlp.measuring.figures import Case, ClassFigures, Estimate, by_class, macro, share
from nlp.measuring.labels import Truth
from nlp.measuring.surest import Mistake, Surest
from soundings.messages import Understanding

MOST_CONFUSED = 12


@dataclass(frozen=True)
class TopicReport:
    """All figures of one file. "Also accepted": another person's topic, or a second one of the map, counts as right."""

    n: int
    accuracy: Estimate
    """Of the first topic."""
    accuracy_with_also: Estimate
    any_of_three: Estimate
    any_of_three_with_also: Estimate
    macro_f1: Estimate
    """Of the first topic, over the topics that some text has."""
    macro_recall: Estimate
    classes: dict[str, ClassFigures]
    confused: list[tuple[str, str, int]]
    """What people say, what the reader says first, texts: the most frequent."""
    ece: float | None
    """Of the first topic's confidence."""
    bins: list[Bin]
    coverage: list[Covered]
    differ: int
    """Texts whose main topic people do not agree on: in no figure but the next."""
    with_one_of_them: int


class TopicTally:
    """Counts, text by text."""

    def __init__(self, most: int = 0) -> None:
        self._cells: Counter[tuple[str, str]] = Counter()
        self._heard: Counter[tuple[float, bool]] = Counter()
        self._right: Counter[str] = Counter()
        self._differ: Counter[bool] = Counter()
        self.mistakes: dict[str, Surest] = defaultdict(lambda: Surest(most))
        """What people say -> the surest errors."""

    def add(self, text: str, truth: Truth, understood: Understanding) -> None:
        """One more text."""
        heard = [guess.slug for guess in understood.topics]
        first, confidence = (heard[0], understood.topics[0].confidence) if heard else ("", 0.0)
        if not truth.main:
            self._differ[first in truth.mains] += 1
            return
        accepted = truth.also | {truth.main}
        self._cells[truth.main, first] += 1
        self._heard[confidence, first == truth.main] += 1
        self._right["with_also"] += first in accepted
        self._right["any"] += truth.main in heard
        self._right["any_with_also"] += not accepted.isdisjoint(heard)
        if first not in accepted:
            self.mistakes[truth.main].add(Mistake(confidence, text, truth.main, " ".join(heard)))

    def report(self) -> TopicReport:
        """All figures of what was counted."""
        cases = {Case(frozenset({true}), frozenset({said} - {""})): n for (true, said), n in self._cells.items()}
        topics = sorted({true for true, _ in self._cells})
        recall, f1 = macro(cases, topics)
        n = self._cells.total()
        wrong = sorted((-count, true, said) for (true, said), count in self._cells.items() if true != said)
        return TopicReport(
            n=n,
            accuracy=share(sum(count for (true, said), count in self._cells.items() if true == said), n),
            accuracy_with_also=share(self._right["with_also"], n),
            any_of_three=share(self._right["any"], n),
            any_of_three_with_also=share(self._right["any_with_also"], n),
            macro_f1=f1,
            macro_recall=recall,
            classes=by_class(cases, topics) if cases else {},
            confused=[(true, said, -count) for count, true, said in wrong[:MOST_CONFUSED]],
            ece=ece(self._heard),
            bins=reliability(self._heard),
            coverage=coverage(self._heard),
            differ=self._differ.total(),
            with_one_of_them=self._differ[True],
        )
