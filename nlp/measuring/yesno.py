"""How well one word is heard, on a file that says yes or no to it: a complaint, an idea, not for the council?"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from nlp.measuring.confidence import auc, average_precision
from nlp.measuring.figures import Case, ClassFigures, Estimate, class_figures, macro, share
from nlp.measuring.labels import Truth
from nlp.measuring.surest import Mistake, Surest
from soundings.messages import Mood, Understanding
from soundings.taxonomy import NOT_COUNCIL

YES, NO = "yes", "no"


@dataclass(frozen=True)
class YesNoReport:
    """All figures of one file about one word."""

    only: str
    n: int
    f1: Estimate
    """Of yes."""
    precision: Estimate
    recall: Estimate
    accuracy: Estimate
    macro_f1: Estimate
    """Mean of the F1 of yes and of no."""
    classes: dict[str, ClassFigures]
    auc: Estimate
    average_precision: float | None
    scored: float | None
    """Share of texts for which the reader gives a confidence: the others are one tie at the end of the ranking."""
    differ: int


class YesNoTally:
    """Counts, text by text."""

    def __init__(self, task: str, only: str, most: int = 0) -> None:
        self._task, self._only = task, only
        self._cells: Counter[tuple[bool, bool]] = Counter()
        self._heard: Counter[tuple[float, bool]] = Counter()
        self._differ = self._scored = 0
        self.mistakes: dict[str, Surest] = defaultdict(lambda: Surest(most))
        """`yes` and `no`, as people say -> the surest errors."""

    def add(self, text: str, truth: Truth, understood: Understanding) -> None:
        """One more text."""
        if self._only in truth.unknown:
            self._differ += 1
            return
        yes = self._only in truth.true
        said, score, known = self._score(understood)
        self._cells[yes, said] += 1
        self._heard[score, yes] += 1
        self._scored += known
        if said != yes:
            sure = score if said else 1 - score
            self.mistakes[YES if yes else NO].add(Mistake(sure, text, YES if yes else NO, YES if said else NO))

    def _score(self, understood: Understanding) -> tuple[bool, float, bool]:
        """Whether it is said, how surely, and whether the reader gives a figure at all. Of two kinds of topic: one is
        said when it is among those given, `not-council` when it comes first."""
        if self._task == "sentiment":
            mood = understood.sentiment
            return mood.label == self._only, mood.probabilities[Mood(self._only)], True
        if self._task == "acts":
            sure = {str(guess.slug): guess.confidence for guess in understood.speech_acts}
        elif self._task == "topics":
            sure = {guess.slug: guess.confidence for guess in understood.topics}
        else:
            sure = {place.id: place.score for place in understood.places}
        if self._only == NOT_COUNCIL and sure:
            first = next(iter(sure))
            return first == NOT_COUNCIL, sure.get(NOT_COUNCIL, 1 - sure[first]), True
        return self._only in sure, sure.get(self._only, 0.0), self._only in sure

    def report(self) -> YesNoReport:
        """All figures of what was counted."""
        cells, n = self._cells, self._cells.total()
        yes, said, right = _three(cells, kind=True)
        cases = {
            Case(frozenset({YES if true else NO}), frozenset({YES if heard else NO})): count
            for (true, heard), count in cells.items()
            if count
        }
        return YesNoReport(
            only=self._only,
            n=n,
            f1=_f1(cases),
            precision=share(right, said),
            recall=share(right, yes),
            accuracy=share(cells[True, True] + cells[False, False], n),
            macro_f1=macro(cases, (YES, NO))[1],
            classes={YES: class_figures(yes, said, right), NO: class_figures(*_three(cells, kind=False))},
            auc=auc(self._heard),
            average_precision=average_precision(self._heard),
            scored=self._scored / n if n else None,
            differ=self._differ,
        )


def _three(cells: Counter[tuple[bool, bool]], *, kind: bool) -> tuple[int, int, int]:
    """Texts that are of a kind, texts called so, and both."""
    right = cells[kind, kind]
    return right + cells[kind, not kind], right + cells[not kind, kind], right


def _f1(cases: dict[Case, int]) -> Estimate:
    """The macro figure of one class is that class's own, with its interval."""
    return macro(cases, (YES,))[1]
