"""The four figures of the page Conversations: what waits, what was answered, how fast, and how much of us is replies.

Components, never one score. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from statistics import median

from dashboard.talk import words
from dashboard.talk.shapes import Index, Queue
from dashboard.words import FEW, count, number, share
from soundings.hours import OfficeHours
from store.talk.ends import End

Figure = tuple[str, str, str, str]
"""Title, value, what stands below it, explanation."""


def of(held: Queue, index: Index, hours: OfficeHours) -> Iterator[Figure]:
    """All four."""
    yield _waiting(held)
    yield _answered(held)
    yield _typical(held, hours)
    yield _replies(index)


def period(index: Index) -> str:
    """What the four are of: it stands above them."""
    weeks = index.accounts[0].weeks if index.accounts else ()
    return "Questions asked in the last 60 days" + (f"; our posts since {weeks[0].spoken}." if weeks else ".")


def _waiting(held: Queue) -> Figure:
    late = sum(talk.late for talk in held.waiting)
    return (
        "Waiting", number(len(held.waiting)), f"{number(late)} over two working days",
        "Questions of which somebody still waits for an answer of ours. What many ask counts once.",
    )  # fmt: skip


def _answered(held: Queue) -> Figure:
    asked = [one for talk in held.talks for one in talk.asked]
    answered = sum(one.end is End.ANSWERED for one in asked)
    value = share(answered, len(asked)) if len(asked) >= FEW else None
    return (
        "Answered", "–" if value is None else f"{value}%",
        f"{number(answered)} of {count(len(asked), 'post that asks', 'posts that ask')}",
        "Everybody who asked in the last 60 days, and whether we answered there or an officer linked the answer.",
    )  # fmt: skip


def _typical(held: Queue, hours: OfficeHours) -> Figure:
    waits = [
        hours.between(one.asked_at, one.answered_at)
        for talk in held.talks
        for one in talk.asked
        if one.end is End.ANSWERED and one.answer and one.answered_at
    ]
    value = words.brief(timedelta(seconds=median(one.total_seconds() for one in waits))) if waits else "–"
    return (
        "Time to answer", value, f"half of {count(len(waits), 'answer')} came sooner",
        "From question to answer, where it was asked. Only office hours count; linked answers are left out.",
    )  # fmt: skip


def _replies(index: Index) -> Figure:
    weeks = index.accounts[0].weeks if index.accounts else ()
    posts, replies = sum(week.posts for week in weeks), sum(week.replies for week in weeks)
    value = share(replies, posts) if posts >= FEW else None
    return (
        "Replies", "–" if value is None else f"{value}%", f"{number(replies)} of our {count(posts, 'post')}",
        "Of all that our accounts wrote in these weeks, what replied to somebody. The rest announced something.",
    )  # fmt: skip
