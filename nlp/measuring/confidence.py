"""What the reader's confidences are worth: calibration, coverage by threshold, and how well they rank.

Pure functions of counts of (confidence, right or not). Readers round their confidences, so there are few different
ones. Knows nothing of texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, fsum

import numpy as np

from nlp.measuring.figures import Estimate, interval, resamples

BINS = 15
"""Of equal width, each without its lower end: (0, 1/15], (1/15, 2/15]... A confidence of 0 belongs to the first."""
THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)

Heard = Mapping[tuple[float, bool], int]
"""(confidence, whether it was right, or whether people say yes) -> texts."""


@dataclass(frozen=True)
class Bin:
    """Texts whose confidence lies above `low` and up to `high`."""

    low: float
    high: float
    n: int
    confidence: float
    """Mean of the confidences."""
    right: float
    """Share that was right: a well calibrated reader has both alike."""


@dataclass(frozen=True)
class Covered:
    """Texts with at least this confidence: their share of all, and the share of them that was right."""

    least: float
    share: float
    right: float | None


def reliability(heard: Heard) -> list[Bin]:
    """The bins that hold something."""
    held: dict[int, list[tuple[float, bool, int]]] = {}
    for (confidence, right), n in sorted(heard.items()):
        held.setdefault(max(0, ceil(round(confidence * BINS, 9)) - 1), []).append((confidence, right, n))
    return [_bin(at, held[at]) for at in sorted(held)]


def _bin(at: int, held: list[tuple[float, bool, int]]) -> Bin:
    n = sum(count for *_, count in held)
    return Bin(
        at / BINS,
        (at + 1) / BINS,
        n,
        fsum(confidence * count for confidence, _, count in held) / n,
        sum(count for _, right, count in held if right) / n,
    )


def ece(heard: Heard) -> float | None:
    """Expected calibration error: the mean gap between confidence and share right of the bins, weighted by their texts
    (Naeini and others 2015; equation 3 of Guo and others, "On Calibration of Modern Neural Networks", 2017)."""
    bins = reliability(heard)
    total = sum(one.n for one in bins)
    return fsum(one.n * abs(one.right - one.confidence) for one in bins) / total if total else None


def coverage(heard: Heard) -> list[Covered]:
    """How much would be shown, and how much of it would be right, if less sure answers were not shown."""
    total = sum(heard.values())
    return [_covered(heard, least, total) for least in THRESHOLDS] if total else []


def _covered(heard: Heard, least: float, total: int) -> Covered:
    sure = sum(n for (confidence, _), n in heard.items() if confidence >= least)
    right = sum(n for (confidence, well), n in heard.items() if confidence >= least and well)
    return Covered(least, sure / total, right / sure if sure else None)


def average_precision(heard: Heard) -> float | None:
    """Mean of the precision at each confidence, weighted by what it adds to recall; ties count together, nothing is
    interpolated. A text of which it is not said has confidence 0. None when no text has it."""
    positives = sum(n for (_, yes), n in heard.items() if yes)
    taken = found = 0
    total = 0.0
    for score in sorted({score for score, _ in heard}, reverse=True):
        hits = heard.get((score, True), 0)
        taken += hits + heard.get((score, False), 0)
        found += hits
        total += hits * found / taken
    return total / positives if positives else None


def auc(heard: Heard) -> Estimate:
    """The chance that a text with it is scored higher than one without it; a tie counts half (Mann-Whitney).
    The interval is by bootstrap."""
    scores = sorted({score for score, _ in heard})
    counts = np.array([heard.get((score, yes), 0) for yes in (False, True) for score in scores], dtype=np.float64)
    value = _aucs(counts[None, :]) if len(counts) else []
    if not value:
        return Estimate(None)
    drawn = [one for sample in resamples(counts) for one in _aucs(sample)]
    low, high = interval(drawn) if drawn else (value[0], value[0])
    return Estimate(value[0], min(low, value[0]), max(high, value[0]))


def _aucs(counts: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> list[float]:
    """For each row that has texts of both kinds."""
    no, yes = np.split(counts, 2, axis=1)
    below = np.cumsum(no, axis=1) - no
    wins = (yes * (below + no / 2)).sum(axis=1)
    pairs = yes.sum(axis=1) * no.sum(axis=1)
    return list((wins[pairs > 0] / pairs[pairs > 0]).tolist())
