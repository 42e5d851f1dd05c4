"""A clock that was set back or jumped ahead destroys nothing; one that is right is believed in the end."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from soundings.timekeeping import AHEAD, BACK, STEADY, Timekeeper, no_earlier
from tests.factories import NOON


class Machine:
    """A clock that can be set, and the time that always grows."""

    def __init__(self, home: Path) -> None:
        self.now, self.tick = NOON, 0.0
        self.keeper = Timekeeper(home, lambda: self.now, lambda: self.tick)

    def run(self, how_long: timedelta) -> None:
        self.now += how_long
        self.tick += how_long.total_seconds()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    made = Machine(tmp_path)
    assert made.keeper.doubt() == "", "at first there is nothing to judge it by"
    return made


@pytest.mark.parametrize("passed", [timedelta(0), timedelta(days=1), AHEAD, -BACK])
def test_what_happens_to_any_clock_is_believed(machine: Machine, passed: timedelta) -> None:
    machine.now += passed
    assert machine.keeper.doubt() == ""


@pytest.mark.parametrize(
    ("away", "how"),
    [
        (
            timedelta(days=-365),
            "was set back: it says 10 November 2025, 12:00 UTC, and the latest time known is 10 Nov",
        ),
        (-BACK - timedelta(seconds=1), "was set back"),
        (AHEAD + timedelta(seconds=1), "is far ahead"),
        (timedelta(days=400), "is far ahead"),
    ],
)
def test_what_should_not_happen_is_told_and_passes_with_its_cause(
    machine: Machine, tmp_path: Path, away: timedelta, how: str
) -> None:
    machine.now += away
    for _ in range(3):
        assert how in machine.keeper.doubt()
        assert how in Timekeeper(tmp_path, lambda: machine.now).doubt(), "another process says the same"
    machine.now -= away
    assert machine.keeper.doubt() == ""


def test_a_service_that_stood_still_for_long_is_believed_after_a_day(machine: Machine) -> None:
    machine.now += timedelta(days=90)
    assert machine.keeper.doubt()
    machine.run(STEADY - timedelta(minutes=1))
    assert machine.keeper.doubt()
    machine.run(timedelta(minutes=1))
    assert machine.keeper.doubt() == ""
    machine.run(timedelta(hours=20))
    assert machine.keeper.doubt() == ""


def test_a_clock_that_jumps_about_is_not_steady(machine: Machine) -> None:
    for days in (90, 180, 270):
        machine.now += timedelta(days=days)
        assert machine.keeper.doubt()
        machine.run(STEADY - timedelta(minutes=1))
    assert machine.keeper.doubt()
    machine.now = NOON - timedelta(days=9)
    assert machine.keeper.doubt()
    machine.run(STEADY * 2)
    assert machine.keeper.doubt(), "one that is behind is never believed by itself"


def test_an_officer_may_say_that_it_is_right(machine: Machine) -> None:
    machine.now -= timedelta(days=90)
    assert machine.keeper.doubt()
    machine.keeper.believe()
    assert machine.keeper.doubt() == ""


def test_what_is_noted_is_private_and_never_goes_back(machine: Machine, tmp_path: Path) -> None:
    path = tmp_path / "run" / "clock.json"
    assert path.stat().st_mode & 0o777 == 0o600
    machine.now -= BACK
    assert machine.keeper.doubt() == ""
    assert json.loads(path.read_text()) == {"latest": NOON.isoformat()}


def test_a_removal_is_dated_by_the_latest_time_known(machine: Machine, tmp_path: Path) -> None:
    year = timedelta(days=365)
    assert no_earlier(tmp_path, NOON - year) == NOON and no_earlier(tmp_path, NOON + year) == NOON + year
    assert no_earlier(tmp_path / "elsewhere", NOON - year) == NOON - year


@pytest.mark.parametrize("text", ["", "{", "[]", '{"latest": 7}', '{"latest": "x"}', "null"])
def test_a_damaged_note_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "clock.json").write_text(text)
    assert Timekeeper(tmp_path, lambda: NOON).doubt() == ""
    assert no_earlier(tmp_path, NOON - timedelta(days=1)) == NOON


def test_a_disk_that_takes_no_note_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("not a folder")

    def clock() -> datetime:
        return NOON

    assert Timekeeper(tmp_path, clock).doubt() == ""
