"""When what an own page no longer shows is believed to be gone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from listeners.unlisted import Trust, believed, is_later, trust
from tests.listeners.kit import NOON


@pytest.mark.parametrize(
    ("shown", "missing", "all_missing", "others_well", "how"),
    [
        (1, 1, 4, False, Trust.EACH),
        (0, 1, 1, True, Trust.DAILY),
        (1, 3, 4, False, Trust.DAILY),
        (620, 5, 5, False, Trust.DAILY),
        (9, 1, 40, False, Trust.DAILY),
        (0, 5, 5, True, Trust.DAILY),
        (0, 5, 5, False, Trust.NONE),
        (1, 19, 19, False, Trust.NONE),
        (0, 1, 7, False, Trust.NONE),
    ],
)
def test_how_far_a_listing_is_trusted(
    shown: int, missing: int, all_missing: int, others_well: bool, how: Trust
) -> None:
    assert trust(shown, missing, all_missing, others_well) is how


def test_each_listing_counts_until_the_third() -> None:
    state: dict[str, Any] = {}
    assert believed(state, {"a", "b"}, Trust.EACH, NOON) == [] and state["soon"]
    assert believed(state, {"a"}, Trust.EACH, NOON) == [] and state["missing"] == {"a": 2}, "one was shown again"
    assert believed(state, {"a", "b"}, Trust.EACH, NOON) == ["a"] and state["missing"] == {"b": 1}


def test_only_one_listing_a_day_counts() -> None:
    state: dict[str, Any] = {}
    for hours in (0, 1, 2, 21, 22, 40):
        assert believed(state, {"a"}, Trust.DAILY, NOON + timedelta(hours=hours)) == [] and not state["soon"]
    assert believed(state, {"a"}, Trust.DAILY, NOON + timedelta(hours=41)) == ["a"]


def test_what_is_not_trusted_counts_never() -> None:
    state: dict[str, Any] = {}
    for days in range(9):
        assert believed(state, {"a"}, Trust.NONE, NOON + timedelta(days=days)) == []
    assert state["missing"] == {"a": 0}, "but it is known that it is missing"


def test_a_clock_that_was_ahead_neither_stops_the_count_nor_hastens_it() -> None:
    state: dict[str, Any] = {}
    believed(state, {"a"}, Trust.DAILY, NOON + timedelta(days=400))
    assert is_later({"listed": state["counted"]}, "listed", NOON)
    for days in (0, 1):
        assert believed(state, {"a"}, Trust.DAILY, NOON + timedelta(days=days)) == []
    assert believed(state, {"a"}, Trust.DAILY, NOON + timedelta(days=2)) == ["a"]
