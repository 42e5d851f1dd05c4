"""How well speech acts are heard: each act by itself, because a text may do several things at once."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from nlp.measuring.confidence import average_precision
from nlp.measuring.figures import Case, ClassFigures, Estimate, by_class, macro, mean, share
from nlp.measuring.labels import Truth
from nlp.measuring.surest import Mistake, Surest
from soundings.messages import SpeechAct, Understanding

CLASSES = tuple(str(act) for act in SpeechAct)
TEN = tuple(act for act in CLASSES if act != SpeechAct.OTHER)


@dataclass(frozen=True)
class ActReport:
    """All figures of one file."""

    n: int
    macro_f1: Estimate
    """Over the acts that some text has, `other` among them."""
    macro_recall: Estimate
    macro_f1_of_ten: Estimate
    """Without `other`, which is said when nothing else is."""
    macro_average_precision: float | None
    same_set: Estimate
    """Share of the texts on which people agree whose acts are all heard, and no other."""
    classes: dict[str, ClassFigures]
    average_precision: dict[str, float | None]
    differ: dict[str, int]
    """Act -> texts on which people differ about it: they are left out of its figures."""


class ActTally:
    """Counts, text by text."""

    def __init__(self, most: int = 0) -> None:
        self._cases: Counter[Case] = Counter()
        self._heard: dict[str, Counter[tuple[float, bool]]] = {act: Counter() for act in CLASSES}
        self._differ: Counter[str] = Counter()
        self.mistakes: dict[str, Surest] = defaultdict(lambda: Surest(most))
        """Act that is wrongly said, or missed -> the surest errors."""

    def add(self, text: str, truth: Truth, understood: Understanding) -> None:
        """One more text."""
        sure = {str(guess.slug): guess.confidence for guess in understood.speech_acts}
        self._cases[Case(truth.true, frozenset(sure), truth.unknown)] += 1
        self._differ.update(truth.unknown)
        for act in CLASSES:
            if act not in truth.unknown:
                self._heard[act][sure.get(act, 0.0), act in truth.true] += 1
        people, reader = " ".join(sorted(truth.true | truth.unknown)), " ".join(sure)
        for act in (frozenset(sure) ^ truth.true) - truth.unknown:
            confidence = sure.get(act, max(sure.values(), default=0.0))
            self.mistakes[act].add(Mistake(confidence, text, people, reader))

    def report(self) -> ActReport:
        """All figures of what was counted."""
        recall, f1 = macro(self._cases, CLASSES)
        classes = by_class(self._cases, CLASSES) if self._cases else {}
        agreed = {case: n for case, n in self._cases.items() if not case.unknown}
        precise = {act: average_precision(heard) for act, heard in self._heard.items()}
        return ActReport(
            n=self._cases.total(),
            macro_f1=f1,
            macro_recall=recall,
            macro_f1_of_ten=macro(self._cases, TEN)[1],
            macro_average_precision=mean(list(precise.values())),
            same_set=share(sum(n for case, n in agreed.items() if case.true == case.said), sum(agreed.values())),
            classes=classes,
            average_precision=precise,
            differ={act: self._differ[act] for act in CLASSES},
        )
