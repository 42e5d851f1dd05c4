"""What the texts written for this project are: how many, about what, how long, and how many are nearly the same.

Pure functions of records. Knows nothing of readers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.likeness import SIZE, likeness

NEAR = 0.6
"""Resemblance from which two texts are nearly the same: the store joins stories from there."""
Values = NDArray[np.uint32]


@dataclass(frozen=True)
class Texts:
    """One set. Where its two labels differ, the first (of whoever wrote the text) is counted."""

    n: int
    by_two: int
    """Texts with two labels."""
    shortest: int
    median: int
    longest: int
    """Characters."""
    acts: dict[str, int]
    topics: dict[str, int]
    sentiment: dict[str, int]
    near: int
    """Texts that have a nearly identical one in the same set."""


def described(records: Sequence[dict[str, Any]]) -> Texts:
    """Count a set of records with `text` and `labels`."""
    first = [record["labels"][0] for record in records]
    lengths = sorted(len(record["text"]) for record in records) or [0]
    values = signatures([record["text"] for record in records])
    return Texts(
        n=len(records),
        by_two=sum(len(record["labels"]) > 1 for record in records),
        shortest=lengths[0],
        median=round(median(lengths)),
        longest=lengths[-1],
        acts=_counted(act for label in first for act in label["acts"]),
        topics=_counted(topic for label in first for topic in label["topics"]),
        sentiment=_counted(label["sentiment"] for label in first),
        near=sum(_has_near(values, values[at], but=at) for at in range(len(values))),
    )


def _counted(words: Any) -> dict[str, int]:
    return dict(sorted(Counter(words).items(), key=lambda item: (-item[1], item[0])))


def signatures(texts: Sequence[str]) -> Values:
    """One row of MinHash values for each text."""
    return np.array([likeness(text) for text in texts], dtype=np.uint32).reshape(len(texts), SIZE)


def near_ones(texts: Sequence[str], others: Sequence[str]) -> int:
    """How many of `texts` have a nearly identical one among `others`."""
    values, known = signatures(texts), signatures(others)
    return sum(_has_near(known, row) for row in values)


def _has_near(values: Values, row: Values, but: int = -1) -> bool:
    if not values.size:
        return False
    alike = (values == row).mean(axis=1) >= NEAR
    if but >= 0:
        alike[but] = False
    return bool(alike.any())
