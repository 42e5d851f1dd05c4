"""How far two people agree who labelled the same texts: a reader cannot be righter than people agree.

Knows nothing of readers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Agreement:
    """Of `n` texts: the share on which two people say the same, and Cohen's kappa (None when nobody could differ)."""

    n: int
    same: float
    kappa: float | None


def agreement(pairs: Sequence[tuple[Hashable, Hashable]]) -> Agreement | None:
    """(po - pe) / (1 - pe): what they agree on beyond what chance would give two people with their habits
    (Cohen, "A coefficient of agreement for nominal scales", 1960). None without texts."""
    n = len(pairs)
    if not n:
        return None
    agreed = sum(one == other for one, other in pairs)
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    by_chance = sum(first[label] * second[label] for label in first)
    kappa = None if by_chance == n * n else (n * agreed - by_chance) / (n * n - by_chance)
    return Agreement(n, agreed / n, kappa)
