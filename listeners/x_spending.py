"""What X has charged for, and when enough is enough: posts a day, dollars a month, both by UTC as X counts.

X charges for a post once a day, however often it sends it. Which posts those were is known in memory alone: after a
start some may be counted twice, so that the count is at most too high. Knows nothing of posts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from listeners.x_settings import XSettings

MICRO = 1_000_000
"""Parts of a dollar in which is counted, so that nothing is rounded."""
A_PAGE = 10
"""The fewest posts that can be asked for: with less left to spend a cap counts as reached."""


@dataclass(frozen=True)
class Spent:
    """The figures of one month, for people."""

    posts: int
    dollars: float
    of: float
    closed_until: datetime | None = None

    def words(self, source: str) -> str:
        """`x: 1,240 posts this month, $6.20 of $50.00`."""
        said = f"{source}: {self.posts:,} posts this month, ${self.dollars:,.2f} of ${self.of:,.2f}"
        if self.closed_until:
            said += f"; a cap is reached, and it is closed until {self.closed_until.day} {self.closed_until:%B}"
        return said


def spending(state: Mapping[str, Any], now: datetime) -> Spent | None:
    """What a checkpoint says was spent this month; None for a source that costs nothing."""
    spent = state.get("spent")
    if not isinstance(spent, Mapping):
        return None
    of = float(spent.get("of", 0.0))
    closed = datetime.fromisoformat(spent["closed"]) if spent.get("closed") else None
    closed = closed if closed and closed > now else None
    if spent.get("month") != _month(now):
        return Spent(0, 0.0, of, closed)
    return Spent(int(spent["posts"]), int(spent["micro"]) / MICRO, of, closed)


class Spending:
    """The count. `before`: as the last run's checkpoint has it."""

    def __init__(self, settings: XSettings, before: Mapping[str, Any]) -> None:
        self._most_posts, self._most = settings.posts_a_day, round(settings.dollars_a_month * MICRO)
        self._post, self._user = round(settings.dollars_a_post * MICRO), round(settings.dollars_a_user * MICRO)
        self._month, self._day = str(before.get("month", "")), str(before.get("day", ""))
        self._posts, self._micro = int(before.get("posts", 0)), int(before.get("micro", 0))
        self._today = int(before.get("today", 0))
        self._known: set[str] = set()
        self._closed: datetime | None = None

    def took(self, posts: Iterable[str], now: datetime, users: int = 0) -> None:
        """X has sent these posts, and so many accounts."""
        self._turn(now)
        new = {*posts} - self._known
        self._known |= new
        self._posts += len(new)
        self._today += len(new)
        self._micro += len(new) * self._post + users * self._user

    def left(self, now: datetime) -> int:
        """How many posts may still come today."""
        self._turn(now)
        affordable = (self._most - self._micro) // self._post if self._post else self._most_posts
        return max(0, min(self._most_posts - self._today, affordable))

    def closed_until(self, now: datetime) -> datetime | None:
        """When it may be asked again, if a cap is reached: a day's at the next day, a month's at the next month."""
        self._turn(now)
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        self._closed = None
        if self._micro + A_PAGE * self._post > self._most:
            self._closed = (midnight.replace(day=1) + timedelta(days=32)).replace(day=1)
        elif self._today + A_PAGE > self._most_posts:
            self._closed = midnight + timedelta(days=1)
        return self._closed

    @property
    def state(self) -> dict[str, Any]:
        """For the checkpoint, with what `soundings status` says of it."""
        closed = {"closed": self._closed.isoformat()} if self._closed else {}
        return {
            "month": self._month, "day": self._day, "posts": self._posts, "today": self._today, "micro": self._micro,
            "of": self._most / MICRO, **closed,
        }  # fmt: skip

    def _turn(self, now: datetime) -> None:
        if _month(now) != self._month:
            self._month, self._posts, self._micro = _month(now), 0, 0
        if (day := f"{now:%Y-%m-%d}") != self._day:
            self._day, self._today = day, 0
            self._known.clear()


def _month(now: datetime) -> str:
    return f"{now:%Y-%m}"
