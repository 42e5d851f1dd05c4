"""The sentences of the dialogue index: in which week we answered and in which we announced, and what would change it.

Pure. Components, never one score; a share of few is not told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from dashboard.talk import words
from dashboard.talk.shapes import Account, Gap, Talk, WeekRow
from dashboard.words import FEW, FEW_MARK, count, middle, number, share
from store.talk.shapes import Asking

ENOUGH = 10
"""Posts of ours in a week from which its share of replies is told."""
UNHEARD = "No whole week has been heard yet."
MOSTLY = 25
"""Per cent of replies below which a week was mostly announcements."""
MANY = 20
"""Answers in a week from which its typical time no longer jumps with every single one."""
WIDE = 2
"""Points from which a gap is worth a sentence."""
NO_SCORE = (
    "None of these is a score. A question that got a reply without an answer does not count as answered, so replies "
    "and answers are shown side by side."
)
KEY = (
    f"Grey: the week is not over, or fewer than {FEW} were counted. “{words.FEW_ANSWERS}”: fewer than {FEW} answers. "
    "“–”: nothing to count. Time to answer is in office hours: what was asked and answered outside them shows as 1 min."
)


def story(account: Account) -> str:
    """Which week was a conversation and which an announcement, in two sentences that need no chart."""
    told = [week for week in account.weeks if week.posts >= ENOUGH and not week.so_far]
    if not told:
        return f"In no week did {who(account)} write {ENOUGH} posts or more: too few to compare weeks."
    most, least = max(told, key=_replying), min(told, key=_replying)
    if len(told) == 1 or _percent(most) == _percent(least):
        return f"In the week of {most.spoken} {_did(most)}."
    quiet = "we mostly announced" if _percent(least) < MOSTLY else "we replied least"
    loud = "we answered people most" if _percent(most) >= MOSTLY else "we replied most, and still mostly announced"
    return f"In the week of {most.spoken} {loud}: {_did(most)}. In the week of {least.spoken} {quiet}: {_did(least)}."


def _replying(week: WeekRow) -> tuple[float, int]:
    return (week.replies / week.posts, week.posts)


def _percent(week: WeekRow) -> int:
    return share(week.replies, week.posts) or 0


def _did(week: WeekRow) -> str:
    answered = (
        f"{number(week.answered)} of {count(week.asked, 'question')} {'was' if week.asked == 1 else 'were'} answered"
    )
    return f"{_percent(week)}% of our {count(week.posts, 'post')} were replies, and {answered}"


def who(account: Account) -> str:
    """`we`, or the account by its handle."""
    return f"@{account.handle}" if account.handle else "we"


def replies(account: Account) -> str:
    """The chart of replies in a sentence, by the last whole week."""
    week = _last(account)
    if week is None:
        return UNHEARD
    if not week.posts:
        return "Nothing was posted in the last whole week."
    part = _part(week.replies, week.posts)
    return f"Last week {number(week.replies)} of {count(week.posts, 'post')} replied to somebody{part}."


def answered(account: Account) -> str:
    """The chart of answers in a sentence."""
    week = _last(account)
    if week is None:
        return UNHEARD
    if not week.asked:
        return "Nobody asked anything in the last whole week."
    more = f" {number(week.replied)} more got a reply that is no answer." if week.replied else ""
    asked, part = count(week.asked, "question"), _part(week.answered, week.asked)
    return f"Of the {asked} asked last week, {number(week.answered)} got an answer{part}.{more}"


def speed(account: Account) -> str:
    """The chart of times in a sentence."""
    week = _last(account)
    if week is None:
        return UNHEARD
    if not week.timed:
        return "Nothing was answered in its thread last week."
    if week.hours is None:
        return (
            f"Only {count(week.timed, 'answer')} in a thread last week: too few for a typical time. Lower is quicker."
        )
    jumps = " With so few answers this figure jumps about." if week.timed < MANY else ""
    return f"Half of last week’s answers came within {week.took}. Lower is quicker.{jumps}"


def _last(account: Account) -> WeekRow | None:
    return next((week for week in reversed(account.weeks) if not week.so_far), None)


def change(talks: Sequence[Talk], account: Account) -> str:
    """What would change it: `Answering the 9 questions about bins would raise the share from 22% to 34%.`"""
    asked = [(one, talk) for talk in talks for one in talk.asked if account.handle in ("", *one.accounts)]
    waiting = Counter(_about(talk) for one, talk in asked if one.end.waits)
    waiting.pop("", None)
    if not asked or not waiting:
        return ""
    name, many = max(waiting.items(), key=lambda item: (item[1], item[0]))
    done = sum(_is_answered(one) for one, _ in asked)
    before, after = _share(done, len(asked)), _share(done + many, len(asked))
    ask = f"the {count(many, 'question')}" if many > 1 else "the one question"
    verb = "wait" if many > 1 else "waits"
    share_of = f"the share of answered questions from {before} to {after}"
    return f"Answering {ask} about {middle(name)} that still {verb} would raise {share_of}."


def _part(part: int, whole: int) -> str:
    """` (22%)`; nothing where so few are counted that a share would say little."""
    return f" ({share(part, whole)}%)" if whole >= FEW else ""


def _share(part: int, whole: int) -> str:
    return f"{share(part, whole)}%" if whole >= FEW else f"{part} of {whole}"


def _about(talk: Talk) -> str:
    return talk.services[0] if talk.services else ""


def _is_answered(one: Asking) -> bool:
    return one.end.value == "answered"


def agenda(gaps: Sequence[Gap]) -> str:
    """The widest gap in each direction, the wider one first."""
    told = [gap for gap in gaps if gap.voices >= FEW or gap.posts >= FEW]
    theirs = max(told, key=lambda gap: gap.points, default=None)
    ours = min(told, key=lambda gap: gap.points, default=None)
    parts = []
    if ours and ours.points <= -WIDE:
        shares = f"{ours.ours:.0f}% of what we post about, {ours.theirs:.0f}% of what they talk about"
        parts.append((ours.points, f"We talk more than residents do about {middle(ours.name)}: {shares}."))
    if theirs and theirs.points >= WIDE:
        shares = f"{theirs.theirs:.0f}% of what they talk about, {theirs.ours:.0f}% of what we post about"
        parts.append((-theirs.points, f"Residents talk more than we do about {middle(theirs.name)}: {shares}."))
    return " ".join(said for _, said in sorted(parts)) or "We and residents talk about much the same."


def ahead(gap: Gap) -> str:
    """Beside a row: `they +9 points`, `we +1 point`, and where few spoke."""
    few = f" · {FEW_MARK}" if gap.voices < FEW else ""
    if not gap.points:
        return f"even{few}"
    return f"{'they' if gap.points > 0 else 'we'} +{count(abs(gap.points), 'point')}{few}"
