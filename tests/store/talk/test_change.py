"""Before and after: the intervals against published values, and what they say of small counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.talk.change import Change, Counted, wilson

COUNTS = st.integers(0, 2000)


def counted(voices: int = 0, days: float = 28, unhappy: int = 0, clear: int = 0) -> Counted:
    return Counted(days, voices, voices, unhappy, clear)


def test_wilson_as_published() -> None:
    """Newcombe 1998, table I: 81 of 263 has 0.2553 to 0.3662, 0 of 20 has 0 to 0.1611."""
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=1e-4)


def test_the_difference_as_published() -> None:
    """Newcombe 1998, table II, contrast a: 56/70 less 48/80 is 0.2000, 0.0524 to 0.3339."""
    found = Change(counted(unhappy=48, clear=80), counted(unhappy=56, clear=70)).mood
    assert found
    assert (found.value, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=1e-4)


def test_many_fewer_is_sure_and_two_fewer_is_not() -> None:
    clear = Change(counted(40), counted(8)).volume
    slight = Change(counted(5), counted(3)).volume
    assert clear and clear.sure and clear.value == pytest.approx(-0.8)
    assert slight and not slight.sure


def test_a_longer_stretch_is_not_compared_with_a_shorter_one() -> None:
    """Ten people who speak of it every week are ten in one week and ten in four: no rise."""
    assert Change(counted(10), counted(10, days=7)).volume is None


def test_without_a_before_or_an_after_nothing_is_said() -> None:
    assert Change(counted(0), counted(5)).volume is None
    assert Change(counted(5), counted(0, days=0)).volume is None
    assert Change(counted(clear=0), counted(clear=3)).mood is None


@given(COUNTS, COUNTS, COUNTS, COUNTS)
def test_an_interval_holds_what_was_counted(before: int, after: int, unhappy: int, clear: int) -> None:
    volume = Change(counted(before + 1), counted(after)).volume
    assert volume and volume.low <= volume.value + 0.02 and volume.high >= volume.value - 0.02
    mood = Change(counted(unhappy=min(unhappy, clear), clear=clear + 1), counted(unhappy=before, clear=before + 1)).mood
    assert mood and -1 <= mood.low <= mood.value <= mood.high <= 1
