"""Shares with 95 % intervals, and precision, recall and F1 of each class: pure functions of counts.

Everything is computed from counts of what coincides, so memory does not grow with the texts, and the order of the texts
changes no figure. Knows nothing of texts or readers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Z = 1.959964
"""Standard deviations of a normal distribution within which 95 % lie."""
SEED, DRAWS = 7, 1000
"""Of the bootstrap: the same counts always have the same interval."""
AT_ONCE = 100
"""Resamples held in memory together."""

Counts = NDArray[np.float64]
Labels = frozenset[str]


@dataclass(frozen=True)
class Estimate:
    """A figure from 0 to 1 and its 95 % interval; None where it is not defined."""

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class ClassFigures:
    """One class. `n` texts have it, `said` is how often the reader says it, `right` how often both.

    Precision is None where it is never said, recall and F1 where no text has it.
    """

    precision: float | None
    recall: float | None
    f1: float | None
    n: int
    said: int
    right: int


@dataclass(frozen=True)
class Case:
    """What people say of a text, what the reader says of it, and what people do not agree on (counts for nothing)."""

    true: Labels
    said: Labels
    unknown: Labels = frozenset()


def share(part: int, whole: int) -> Estimate:
    """A share and its interval by Wilson's score ("Probable inference", 1927)."""
    if not whole:
        return Estimate(None)
    value = part / whole
    spread = Z * Z / whole
    middle = (value + spread / 2) / (1 + spread)
    half = Z * np.sqrt(value * (1 - value) / whole + spread / (4 * whole)) / (1 + spread)
    return Estimate(value, min(value, max(0.0, float(middle - half))), max(value, min(1.0, float(middle + half))))


def mean(values: Sequence[float | None]) -> float | None:
    """Of those that are defined; None when none is."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def ratio(part: float, whole: float) -> float | None:
    """None for nothing of nothing."""
    return part / whole if whole else None


def class_figures(n: int, said: int, right: int) -> ClassFigures:
    """F1 = 2 * right / (n + said): the harmonic mean of precision and recall, and 0 where nothing is right."""
    return ClassFigures(ratio(right, said), ratio(right, n), 2 * right / (n + said) if n else None, n, said, right)


def by_class(cases: Mapping[Case, int], classes: Sequence[str]) -> dict[str, ClassFigures]:
    """Each class, by how often each case occurs."""
    weights, true, said = _tables(cases, classes)
    n, often, right = weights @ true, weights @ said, weights @ (true * said)
    return {one: class_figures(int(n[at]), int(often[at]), int(right[at])) for at, one in enumerate(classes)}


def macro(cases: Mapping[Case, int], classes: Sequence[str]) -> tuple[Estimate, Estimate]:
    """Macro recall and macro F1: plain means over the classes that some text has. Intervals by bootstrap."""
    found = [one for one in by_class(cases, classes).values() if one.n]
    if not found:
        return Estimate(None), Estimate(None)
    weights, true, said = _tables(cases, classes)
    recalls, f1s = [], []
    for drawn in resamples(weights):
        n, often, right = drawn @ true, drawn @ said, drawn @ (true * said)
        recalls += _means(right, n)
        f1s += _means(2 * right, n + often, n)
    return (
        _estimate(mean([one.recall for one in found]), recalls),
        _estimate(mean([one.f1 for one in found]), f1s),
    )


def resamples(weights: Counts) -> Iterator[Counts]:
    """DRAWS samples of the same size, drawn with replacement from counts, some at a time.

    Drawing texts and counting them is drawing the counts from a multinomial distribution (Efron's bootstrap, 1979).
    """
    total = weights.sum()
    generator = np.random.default_rng(SEED)
    for _ in range(0, DRAWS, AT_ONCE):
        yield generator.multinomial(int(total), weights / total, size=AT_ONCE).astype(np.float64)


def interval(drawn: Sequence[float]) -> tuple[float, float]:
    """The middle 95 % of what was drawn."""
    low, high = np.percentile(np.asarray(drawn), [2.5, 97.5])
    return float(low), float(high)


def _estimate(value: float | None, drawn: Sequence[float]) -> Estimate:
    if value is None:
        return Estimate(None)
    low, high = interval(drawn)
    return Estimate(value, min(low, value), max(high, value))


def _means(parts: Counts, wholes: Counts, there: Counts | None = None) -> list[float]:
    """For each resample, the mean over the classes that it has."""
    known = (wholes if there is None else there) > 0
    values = np.divide(parts, wholes, out=np.zeros_like(parts), where=wholes > 0) * known
    return list((values.sum(axis=1) / np.maximum(known.sum(axis=1), 1)).tolist())


def _tables(cases: Mapping[Case, int], classes: Sequence[str]) -> tuple[Counts, Counts, Counts]:
    """How often each case occurs, and for each case and class 1 where people, and where the reader, say it."""
    rows = sorted(cases, key=lambda case: (sorted(case.true), sorted(case.said), sorted(case.unknown)))
    true, said = (
        np.array([[float(one in labels and one not in case.unknown) for one in classes] for case, labels in pairs])
        for pairs in ([(case, case.true) for case in rows], [(case, case.said) for case in rows])
    )
    shape = (len(rows), len(classes))
    return np.array([cases[case] for case in rows], dtype=np.float64), true.reshape(shape), said.reshape(shape)
