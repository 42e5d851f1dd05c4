"""How well sentiment is heard. The main figure is macro-averaged recall, as in SemEval-2017 task 4, subtask A."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from nlp.measuring.confidence import Bin, Covered, coverage, ece, reliability
from nlp.measuring.figures import Case, ClassFigures, Estimate, by_class, macro, mean, share
from nlp.measuring.labels import Truth
from nlp.measuring.surest import Mistake, Surest
from soundings.messages import Mood, Understanding

CLASSES = tuple(str(mood) for mood in Mood)


@dataclass(frozen=True)
class MoodReport:
    """All figures of one file. `differ` texts, on which people do not agree, are in none of them but the last."""

    n: int
    macro_recall: Estimate
    macro_f1: Estimate
    accuracy: Estimate
    f1_of_both: float | None
    """Mean of the F1 of positive and negative: the second figure of SemEval-2017."""
    classes: dict[str, ClassFigures]
    confusion: dict[str, dict[str, int]]
    """What people say -> what the reader says -> texts."""
    ece: float | None
    """Of the probability of the label that the reader gives."""
    bins: list[Bin]
    clear: Estimate
    """Share of texts whose sentiment the reader calls clear."""
    accuracy_when_clear: Estimate
    accuracy_when_unclear: Estimate
    coverage: list[Covered]
    differ: int
    with_one_of_them: int
    """Of those, how often the reader says what one of them says."""


class MoodTally:
    """Counts, text by text."""

    def __init__(self, most: int = 0) -> None:
        self._cells: Counter[tuple[str, str]] = Counter()
        self._heard: Counter[tuple[float, bool]] = Counter()
        self._clear: Counter[tuple[bool, bool]] = Counter()
        self._differ: Counter[bool] = Counter()
        self.mistakes: dict[str, Surest] = defaultdict(lambda: Surest(most))
        """What people say -> the surest errors."""

    def add(self, text: str, truth: Truth, understood: Understanding) -> None:
        """One more text."""
        mood = understood.sentiment
        said, confidence = str(mood.label), mood.probabilities[mood.label]
        if not truth.main:
            self._differ[said in truth.mains] += 1
            return
        right = said == truth.main
        self._cells[truth.main, said] += 1
        self._heard[confidence, right] += 1
        self._clear[mood.clear, right] += 1
        if not right:
            self.mistakes[truth.main].add(Mistake(confidence, text, truth.main, said))

    def report(self) -> MoodReport:
        """All figures of what was counted."""
        cases = {Case(frozenset({true}), frozenset({said})): n for (true, said), n in self._cells.items()}
        classes = by_class(cases, CLASSES) if cases else {}
        recall, f1 = macro(cases, CLASSES)
        n, clear = self._cells.total(), self._clear[True, True] + self._clear[True, False]
        return MoodReport(
            n=n,
            macro_recall=recall,
            macro_f1=f1,
            accuracy=share(sum(count for (true, said), count in self._cells.items() if true == said), n),
            f1_of_both=mean([classes[one].f1 for one in (Mood.NEGATIVE, Mood.POSITIVE) if one in classes]),
            classes=classes,
            confusion={true: {said: self._cells[true, said] for said in CLASSES} for true in CLASSES},
            ece=ece(self._heard),
            bins=reliability(self._heard),
            clear=share(clear, n),
            accuracy_when_clear=share(self._clear[True, True], clear),
            accuracy_when_unclear=share(self._clear[False, True], n - clear),
            coverage=coverage(self._heard),
            differ=self._differ.total(),
            with_one_of_them=self._differ[True],
        )
