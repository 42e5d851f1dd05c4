"""A backup a day: when one is due, one at a time, and a failure that is said and stops nothing."""

from __future__ import annotations

import errno
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from soundings.daily import AGAIN, COMMAND, EVERY, FIRST, DailyBackup
from soundings.errors import BadInput
from soundings.settings import Settings
from soundings.up import _Service
from tests.factories import NOON
from tests.listeners.kit import Clock
from tests.soundings.test_manifest import make


class Nursery:
    """Notes what is started; a test says how it ends."""

    def __init__(self) -> None:
        self.started: list[list[str]] = []
        self.end: Callable[[int], None] = lambda code: None

    def add_once(self, name: str, command: list[str], ended: Callable[[int], None]) -> object:
        self.started.append(command)
        self.end = ended
        return name


class Desk:
    """One schedule under test."""

    def __init__(self, settings: Settings, now: datetime = NOON) -> None:
        self.clock, self.nursery, self.told = Clock(now), Nursery(), list[str]()
        self.daily = DailyBackup(settings, self.nursery, self.told.append, self.clock)

    def after(self, pause: timedelta) -> int:
        """Let time pass; how many backups have been started so far."""
        self.clock.now += pause
        self.daily.tend()
        return len(self.nursery.started)


@pytest.fixture
def folder(settings: Settings) -> Path:
    settings.backups_path.mkdir(parents=True)
    return settings.backups_path


def made_for(settings: Settings, folder: Path, days: int, daily: bool = True) -> None:
    make(folder, days, daily=daily, home=str(settings.home.resolve()))


def test_the_first_comes_some_time_after_the_start_and_the_next_a_day_later(settings: Settings, folder: Path) -> None:
    desk = Desk(settings)
    assert desk.after(FIRST - timedelta(seconds=1)) == 0
    assert desk.after(timedelta(seconds=1)) == 1
    assert desk.nursery.started == [COMMAND]
    assert desk.after(EVERY * 3) == 1, "one at a time"
    made_for(settings, folder, 3)
    desk.nursery.end(0)
    assert desk.after(timedelta(0)) == 1
    assert desk.after(EVERY) == 2


def test_a_restart_does_not_make_one_more(settings: Settings, folder: Path) -> None:
    made_for(settings, folder, 0)
    desk = Desk(settings, NOON + timedelta(hours=20))
    assert desk.after(timedelta(hours=3, minutes=59)) == 0
    assert desk.after(timedelta(minutes=1)) == 1


@pytest.mark.parametrize("other", ["by hand", "of another home"])
def test_what_was_not_made_by_the_service_here_does_not_count(settings: Settings, folder: Path, other: str) -> None:
    if other == "by hand":
        made_for(settings, folder, 0, daily=False)
    else:
        make(folder, 0, daily=True)
    assert Desk(settings).after(FIRST) == 1


def test_a_failure_is_said_and_tried_again_in_an_hour(settings: Settings, folder: Path) -> None:
    desk = Desk(settings)
    desk.after(FIRST)
    desk.nursery.end(1)
    assert "THE DAILY BACKUP FAILED (code 1)" in desk.told[0]
    assert desk.after(AGAIN - timedelta(seconds=1)) == 1
    assert desk.after(timedelta(seconds=1)) == 2


@pytest.mark.parametrize("error", [OSError(errno.EAGAIN, "Try again"), BadInput("no folder")])
def test_one_that_cannot_be_started_is_said_and_tried_again_in_an_hour(
    settings: Settings, folder: Path, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(settings)

    def refuse(*_: object) -> object:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(desk.nursery, "add_once", refuse)
        assert desk.after(FIRST) == 0
    assert "THE DAILY BACKUP FAILED: it could not be started" in desk.told[0]
    assert desk.after(AGAIN - timedelta(seconds=1)) == 0
    assert desk.after(timedelta(seconds=1)) == 1


def test_none_is_made_of_the_demonstration_or_when_none_is_kept(settings: Settings) -> None:
    def makes_one(real: bool, kept: int) -> bool:
        return _Service(settings.model_copy(update={"backups_kept": kept}), -1, 0, real=real)._daily is not None

    assert makes_one(True, 1)
    assert not makes_one(False, 7)
    assert not makes_one(True, 0)


def test_one_dated_in_the_future_delays_by_a_day_at_most(settings: Settings, folder: Path) -> None:
    made_for(settings, folder, 300)
    desk = Desk(settings)
    assert desk.after(FIRST + EVERY) == 1
