"""Conversations and the dialogue index as flat rows, for `soundings ask`: neither terminal nor spreadsheet can nest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from soundings.council import CouncilFile
from soundings.hours import OfficeHours
from store.talk.shapes import Conversation, Week


@dataclass(frozen=True)
class Queued:
    """One conversation."""

    question: str
    people: int
    asked: int
    waiting: int
    end: str
    waits: str
    """Office time that the oldest waiting question has waited, in words; empty when none waits."""
    services: tuple[str, ...]
    places: tuple[str, ...]
    handed_to: str
    first: str
    """Id of its first question."""


def queued(found: Iterable[Conversation], council_file: CouncilFile, now: datetime) -> Iterator[Queued]:
    """Conversations as rows."""
    hours = OfficeHours(council_file.council)
    for one in found:
        yield Queued(
            question=one.text, people=one.voices, asked=len(one.asked), waiting=one.waiting, end=one.end.value,
            waits=hours.words(hours.between(one.oldest, now)) if one.waiting else "", services=one.services,
            places=one.places, handed_to=one.handed_to, first=one.id,
        )  # fmt: skip


@dataclass(frozen=True)
class Did:
    """What one account did in one week."""

    account: str
    week: datetime
    posts: int
    replies: int
    asked: int
    answered: int
    replied: int
    median: str
    """Office time to the answer, in words; empty when nothing was answered."""


def did(weeks: Iterable[Week], council_file: CouncilFile) -> Iterator[Did]:
    """Weeks as rows."""
    hours = OfficeHours(council_file.council)
    for one in weeks:
        yield Did(
            account=one.account or "all accounts", week=one.start, posts=one.posts, replies=one.replies,
            asked=one.asked, answered=one.answered, replied=one.replied,
            median=hours.words(one.median) if one.median is not None else "",
        )  # fmt: skip
