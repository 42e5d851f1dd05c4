"""`soundings status`: what runs, who waits for whom, how much came through, what is missing.

Every total is derived from what is durable (ledgers, bus, store), never from a counter that a crash could
falsify. Asks the stages' own `status` modules, named by string. Its words are `soundings.status_words`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from soundings import runtime, status_words, upkeep
from soundings import settings as settings_module
from soundings.cli import STAGES, load
from soundings.errors import NothingRunning, OursFailed
from soundings.runtime import Pulse
from soundings.settings import Settings
from soundings.streams import REJECTED

LEDGERS = "listeners.status:totals"
SPENT = "listeners.status:spent"
STORE = "store.status:totals"
GAPS = "store.status:gaps"
SOURCES = "listeners.status:sources"
NOTHING_RUNS = 3


def main(arguments: Sequence[str]) -> int:
    """Print the status. Exit code 3 while nothing runs."""
    parser = argparse.ArgumentParser(prog="soundings status", description="What runs and how much came through.")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--stage", choices=STAGES, help="only say whether this stage lives: exit code 0, else 3")
    options = parser.parse_args(arguments)
    settings = settings_module.load()
    if options.stage:
        now = time.time()
        lives = any(pulse.stage == options.stage and pulse.alive(now) for pulse in runtime.pulses(settings))
        return 0 if lives else NOTHING_RUNS
    status = gather(settings)
    print(json.dumps(status, indent=1) if options.json else status_words.describe(settings, status))
    return 0 if any(stage["running"] for stage in status["stages"].values()) else NOTHING_RUNS


@dataclass(frozen=True)
class _Seen:
    """What the bus holds: per queue as JSON shows it, how many rejects, and what is wrong with that."""

    queues: Mapping[str, Any] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    alarms: Sequence[Mapping[str, str]] = ()


def gather(settings: Settings) -> dict[str, Any]:
    """The whole status. `totals` are None where what holds them does not answer."""
    note, pulses = runtime.read_note(settings), runtime.pulses(settings)
    kept = upkeep.look(settings, datetime.now(UTC))
    seen = _bus(settings, pulses)
    held = {**seen.counts, **_ask(lambda: load(STORE)(settings)), **_ask(lambda: load(LEDGERS)(settings))}
    return {
        "stages": _stages(pulses, note),
        "sources": _ask(lambda: {"sources": load(SOURCES)(settings)}).get("sources", []),
        "totals": _totals(held),
        "queues": seen.queues,
        "alarms": [*seen.alarms, *(told.note() for told in kept.alarms)],
        "upkeep": kept.note(),
        "learnt": _learnt(pulses),
        "spent": _ask(lambda: load(SPENT)(settings)),
        "gaps": _ask(lambda: {"gaps": load(GAPS)(settings)}).get("gaps", []),
        "page": note.get("page", "") if note else "",
    }


def _ask(question: Callable[[], Any]) -> dict[str, Any]:
    try:
        return dict(question())
    except (OursFailed, NothingRunning):
        return {}


def _stages(found: Sequence[Pulse], note: dict[str, Any] | None) -> dict[str, Any]:
    """Each stage as `soundings up` (`note`) and the pulses of its processes tell of it."""
    started, names = note["stages"] if note else {}, [*STAGES, *(["bus"] if note else [])]
    return {name: _stage([one for one in found if one.stage == name], started.get(name)) for name in names}


def _stage(found: Sequence[Pulse], started: dict[str, Any] | None) -> dict[str, Any]:
    """A stage runs when a process of it lives and beats; the bus, and a stage that has only begun, do not beat.

    Told is what the process says that `soundings up` started, or else the one that beat last.
    """
    now, host = time.time(), socket.gethostname()
    workers = {"workers": sum(pulse.alive(now) for pulse in found)}
    if started is None:
        pulse = found[0] if found else None
        alive = bool(pulse and pulse.alive(now))
        state = {"running": alive, "state": "running" if alive else "stopped", "pid": pulse.pid if pulse else None}
        return {**state, **_told(pulse, now), **workers}
    pulse = next((one for one in found if (one.host, one.pid) == (host, started["pid"])), None)
    silent = bool(pulse and not pulse.alive(now))
    lives = started["state"] == "running" and runtime.is_running(started["pid"])
    shown = {**started, "running": lives and not silent, **({"state": "silent"} if lives and silent else {})}
    return {**shown, **_told(pulse, now), **workers}


def _told(pulse: Pulse | None, now: float) -> dict[str, Any]:
    if pulse and pulse.alive(now):
        return {"waiting_for": pulse.waiting_for, "health": pulse.health}
    return {"waiting_for": None, "health": ""}


def _learnt(found: Sequence[Pulse]) -> dict[str, Any] | None:
    """What the readers have learnt of officers' corrections: as the one says that is furthest behind, or stuck."""
    now = time.time()
    notes = [pulse.learnt for pulse in found if pulse.learnt and pulse.alive(now)]
    return min(notes, key=lambda note: (not note["stuck"], note["told"], note["corrections"]), default=None)


def _totals(held: dict[str, Any]) -> dict[str, int | None]:
    """What each step has come to. `read`: posts whose reading is stored or on its way. `rejected`: of the last seven
    days, and so `collected`, which is what was published and what was rejected."""

    def add(*names: str) -> int | None:
        values = [held.get(name) for name in names]
        return None if None in values else sum(value for value in values if value is not None)

    return {
        "collected": add("published", "rejected"),
        "published": held.get("published"),
        "cut": held.get("cut"),
        "read": add("stored", "readings waiting"),
        "stored": held.get("stored"),
        "rejected": held.get("rejected"),
        "retracted": held.get("retracted"),
        "waiting": add("posts waiting", "readings waiting", "notices waiting"),
    }


def _bus(settings: Settings, pulses: Sequence[Pulse]) -> _Seen:
    now = datetime.now(UTC)
    growing = {
        name: datetime.fromisoformat(since)
        for pulse in pulses
        if pulse.alive(now.timestamp())
        for name, since in pulse.growing.items()
    }
    try:
        return asyncio.run(asyncio.wait_for(_ask_bus(runtime.found(settings), growing, now), 5))
    except (NothingRunning, OursFailed, OSError, TimeoutError):
        return _Seen()


async def _ask_bus(settings: Settings, growing: Mapping[str, datetime], now: datetime) -> _Seen:
    from soundings import alarms, queues  # heavy: only when there is a bus to ask
    from soundings.bus import TROUBLE
    from soundings.connecting import make_broker

    broker = make_broker(settings, "status")
    try:
        seen = await queues.look(await broker.connect())
    except TROUBLE as error:
        raise OursFailed("the bus does not answer") from error
    finally:
        await broker.stop()
    counts = {f"{name} waiting": seen[name].items for name in queues.READ_BY}
    return _Seen(
        queues={name: seen[name].note(now) for name in queues.READ_BY},
        counts={**counts, "rejected": seen[REJECTED.name].envelopes},
        alarms=[told.note() for told in alarms.of(seen, growing, now)],
    )
