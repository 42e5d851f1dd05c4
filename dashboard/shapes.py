"""What the pages show, ready to draw: names instead of slugs, the council's hours instead of UTC.

Knows nothing of where it comes from (`source`) or how it is drawn (`components`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from dashboard.posts import Card, Saying, Shown, on_page


class Period(StrEnum):
    """How far back a page looks. The value is what the switch says and what a link carries."""

    DAY = "24 hours"
    WEEK = "7 days"
    MONTH = "30 days"

    @property
    def length(self) -> timedelta:
        """The length of the period, and of the one before that it is compared with."""
        return {"24 hours": timedelta(days=1), "7 days": timedelta(days=7)}.get(self.value, timedelta(days=30))

    @classmethod
    def reaching(cls, age: timedelta) -> Period:
        """What a page opens with: a week, or a month where the newest post is older (a file just imported)."""
        return cls.WEEK if age <= cls.WEEK.length else cls.MONTH

    @property
    def unit(self) -> Literal["hour", "day"]:
        """What a bar of the chart stands for: `hour` or `day`."""
        return "hour" if self is Period.DAY else "day"

    @property
    def this(self) -> str:
        """In a sentence: `the last 7 days`."""
        return f"the last {self.value}"

    @property
    def last(self) -> str:
        """In a sentence: `the week before`."""
        return {"24 hours": "the day before", "7 days": "the week before"}.get(self.value, "the month before")


@dataclass(frozen=True)
class Figures:
    """Four numbers of one period. Voices are distinct writers."""

    voices: int
    posts: int
    questions: int
    unhappy: int | None
    """Per cent of the posts whose mood is clear; None of so few that it would say nothing."""


@dataclass(frozen=True)
class Bar:
    """One hour or day of the council: `Tue 17 Nov` or `Tue 17 Nov, 08:00`."""

    label: str
    voices: int
    posts: int


@dataclass(frozen=True)
class TopicRow:
    """A topic's voices now and in the period before; None when we did not listen then."""

    slug: str
    name: str
    voices: int
    before: int | None


@dataclass(frozen=True)
class MoodRow:
    """How the posts on one topic feel, in posts."""

    name: str
    unhappy: int
    unclear: int
    neutral: int
    pleased: int

    @property
    def parts(self) -> tuple[int, int, int, int]:
        """Worst first, as `labels.MOODS`."""
        return self.unhappy, self.unclear, self.neutral, self.pleased

    @property
    def all(self) -> int:
        """All posts on the topic."""
        return sum(self.parts)

    @property
    def clear(self) -> int:
        """Posts of which the reader was sure."""
        return self.all - self.unclear


@dataclass(frozen=True)
class Pulse:
    """The state of the archive at one instant."""

    as_of: datetime
    kept: int
    newest: datetime | None
    """When the newest post happened."""
    collected: datetime | None
    """When the last post was collected: what comes later is new to the reader of a page."""


@dataclass(frozen=True)
class Silence:
    """A stretch in which a source may have said something that we did not hear."""

    source: str
    start: datetime
    end: datetime | None
    why: str


@dataclass(frozen=True)
class Morning:
    """All that the page Now shows of one period, as of one instant."""

    pulse: Pulse
    period: Period
    now: Figures
    before: Figures | None
    bars: tuple[Bar, ...]
    topics: tuple[TopicRow, ...]
    moods: tuple[MoodRow, ...]
    cards: tuple[Card, ...]
    sources: tuple[tuple[str, int], ...]
    """Source and its voices, most first."""
    gaps: tuple[Silence, ...]
    sayings: tuple[Saying, ...] = ()

    @property
    def shown(self) -> tuple[Shown, ...]:
        """Every post on the page."""
        return (*on_page(self.cards), *self.sayings)


@dataclass(frozen=True)
class Wanted:
    """A search. Slugs as the store knows them; None means all."""

    words: str
    topic: str | None = None
    mood: str | None = None
    source: str | None = None
    place: str | None = None
    period: Period | None = None

    @property
    def narrowed(self) -> bool:
        """Whether anything but the words narrows the search."""
        return any((self.topic, self.mood, self.source, self.place, self.period))


@dataclass(frozen=True)
class Results:
    """How many posts a search finds in all, on how many cards they can be reached, and one page of these."""

    total: int
    cards: tuple[Card, ...]
    lines: int


@dataclass(frozen=True)
class Source:
    """What is held of one source, and when the last of it came in."""

    slug: str
    name: str
    posts: int
    newest: datetime
    collected: datetime


@dataclass(frozen=True)
class About:
    """What is listened to, how well, and read by what."""

    as_of: datetime
    kept: int
    retracted: int
    sources: tuple[Source, ...]
    gaps: tuple[Silence, ...]
    unheard: Mapping[str, datetime]
    """The sources that are not heard now, and since when."""
    readers: tuple[tuple[str, int], ...]
    """Reader and version, and how many posts it read."""
