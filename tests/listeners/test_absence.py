"""What is believed when a server no longer shows something."""

from __future__ import annotations

from datetime import timedelta

import pytest

from listeners.absence import SEVERAL, TIMES, Absence, LongAbsence
from tests.listeners.kit import NOON

MANY = [f"n{number}" for number in range(SEVERAL)]


def test_a_few_are_believed_at_once() -> None:
    assert Absence({}).gone(MANY[1:]) == MANY[1:] and Absence({}).gone([]) == []


def test_many_are_believed_when_it_was_so_three_times() -> None:
    absence = Absence({})
    for _ in range(TIMES - 1):
        assert absence.gone(MANY) == []
        absence = Absence(absence.times)  # as after a start
    assert absence.gone(MANY) == MANY and absence.times == {}


def test_what_was_shown_between_begins_anew() -> None:
    absence = Absence({})
    absence.gone(MANY)
    absence.gone(MANY)
    absence.shown(["n0", "stranger"])
    assert absence.gone(MANY) == MANY[1:] and absence.times == {"n0": 1}


def days(absence: LongAbsence, names: list[str], *hours: float) -> list[int]:
    """How many are believed to be gone after rounds at these hours; each as after a start."""
    found = []
    for hour in hours:
        absence = LongAbsence(absence.state)
        found.append(len(absence.gone(names, NOON + timedelta(hours=hour), some_shown=True)))
    return found


def test_by_days_a_few_are_believed_on_the_second_and_many_on_the_third() -> None:
    assert days(LongAbsence({}), MANY[1:], 0, 6, 12, 18, 24) == [0, 0, 0, 0, SEVERAL - 1]
    assert days(LongAbsence({}), MANY, 0, 12, 24, 36, 48) == [0, 0, 0, 0, SEVERAL]


def test_by_days_nothing_is_believed_while_nothing_is_shown() -> None:
    absence = LongAbsence({})
    for day in range(9):
        assert absence.gone(MANY[1:], NOON + timedelta(days=day), some_shown=False) == []
    assert absence.state == {}


def test_by_days_what_was_shown_begins_anew() -> None:
    absence = LongAbsence({})
    days(absence, ["n0", "n1"], 0)
    absence.gone(["n0", "n1"], NOON, some_shown=True)
    absence.shown(["n0"])
    assert absence.gone(["n0", "n1"], NOON + timedelta(days=1), some_shown=True) == ["n1"]


@pytest.mark.parametrize("ahead", [1, 24 * 400])
def test_a_round_by_a_clock_that_was_ahead_is_no_second_day(ahead: float) -> None:
    absence = LongAbsence({})
    absence.gone(["n0"], NOON + timedelta(hours=ahead), some_shown=True)
    assert absence.gone(["n0"], NOON, some_shown=True) == []
    assert absence.gone(["n0"], NOON + timedelta(days=1), some_shown=True) == ["n0"]


def test_what_an_earlier_version_noted_counts_for_nothing() -> None:
    assert LongAbsence({"n0": 2}).gone(["n0"], NOON, some_shown=True) == []
