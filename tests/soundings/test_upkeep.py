"""The sweep and the backup, as `soundings status` tells of them: when they went well, and when they are overdue."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from soundings import upkeep
from soundings.files import make_private_folder, write_private
from soundings.settings import Settings
from tests.factories import NOON
from tests.soundings.test_manifest import make
from tests.soundings.test_status_words import told

HOUR = timedelta(hours=1)


def swept(settings: Settings, **note: Any) -> None:
    """The note of the last sweep, an hour ago unless told otherwise."""
    at = (NOON - HOUR).isoformat()
    write_private(settings.run / "sweep.json", json.dumps({"at": at, "well_at": at, "found": {}, **note}))


def backed_up(settings: Settings, hours: int) -> None:
    """A backup of this home so many hours ago."""
    make(make_private_folder(settings.backups_path), -hours / 24, home=str(settings.home.resolve()))


def alarms(settings: Settings, now: datetime = NOON) -> list[str]:
    return [one.says for one in upkeep.look(settings, now).alarms]


def test_a_new_home_has_neither_and_no_alarm(settings: Settings) -> None:
    assert upkeep.look(settings, NOON).note() == {"swept_at": None, "backed_up_at": None, "backs_up": True}
    assert alarms(settings) == []


def test_when_each_last_went_well(settings: Settings) -> None:
    swept(settings)
    backed_up(settings, 2)
    backed_up(settings, 30)
    seen = upkeep.look(settings, NOON)
    assert (seen.swept_at, seen.backed_up_at, seen.alarms) == (NOON - HOUR, NOON - 2 * HOUR, ())


def test_what_a_sweep_found_is_said_at_once(settings: Settings) -> None:
    swept(settings, found={"readings": ["a", "b"], "readings/detached": ["b"]}, failing_since=NOON.isoformat())
    assert alarms(settings) == ["2 removed posts are still in the files of the database: the last sweep found them."]


@pytest.mark.parametrize(("hours", "told"), [(3, 0), (6, 1)])
def test_a_sweep_that_fails_is_said_before_the_day_is_over(settings: Settings, hours: int, told: int) -> None:
    swept(settings, failed="the store does not answer", failing_since=(NOON - hours * HOUR).isoformat())
    assert len(alarms(settings)) == told


@pytest.mark.parametrize(("hours", "kept", "told"), [(47, 7, 0), (49, 7, 1), (49, 0, 0)])
def test_a_backup_that_was_missed_is_said(settings: Settings, hours: int, kept: int, told: int) -> None:
    settings = settings.model_copy(update={"backups_kept": kept})
    backed_up(settings, hours)
    assert len(alarms(settings)) == told


def test_a_damaged_note_is_none(settings: Settings) -> None:
    write_private(settings.run / "sweep.json", '{"well_at": 7, "found": {}}')
    assert upkeep.look(settings, NOON).swept_at is None


def test_in_words(settings: Settings) -> None:
    known = {"swept_at": "2026-07-01T02:10:00Z", "backed_up_at": "2026-07-01T03:00:00Z", "backs_up": True}
    said = told(settings, STAGE, upkeep=known)
    assert "swept      03:10 on 1 July, and nothing removed was left" in said
    assert "backed up  04:00 on 1 July" in said
    assert "backed up  not yet" in told(settings, STAGE, upkeep={**known, "backed_up_at": None})


STAGE: dict[str, Any] = {"state": "running", "running": True, "waiting_for": None, "health": ""}
