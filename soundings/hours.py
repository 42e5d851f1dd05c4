"""The council's office hours: how long somebody has waited while the council was there to answer.

Its days, hours, time zone and bank holidays come from the council file; the holidays themselves from the library
`holidays`. Knows nothing of questions.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from holidays import HolidayBase, country_holidays

from soundings.council import Council

NATION = {"england-and-wales": "ENG", "scotland": "SCT", "northern-ireland": "NIR"}
"""What `[council] holidays` may say -> the subdivision of GB whose bank holidays the library knows."""
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@lru_cache(maxsize=len(NATION))
def _bank_holidays(nation: str) -> HolidayBase:
    return country_holidays("GB", subdiv=NATION[nation])


class OfficeHours:
    """When one council is there."""

    def __init__(self, council: Council) -> None:
        hours = council.office_hours
        self._zone: ZoneInfo = council.zone
        self._days = {DAYS.index(day) for day in hours.days}
        self._open, self._close = hours.open, hours.close
        self._holidays = _bank_holidays(council.holidays)

    @property
    def day(self) -> timedelta:
        """The length of a working day."""
        midnight = date(2000, 1, 1)
        return datetime.combine(midnight, self._close) - datetime.combine(midnight, self._open)

    def works_on(self, day: date) -> bool:
        """Whether the council is there on this day."""
        return day.weekday() in self._days and day not in self._holidays

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much of the time from `start` to `end` (any zone) lies in office hours; none when it runs backwards."""
        return sum((self._overlap(day, start, end) for day in self._days_of(start, end)), timedelta())

    def _days_of(self, start: datetime, end: datetime) -> Iterator[date]:
        day, last = start.astimezone(self._zone).date(), end.astimezone(self._zone).date()
        while day <= last:
            yield day
            day += timedelta(days=1)

    def _overlap(self, day: date, start: datetime, end: datetime) -> timedelta:
        if not self.works_on(day):
            return timedelta()
        opens, closes = self._instant(day, self._open), self._instant(day, self._close)
        return max(min(end, closes) - max(start, opens), timedelta())

    def _instant(self, day: date, at: time) -> datetime:
        """In UTC: the difference of two local times would pass over a change of the clock."""
        return datetime.combine(day, at, self._zone).astimezone(UTC)

    def words(self, length: timedelta) -> str:
        """A length of office time for people: `2 working days`, `3 working hours`, `less than an hour`."""
        days = length // self.day if self.day else 0
        if days:
            return f"{days} working {'day' if days == 1 else 'days'}"
        hours = length // timedelta(hours=1)
        return f"{hours} working {'hour' if hours == 1 else 'hours'}" if hours else "less than a working hour"
