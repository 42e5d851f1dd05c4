"""The shapes of the answers about conversations: small, frozen, all instants UTC. None has a field for a voice (R4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from store.talk.ends import End

MOST = 3_000
"""Questions that are looked at, the newest: some weeks of a large city."""


@dataclass(frozen=True)
class Asking:
    """One question, as one person asked it."""

    id: str
    root: str
    """Id of the post that its thread began with."""
    source: str
    text: str
    asked_at: datetime
    accounts: tuple[str, ...]
    """Handles of the council's accounts that it speaks to."""
    end: End
    answered_at: datetime | None
    """When it was answered, or replied to."""
    answer: str
    """Id of the post that did."""
    account: str
    """Handle of the council's account that did."""


@dataclass(frozen=True)
class Suggestion:
    """What an officer could say: never posted by us."""

    text: str
    link: str
    origin: str
    """Where it comes from, for people: `the council file`, or `what @PenmarrowWaste told somebody else`."""


@dataclass(frozen=True)
class Conversation:
    """One question, by however many people it was asked."""

    id: str
    """Id of its first question: what it is known by until that is removed."""
    text: str
    """The question in the words of whoever put it most like all the others."""
    asked: tuple[Asking, ...]
    """Oldest first."""
    voices: int
    """Distinct people; a question of nobody who is named counts as none."""
    services: tuple[str, ...]
    """Slugs, what most are about first."""
    places: tuple[str, ...]
    end: End
    waiting: int
    """How many of the questions still wait."""
    oldest: datetime
    """When the oldest that waits was asked; without one, the oldest of all."""
    last: datetime
    to_council: bool
    """Whether anybody spoke to the council; else it was asked of nobody."""
    handed_to: str
    not_ours: str
    link: str
    suggestion: Suggestion | None
    cut: bool = False
    """Whether more was asked in these weeks than is looked at: older conversations are missing then."""

    @property
    def answered(self) -> int:
        """How many of the questions the council answered."""
        return sum(one.end is End.ANSWERED for one in self.asked)


@dataclass(frozen=True)
class Week:
    """What one account (or all of them: an empty handle) did in one week of the council, as components."""

    account: str
    start: datetime
    posts: int
    """All that it wrote."""
    replies: int
    """Of these, those that reply to somebody else."""
    asked: int
    """Questions put to it; for all accounts together every question, also those to nobody."""
    answered: int
    replied: int
    """Replied to without an answer."""
    median: timedelta | None
    """Median office time from question to answer; None when none was answered in its thread."""
    timed: int = 0
    """How many answers that is the median of."""
    cut: bool = False
    """Whether more was asked in this week than is looked at: the shares are then of its newest questions."""

    @property
    def reply_share(self) -> float | None:
        """Replies as a share of all that it wrote."""
        return self.replies / self.posts if self.posts else None

    @property
    def answered_share(self) -> float | None:
        """Answered questions as a share of those put to it."""
        return self.answered / self.asked if self.asked else None


@dataclass(frozen=True)
class Agenda:
    """A topic: how much of what the council says, and of what residents say, is about it (shares from 0 to 1)."""

    slug: str
    council_posts: int
    council: float
    voices: int
    residents: float

    @property
    def gap(self) -> float:
        """Above 0: residents talk about it more than we do."""
        return self.residents - self.council
