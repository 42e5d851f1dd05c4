"""What works unseen and everybody relies on: the last sweep and the last backup, and when either is overdue.

Reads the notes that they leave. Knows nothing of how they are made.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from soundings.alarms import Alarm, Told, length
from soundings.backup import made_here
from soundings.cli import load
from soundings.instants import iso, noted
from soundings.settings import Settings

SWEEP = "store.nightly:read"
PATIENCE = timedelta(hours=4)
"""How long a sweep may fail: what was removed must be gone within 24 hours, and a sweep is due after 20."""
OVERDUE = timedelta(hours=48)
"""Age of the newest backup at which one day's was missed for sure."""


@dataclass(frozen=True)
class Upkeep:
    """When each last went well; None where it never did, or where none is made."""

    swept_at: datetime | None
    backed_up_at: datetime | None
    backs_up: bool
    alarms: tuple[Told, ...] = ()

    def note(self) -> dict[str, Any]:
        """What `status --json` shows."""
        swept, backed_up = (moment and iso(moment) for moment in (self.swept_at, self.backed_up_at))
        return {"swept_at": swept, "backed_up_at": backed_up, "backs_up": self.backs_up}


def look(settings: Settings, now: datetime) -> Upkeep:
    """How the installation in this home is kept up."""
    sweep: dict[str, Any] = load(SWEEP)(settings)
    made = [one.made_at for _, one in made_here(settings, settings.backups_path)]
    newest = max(made, default=None)
    backs_up = settings.backups_kept > 0
    alarms = [*_sweep(sweep, now), *(_backup(newest, now) if backs_up else ())]
    return Upkeep(noted(sweep.get("well_at")), newest, backs_up, tuple(alarms))


def _sweep(note: dict[str, Any], now: datetime) -> Iterator[Told]:
    found = set().union(*dict(note.get("found") or {}).values())
    if found:
        yield Told(Alarm.STAYS, "", Alarm.STAYS.sentence.format(count=f"{len(found):,}"))
    since = noted(note.get("failing_since"))
    if since and now - since > PATIENCE and not found:
        yield Told(Alarm.UNSWEPT, "", Alarm.UNSWEPT.sentence.format(age=length(now - since)))


def _backup(newest: datetime | None, now: datetime) -> Iterator[Told]:
    if newest and now - newest > OVERDUE:
        yield Told(Alarm.NO_BACKUP, "", Alarm.NO_BACKUP.sentence.format(age=length(now - newest)))
