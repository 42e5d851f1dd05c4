"""What became of a subject after a decision, in words: how many speak of it and how they feel, with an interval.

Never that the decision did it. Pure.
"""

from __future__ import annotations

from dashboard.words import FEW, FEW_MARK, count
from store.talk.change import Change, Counted, Interval

EARLY = 7
"""Days after a decision before anything is compared."""
NO_PROOF = "Other things may have changed too: this does not prove that the decision did it."
RATIOS = (
    (0.05, "Hardly anybody a week any more"),
    (0.2, "Far fewer people a week than before"),
    (0.29, "About a quarter as many people a week as before"),
    (0.4, "About a third as many people a week as before"),
    (0.58, "About half as many people a week as before"),
    (0.71, "About two thirds as many people a week as before"),
    (1.0, "Fewer people a week than before"),
    (1.75, "More people a week than before"),
    (2.5, "About twice as many people a week as before"),
)
"""Up to which quotient of people a week which words hold."""


def early(change: Change) -> str:
    """Said instead of everything else while little time has passed; else empty."""
    days = int(change.after.days)
    if days >= EARLY:
        return ""
    since = f"only {count(days, 'day')} have passed" if days > 1 else "the decision is new"
    told = f" {_spoke(change.before)} spoke of it {_earlier(change)}." if change.before.days >= 1 else ""
    return f"Too early to say what came of it: {since}.{told}"


WHOLE = 28
"""Days that are looked at when so many have passed since the decision."""


def _earlier(change: Change) -> str:
    """`in the four weeks before`, or in as many days as have passed since."""
    days = int(change.before.days)
    return "in the four weeks before" if days == WHOLE else f"in the {count(days, 'day')} before"


def few(change: Change) -> bool:
    """Whether so few spoke of it that nothing can be compared."""
    return change.before.voices < FEW and change.after.voices < FEW


def volume(change: Change) -> str:
    """How many people a week speak of it, before and since."""
    before, after = change.before, change.after
    if few(change):
        if not before.voices and not after.voices:
            return f"Nobody spoke of it {_earlier(change)}, and nobody has since."
        counts = f"{_spoke(before)} {_earlier(change)}, {_spoke(after).lower()} since"
        return f"{counts}: too few voices to compare."
    if change.volume is None:
        return f"Nobody spoke of it {_earlier(change)}; {_spoke(after).lower()} since."
    rates = f"{_rate(before)} people a week before, {_rate(after)} since"
    mark = f" ({FEW_MARK})" if min(before.voices, after.voices) < FEW else ""
    if not change.volume.sure:
        return f"No clear change in how many people speak of it: {rates} ({_between(change.volume)}).{mark}"
    return f"{_lead(change.volume)} ({_between(change.volume)}): {rates}.{mark}"


def mood(change: Change) -> str:
    """How many of the posts with a clear mood are unhappy, before and since. Empty where too few spoke."""
    if few(change):
        return ""
    before, after, moved = change.before, change.after, change.mood
    if moved is None or min(before.clear, after.clear) < FEW:
        return "Too few posts with a clear mood to say whether people are less unhappy."
    shares = f"{_percent(before)}% of posts before, {_percent(after)}% since"
    if not moved.sure:
        return f"No clear change in how unhappy they are: {shares} ({_points(moved)})."
    return f"{'Less' if moved.value < 0 else 'More'} unhappy: {shares} ({_points(moved)})."


def _spoke(counted: Counted) -> str:
    return count(counted.voices, "person", "people") if counted.voices else "Nobody"


def _rate(counted: Counted) -> str:
    return f"{counted.a_week:.0f}" if counted.a_week >= 10 else f"{counted.a_week:.1f}".removesuffix(".0")


def _percent(counted: Counted) -> int:
    return round(100 * (counted.unhappy_share or 0))


def _lead(moved: Interval) -> str:
    ratio = 1 + moved.value
    return next((said for limit, said in RATIOS if ratio <= limit), f"About {ratio:.0f} times as many people a week")


def _between(moved: Interval) -> str:
    if moved.high < 0:
        return f"between {_part(moved.high)} and {_part(moved.low)} fewer"
    if moved.low > 0 and moved.high < 1:
        return f"between {_part(moved.low)} and {_part(moved.high)} more"
    return f"between {_told(moved.low)} and {_told(moved.high)}"


def _part(value: float) -> str:
    return f"{abs(round(100 * value))}%"


def _told(value: float) -> str:
    if value >= 1:
        return f"{1 + value:.0f} times as many"
    return f"{_part(value)} {'fewer' if value < 0 else 'more'}"


def _points(moved: Interval) -> str:
    """Between how many points lower or higher."""
    low, high = round(100 * moved.low), round(100 * moved.high)
    if high < 0:
        return f"between {-high} and {-low} points lower"
    if low > 0:
        return f"between {low} and {high} points higher"
    return f"between {-low} points lower and {high} higher"
