"""What became of a subject after a decision: how many spoke of it and how they felt, with an interval.

A pure calculation over counts. It says how sure a difference is, never that the decision made it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

Z = 1.96
"""For intervals that hold the truth 19 times in 20."""


@dataclass(frozen=True)
class Counted:
    """One stretch of time: who spoke of the subject, in how many posts, and how many of these had a clear mood."""

    days: float
    voices: int
    posts: int
    unhappy: int
    clear: int

    @property
    def a_week(self) -> float:
        """Voices in a week, on average. Not to be compared with those of a longer or shorter stretch."""
        return self.voices / self.days * 7 if self.days else 0.0

    @property
    def unhappy_share(self) -> float | None:
        """Unhappy posts as a share of those whose mood is clear; None when none is."""
        return self.unhappy / self.clear if self.clear else None


@dataclass(frozen=True)
class Interval:
    """A value, and between what it may lie by chance alone."""

    value: float
    low: float
    high: float

    @property
    def sure(self) -> bool:
        """Whether all of it lies on one side of 0: more than chance."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class Change:
    """Before and after."""

    before: Counted
    after: Counted

    @property
    def volume(self) -> Interval | None:
        """Voices a week, as a relative change: -0.5 is half as many. None when nobody spoke before or no time passed.

        None too of stretches that differ in length: the same people speak again and again, so a longer one has fewer
        of them for each day, and a subject that nothing happened to would seem to rise.

        The two counts are compared by the logarithm of their quotient, with half a voice added to each so that none is
        zero (Haldane and Anscombe). People hear of a thing from each other, so the truth may lie a little further out:
        distinct voices are counted, not posts, for that reason.
        """
        before, after = self.before, self.after
        if not before.voices or before.days != after.days:
            return None
        quotient = (after.voices + 0.5) / (before.voices + 0.5)
        spread = Z * math.sqrt(1 / (after.voices + 0.5) + 1 / (before.voices + 0.5))
        plain = after.voices / before.voices - 1
        return Interval(plain, quotient * math.exp(-spread) - 1, quotient * math.exp(spread) - 1)

    @property
    def mood(self) -> Interval | None:
        """The unhappy share, as a difference: -0.2 is twenty points less. None without clear posts on both sides.

        By Newcombe's method (1998, no. 10) from two Wilson intervals: good for the small counts of a council area.
        """
        before, after = self.before, self.after
        if not before.clear or not after.clear:
            return None
        one, other = before.unhappy / before.clear, after.unhappy / after.clear
        low_one, high_one = wilson(before.unhappy, before.clear)
        low_other, high_other = wilson(after.unhappy, after.clear)
        return Interval(
            other - one,
            other - one - math.hypot(other - low_other, high_one - one),
            other - one + math.hypot(high_other - other, one - low_one),
        )


def wilson(count: int, of: int) -> tuple[float, float]:
    """Between what a share may lie, by Wilson's score interval."""
    share, square = count / of, Z * Z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = Z * math.sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return max(0.0, middle - half), min(1.0, middle + half)
