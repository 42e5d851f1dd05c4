"""When what a listing no longer shows is believed to be gone. Nobody says so, and a removal is for ever.

A server with a bad moment, or one that took a permission from us, answers as if there were nothing, or only a part.
So in doubt a thing stays. Knows nothing of platforms.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

TIMES = 3
"""How often in a row a listing must not show a thing before it is believed to be gone."""
SEVERAL = 5
"""From so many things on, that a page shows no more at present, it may be the server's fault."""
A_DAY_LATER = timedelta(hours=20)
"""From when on a listing is that of another day, whenever it is asked for then."""


class Trust(Enum):
    """How often a listing counts against what it does not show."""

    EACH = "each listing counts"
    DAILY = "one listing a day counts"
    NONE = "no listing counts"


def trust(shown: int, missing: int, all_missing: int, others_well: bool) -> Trust:
    """How far a listing is trusted that shows so many of the things that we hold, and so many not.

    `all_missing`: how many things the whole page does not show at present. `others_well`: what else was listed since
    this last counted did show what we hold, or the platform itself says why there is nothing.
    """
    few, sound = all_missing < SEVERAL, 0 < shown >= missing
    if few and sound:
        return Trust.EACH
    return Trust.DAILY if few or sound or others_well else Trust.NONE


def believed(state: dict[str, Any], absent: Collection[str], how: Trust, now: datetime) -> list[str]:
    """Which of these are gone: so many listings that count did not show them. The others are counted in `state`."""
    counts = bool(absent) and _counts(state, how, now)
    before = state.get("missing", {})
    times = {name: before.get(name, 0) + counts for name in sorted(absent)}
    if counts:
        state["counted"] = now.isoformat()
    state["missing"] = {name: count for name, count in times.items() if count < TIMES}
    state["soon"] = bool(state["missing"]) and how is Trust.EACH
    return [name for name, count in times.items() if count >= TIMES]


def is_later(state: dict[str, Any], name: str, now: datetime) -> bool:
    """Whether this instant was on another day, or never, or is still to come: then our clock was once ahead."""
    before = datetime.fromisoformat(state[name]) if state.get(name) else None
    return before is None or before > now or now - before >= A_DAY_LATER


def _counts(state: dict[str, Any], how: Trust, now: datetime) -> bool:
    if how is Trust.EACH:
        return True
    if state.get("counted", "") > now.isoformat():
        state["counted"] = now.isoformat()  # our clock was once ahead: the day begins anew
        return False
    return how is Trust.DAILY and is_later(state, "counted", now)
