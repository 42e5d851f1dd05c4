"""Stretches of time, and the council's hours and days in them. Pure: knows nothing of ClickHouse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Step = Literal["hour", "day"]


@dataclass(frozen=True)
class Window:
    """From `start` (included) to `end` (not included), both UTC."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a window needs instants with a time zone")
        object.__setattr__(self, "start", self.start.astimezone(UTC))
        object.__setattr__(self, "end", self.end.astimezone(UTC))

    @classmethod
    def last(cls, now: datetime, length: timedelta) -> Window:
        """What happened in the `length` before now."""
        return cls(now.astimezone(UTC) - length, now)

    @classmethod
    def today(cls, now: datetime, zone: ZoneInfo) -> Window:
        """The council's day so far."""
        return cls(midnight(now.astimezone(zone).date(), zone), now)

    @classmethod
    def days(cls, now: datetime, count: int, zone: ZoneInfo) -> Window:
        """Today so far and the `count - 1` whole days of the council before it."""
        first = now.astimezone(zone).date() - timedelta(days=count - 1)
        return cls(midnight(first, zone), now)

    def before(self, zone: ZoneInfo | None = None) -> Window:
        """The stretch just before, of the same length; with a zone, by its clock: a 25-hour day is one day."""
        if zone is None:
            return Window(self.start - (self.end - self.start), self.start)
        first, last = self.start.astimezone(zone), self.end.astimezone(zone)
        length = last.replace(tzinfo=None) - first.replace(tzinfo=None)
        return Window((first.replace(tzinfo=None) - length).replace(tzinfo=zone), self.start)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The instant (UTC) at which a day of the council begins."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def steps(window: Window, step: Step, zone: ZoneInfo) -> Iterator[datetime]:
    """The starts (UTC) of each hour or day of the council that the window touches, in order."""
    moment = floor(window.start, step, zone)
    while moment < window.end:
        yield moment
        moment = following(moment, step, zone)


def floor(moment: datetime, step: Step, zone: ZoneInfo) -> datetime:
    """The start of the hour or day of the council that an instant lies in."""
    local = moment.astimezone(zone)
    if step == "day":
        return midnight(local.date(), zone)
    # `fold` is kept: at the end of summer time the hour from 1 to 2 comes twice.
    return local.replace(minute=0, second=0, microsecond=0).astimezone(UTC)


def following(moment: datetime, step: Step, zone: ZoneInfo) -> datetime:
    """The start of the next hour or day. Days have 23, 24 or 25 hours."""
    if step == "hour":
        return moment + timedelta(hours=1)
    return midnight(moment.astimezone(zone).date() + timedelta(days=1), zone)
