"""When a night's reading begins. What it reads: `test_open311.py`."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from listeners.open311_rereading import next_night


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-07-10T00:30:00+01:00", "2026-07-10T02:00:00+01:00"),
        ("2026-07-10T02:00:00+01:00", "2026-07-11T02:00:00+01:00"),
        ("2026-10-24T12:00:00+01:00", "2026-10-25T02:00:00+00:00"),
    ],
)
def test_a_night_begins_at_two_in_the_councils_time(now: str, then: str) -> None:
    found = next_night(datetime.fromisoformat(now).astimezone(UTC), ZoneInfo("Europe/London"))
    assert found == datetime.fromisoformat(then)
