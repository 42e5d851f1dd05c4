"""Times as people write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from soundings.errors import BadInput
from store.times import day, minute, moment, since

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30d", NOW - timedelta(days=30)),
        ("12h", NOW - timedelta(hours=12)),
        (" 2W ", NOW - timedelta(weeks=2)),
        ("2026-06-01", datetime(2026, 5, 31, 23, tzinfo=UTC)),
        ("2026-06-01T09:30", datetime(2026, 6, 1, 8, 30, tzinfo=UTC)),
        ("2026-06-01T09:30Z", datetime(2026, 6, 1, 9, 30, tzinfo=UTC)),
    ],
)
def test_what_people_write(text: str, expected: datetime) -> None:
    assert moment(text, NOW, LONDON) == expected


@pytest.mark.parametrize("text", ["", "yesterday", "30", "-3d", "3m", "2026-13-01", "٣d"])
def test_what_is_no_time_is_refused_with_what_would_be(text: str) -> None:
    with pytest.raises(BadInput, match="write 30d, 12h, 2w"):
        moment(text, NOW, LONDON)


@pytest.mark.parametrize("text", ["999999w", "0001-01-01", "9999-12-31", "1899-12-31"])
def test_what_lies_too_far_away_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="1900 to 2299"):
        moment(text, NOW, LONDON)


def test_times_are_told_by_the_clock_of_the_council() -> None:
    assert minute(datetime(2026, 6, 1, 17, 2, 59, tzinfo=UTC), LONDON, NOW) == " 1 Jun 18:02"
    assert minute(datetime(2025, 11, 21, 18, 2, tzinfo=UTC), LONDON, NOW) == "21 Nov 2025 18:02"
    assert day(datetime(2026, 5, 31, 23, 30, tzinfo=UTC), LONDON, NOW) == "1 June"
    assert day(datetime(2025, 12, 31, 23, 59, tzinfo=UTC), LONDON, NOW) == "31 December 2025"


@pytest.mark.parametrize(("days", "expected"), [(8, "30d"), (30, "90d"), (91, "365d"), (400, "2025-05-27")])
def test_what_is_offered_reaches_the_instant(days: int, expected: str) -> None:
    at = NOW - timedelta(days=days)
    assert since(at, LONDON, NOW) == expected
    assert moment(expected, NOW, LONDON) <= at
