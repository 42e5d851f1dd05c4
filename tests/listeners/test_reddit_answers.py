"""Reddit's counts and refusals."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listeners.reddit_answers import APART, LONGEST, Closed, Expired, NotLetIn, Pace, Unanswered, refusal
from tests.listeners.kit import NOON


def pace(left: str | None, reset: str | None) -> float:
    one = Pace()
    assert one.wait(NOON) == 0
    headers = {"x-ratelimit-remaining": left, "x-ratelimit-reset": reset}
    one.heard({name: value for name, value in headers.items() if value is not None}, NOON)
    return one.wait(NOON)


@pytest.mark.parametrize(
    ("left", "reset", "wait"),
    [
        ("996.0", "600", 600 / 996),
        ("10.0", "300", 30.0),
        ("1.0", "590", 590.0),
        ("0.0", "42", 42.0),
        ("-1", "42", APART),
        ("0", "0", APART),
        (None, "42", APART),
        ("many", "42", APART),
        ("nan", "42", APART),
        ("0", "1e300", LONGEST.total_seconds()),
        ("0", "inf", APART),
    ],
)
def test_what_is_left_is_spread(left: str | None, reset: str | None, wait: float) -> None:
    assert pace(left, reset) == pytest.approx(wait, abs=1e-5)


@given(st.none() | st.text(max_size=8) | st.floats().map(str), st.none() | st.text(max_size=8) | st.floats().map(str))
def test_whatever_it_counts_the_wait_is_one(left: str | None, reset: str | None) -> None:
    assert 0 <= pace(left, reset) <= LONGEST.total_seconds()


def test_a_clock_that_was_set_back_keeps_nobody_waiting() -> None:
    one = Pace()
    one.heard({}, NOON)
    assert one.wait(NOON - timedelta(days=3)) == LONGEST.total_seconds()
    assert one.wait(NOON + timedelta(days=3)) == 0


@pytest.mark.parametrize(
    ("status", "login", "kind"),
    [
        (200, False, None), (429, False, Unanswered), (500, True, Unanswered), (503, False, Unanswered),
        (401, False, Expired), (401, True, NotLetIn), (400, True, NotLetIn), (403, False, Closed),
        (404, False, Closed), (302, False, Closed), (418, False, Closed),
    ],
)  # fmt: skip
def test_what_a_refusal_means(status: int, login: bool, kind: type[Exception] | None) -> None:
    found = refusal(status, {}, "", login, NOON)
    assert found is None if kind is None else isinstance(found, kind)


@pytest.mark.parametrize(("status", "gone"), [(404, True), (302, True), (403, False)])
def test_what_is_gone_is_not_only_closed(status: int, gone: bool) -> None:
    found = refusal(status, {}, "", False, NOON)
    assert isinstance(found, Closed) and found.gone is gone


@given(st.integers(100, 999), st.dictionaries(st.sampled_from(["retry-after", "x-ratelimit-reset"]), st.text()))
def test_whatever_it_answers_is_a_decision(status: int, headers: dict[str, str]) -> None:
    found = refusal(status, headers, "odd", False, NOON)
    assert found is None or isinstance(found, Unanswered | Expired | Closed)
    if isinstance(found, Unanswered):
        assert timedelta(0) <= found.wait <= timedelta(days=1)
