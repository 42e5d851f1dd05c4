"""Stretches of time: the council's days have 23, 24 and 25 hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from store.windows import Window, midnight, steps

LONDON, KATHMANDU = ZoneInfo("Europe/London"), ZoneInfo("Asia/Kathmandu")


def day(year: int, month: int, number: int) -> Window:
    one = date(year, month, number)
    return Window(midnight(one, LONDON), midnight(one + timedelta(days=1), LONDON))


@pytest.mark.parametrize(("month", "number", "hours"), [(3, 29, 23), (10, 25, 25), (11, 10, 24)])
def test_a_day_has_the_hours_that_it_has(month: int, number: int, hours: int) -> None:
    window = day(2026, month, number)
    starts = list(steps(window, "hour", LONDON))
    assert len(starts) == hours
    assert starts == sorted(set(starts)) and starts[0] == window.start
    assert list(steps(window, "day", LONDON)) == [window.start]


def test_days_begin_at_the_councils_midnight() -> None:
    window = Window(datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 30, 12, tzinfo=UTC))
    assert [start.hour for start in steps(window, "day", LONDON)] == [0, 0, 23]


def test_hours_of_a_zone_with_an_odd_offset_are_its_own() -> None:
    start = datetime(2026, 11, 10, 12, 20, tzinfo=UTC)
    assert next(steps(Window(start, start + timedelta(hours=1)), "hour", KATHMANDU)) == datetime(
        2026, 11, 10, 12, 15, tzinfo=UTC
    )


def test_an_empty_window_has_no_steps_unless_it_cuts_one() -> None:
    noon = datetime(2026, 11, 10, 12, tzinfo=UTC)
    assert list(steps(Window(noon, noon), "hour", LONDON)) == []
    assert len(list(steps(Window(noon + timedelta(minutes=59), noon + timedelta(minutes=61)), "hour", LONDON))) == 2


def test_today_and_days_begin_with_the_council() -> None:
    now = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)  # half past midnight in London
    assert Window.today(now, LONDON) == Window(datetime(2026, 7, 1, 23, tzinfo=UTC), now)
    assert Window.days(now, 7, LONDON).start == datetime(2026, 6, 25, 23, tzinfo=UTC)
    assert Window.last(now, timedelta(hours=1)).start == now - timedelta(hours=1)


def test_before_is_as_long_by_the_clock() -> None:
    after_the_change = Window(datetime(2026, 10, 26, 0, tzinfo=UTC), datetime(2026, 10, 27, 0, tzinfo=UTC))
    assert after_the_change.before().start == datetime(2026, 10, 25, 0, tzinfo=UTC)
    assert after_the_change.before(LONDON) == day(2026, 10, 25)


def test_a_window_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Window(datetime(2026, 1, 1), datetime(2026, 1, 2))  # noqa: DTZ001
