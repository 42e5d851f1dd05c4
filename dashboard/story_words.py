"""The sentences about what was said more than once, made from numbers and instants. Pure.

Few voices are marked.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from dashboard import words
from dashboard.posts import Same, Saying

SHARED = "Posts in nearly the same words share a card."


def said(same: Same) -> str:
    """`14 voices posted nearly the same words`, `3 reposts`, or how often one voice, the council or nobody did."""
    if same.reposts == same.posts - 1:
        return words.count(same.reposts, "repost")
    if same.voices > 1:
        return f"{words.marked(same.voices)}{' and the council' if same.council else ''} posted nearly the same words"
    whose = [*(["one voice"] if same.voices else []), *(["the council"] if same.council else [])]
    by = " and ".join(whose) or "nobody who is named"
    return f"Posted {words.number(same.posts)} times in nearly the same words, by {by}"


def folded(same: Same, now: datetime, zone: ZoneInfo) -> str:
    """What a card says that stands for several: `14 voices posted nearly the same words, since 3 March, 08:26`."""
    return f"{said(same)}, {_since(same, now, zone)}"


def _since(same: Same, now: datetime, zone: ZoneInfo) -> str:
    return f"since {words.stamp(same.first, now, zone)}{' or earlier' if same.cut else ''}"


def left_out(same: Same) -> str:
    """Below the others of a card: `11 more are not shown.` Empty when all are."""
    left = same.posts - 1 - len(same.others)
    return f"{words.number(left)} more {'is' if left == 1 else 'are'} not shown." if left > 0 else ""


def counted(same: Same) -> str:
    """`16 posts, 3 of them reposts`; empty where each voice posted once."""
    if same.posts == same.voices and not same.reposts:
        return ""
    reposts = f", {words.number(same.reposts)} of them {'a repost' if same.reposts == 1 else 'reposts'}"
    return words.count(same.posts, "post") + (reposts if same.reposts else "")


def spread(saying: Saying, now: datetime, zone: ZoneInfo) -> list[str]:
    """Behind how many voices said it: `16 posts, 3 of them reposts`, `since 3 March, 08:26`, `last 2 hours ago`."""
    parts = [counted(saying.same), _since(saying.same, now, zone), f"last {words.when(saying.last, now, zone)}"]
    return [part for part in parts if part]


def found(total: int, lines: int, reached: int, first: int, shown: int) -> str:
    """`1,204 posts, 21 to 40 shown.`; where posts share cards `1,204 posts, cards 21 to 40 of 180.`

    `lines`: cards on which the newest `reached` posts stand.
    """
    if lines == min(total, reached):
        return words.found(total, first, shown)
    if lines <= shown:
        return f"{words.count(total, 'post')} on {words.count(lines, 'card')}."
    cards = f"cards {words.number(first)} to {words.number(first + shown - 1)} of {words.number(lines)}"
    return f"{words.count(total, 'post')}, {cards}."
