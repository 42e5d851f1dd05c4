"""What is believed when a server no longer shows something."""

from __future__ import annotations

from listeners.absence import SEVERAL, TIMES, Absence

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
