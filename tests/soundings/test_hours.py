"""Office time: weekends, bank holidays, nights and both changes of the clock are not waiting."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soundings.council import Council
from soundings.council import OfficeHours as Table
from soundings.hours import OfficeHours

LONDON = ZoneInfo("Europe/London")
HOUR = timedelta(hours=1)


def office(**council: Any) -> OfficeHours:
    return OfficeHours(Council(**council))


def local(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=LONDON)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        (local(11, 2, 10), local(11, 2, 12), 2),
        (local(11, 2, 7), local(11, 2, 10), 1),
        (local(11, 2, 16), local(11, 3, 10), 2),
        (local(11, 6, 16, 30), local(11, 9, 9, 30), 1),  # over a weekend
        (local(4, 2, 16), local(4, 7, 10), 2),  # over Easter: Good Friday to Easter Monday
        (local(12, 24, 9), local(12, 29, 9), 8),  # Boxing Day is a Saturday, and Monday is given instead
        (local(11, 3), local(11, 2), 0),
    ],
)
def test_only_office_hours_count(start: datetime, end: datetime, hours: int) -> None:
    assert office().between(start, end) == hours * HOUR


@pytest.mark.parametrize("sunday", [date(2026, 3, 29), date(2026, 10, 25)])
def test_a_change_of_the_clock_gives_and_takes_nothing(sunday: date) -> None:
    friday, monday = sunday - timedelta(days=2), sunday + timedelta(days=1)
    start = datetime.combine(friday, time(16), LONDON)
    assert office().between(start, datetime.combine(monday, time(10), LONDON)) == 2 * HOUR
    assert office().between(start.astimezone(UTC), datetime.combine(monday, time(10), LONDON)) == 2 * HOUR


@pytest.mark.parametrize(("sunday", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_who_never_closes_has_a_day_of_23_and_of_25_hours(sunday: date, hours: int) -> None:
    always = office(office_hours=Table(days=("Sun",), open=time(0), close=time(23, 59)))
    start = datetime.combine(sunday, time(0), LONDON)
    assert always.between(start, start + timedelta(days=2)) == hours * HOUR - timedelta(minutes=1)


@pytest.mark.parametrize(
    ("nation", "day", "works"),
    [
        ("england-and-wales", date(2026, 11, 30), True),
        ("scotland", date(2026, 11, 30), False),  # St Andrew's Day
        ("northern-ireland", date(2026, 3, 17), False),  # St Patrick's Day
        ("scotland", date(2026, 4, 6), True),  # Easter Monday is none in Scotland
        ("england-and-wales", date(2026, 4, 6), False),
    ],
)
def test_bank_holidays_are_the_nations(nation: Any, day: date, works: bool) -> None:
    assert office(holidays=nation).works_on(day) is works


@given(st.lists(st.integers(0, 365 * 24 * 60), min_size=3))
def test_the_parts_of_a_wait_add_up_to_the_whole(minutes: list[int]) -> None:
    moments = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute) for minute in sorted(minutes)]
    parts = [office().between(*pair) for pair in pairwise(moments)]
    assert sum(parts, timedelta()) == office().between(moments[0], moments[-1])


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(minutes=59), "less than a working hour"),
        (HOUR, "1 working hour"),
        (7.9 * HOUR, "7 working hours"),
        (8 * HOUR, "1 working day"),
        (20 * HOUR, "2 working days"),
    ],
)
def test_in_words(length: timedelta, words: str) -> None:
    assert office().words(length) == words
