"""What the pages about conversations show, ready to draw. No shape has a field for a voice.

Knows nothing of where it comes from (`asking`) or how it is drawn (`components.talk`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from store.promises import Promise
from store.talk.change import Change
from store.talk.shapes import Asking, Suggestion

Order = Literal["longest", "people", "newest"]


class State(StrEnum):
    """Where a conversation stands; the values are what a link carries."""

    NOBODY = "nobody"
    NEIGHBOURS = "neighbours"
    REPLIED = "replied"
    HANDED = "handed"
    ANSWERED = "answered"
    NOT_OURS = "not-ours"


@dataclass(frozen=True)
class Talk:
    """One question, by however many it was asked. `text` goes through `inert.resident_text` and nowhere else."""

    id: str
    text: str
    asked: tuple[Asking, ...]
    people: int
    slugs: tuple[str, ...]
    services: tuple[str, ...]
    place_ids: tuple[str, ...]
    places: tuple[str, ...]
    state: State
    waiting: int
    answered: int
    oldest: datetime
    last: datetime
    waits: timedelta
    """Office time that the oldest waiting question has waited; 0 when none waits."""
    waited: str
    """The same in words; empty when none waits."""
    late: bool
    """It has waited more than two working days."""
    to_council: bool
    handed_to: str
    not_ours: str
    link: str
    suggestion: Suggestion | None

    @property
    def ids(self) -> tuple[str, ...]:
        """Every question of it, oldest first."""
        return tuple(one.id for one in self.asked)


@dataclass(frozen=True)
class Wanted:
    """Which conversations to show. None means all."""

    state: str | None = "waiting"
    """A State, or `waiting`: whatever still waits."""
    service: str | None = None
    place: str | None = None
    to: Literal["us", "nobody"] | None = None
    order: Order = "longest"


@dataclass(frozen=True)
class Queue:
    """The conversations of the last weeks, as of one instant."""

    as_of: datetime
    newest: datetime | None
    """When the newest post happened."""
    talks: tuple[Talk, ...]
    cut: bool = False
    """More was asked than is looked at: the oldest are missing."""

    @property
    def waiting(self) -> tuple[Talk, ...]:
        """Those of which somebody still waits."""
        return tuple(talk for talk in self.talks if talk.waiting)

    def find(self, wanted: str) -> Talk | None:
        """The conversation that a question belongs to: its own id changes when officers part and join."""
        return next((talk for talk in self.talks if wanted in talk.ids), None)


@dataclass(frozen=True)
class ThreadPost:
    """One post of a thread. `text` goes through `inert.resident_text` and nowhere else."""

    id: str
    text: str
    depth: int
    """0 for the post that began the thread, 1 for a reply to it ..."""
    happened_at: datetime
    who: str
    """`Council`, `Councillor` ...; empty for residents: nobody is named."""
    ours: bool
    """Whether one of the council's own accounts wrote it."""


@dataclass(frozen=True)
class Decisions:
    """What officers have decided about the questions and answers of one conversation: each can be taken back."""

    links: tuple[str, ...]
    """Ids of the questions that were linked to an answer."""
    not_ours: tuple[str, ...]
    handed_to: tuple[str, ...]
    neighbours: dict[str, str]
    """A neighbour's answer -> `right` or `wrong`."""
    apart: tuple[str, ...]
    together: tuple[str, ...]
    """Ids by which another question was joined."""
    taken: frozenset[str]
    """All ids, of whatever conversation, by which something was joined."""


@dataclass(frozen=True)
class Account:
    """What one account did in some weeks, oldest first, as components and never as one score."""

    handle: str
    """Empty: all accounts together."""
    weeks: tuple[WeekRow, ...]


@dataclass(frozen=True)
class WeekRow:
    """One week of the council, Monday to Sunday."""

    label: str
    """`16 Feb`: its Monday."""
    spoken: str
    """`16 February`."""
    so_far: bool
    """It is not over yet."""
    posts: int
    replies: int
    asked: int
    answered: int
    replied: int
    hours: float | None
    """Median office hours from question to answer in its thread; None of so few that it would say little."""
    took: str
    """The same in words, or that there are few; empty when nothing was answered in a thread."""
    timed: int
    """How many answers that is the median of."""


@dataclass(frozen=True)
class Gap:
    """A topic: which share of what we say, and of what residents say, is about it; per cent."""

    name: str
    ours: float
    posts: int
    theirs: float
    voices: int

    @property
    def points(self) -> int:
        """Above 0: residents talk about it more than we do. Of the rounded shares, as they stand beside it."""
        return round(self.theirs) - round(self.ours)


@dataclass(frozen=True)
class Index:
    """How we answer: all that the second part of the page shows."""

    accounts: tuple[Account, ...]
    """All together first."""
    gaps: tuple[Gap, ...]
    """The widest first."""


@dataclass(frozen=True)
class Deed:
    """One "you said, we did": what was decided, and what people said of it before and since."""

    key: str
    promise: Promise
    topic: str
    """Name of what it is about; empty when it is about any topic."""
    place: str
    change: Change
