"""`soundings status`: what runs, how much came through, what is missing.

Every total is derived from what is durable (ledgers, bus, store), never from a counter that a crash could
falsify. Asks the stages' own `status` modules, named by string.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import Callable, Sequence
from typing import Any

from soundings import runtime
from soundings import settings as settings_module
from soundings.cli import STAGES, load
from soundings.errors import NothingRunning, OursFailed
from soundings.settings import Settings
from soundings.streams import NOTICES, POSTS, READINGS, REJECTED

LEDGERS = "listeners.status:totals"
STORE = "store.status:totals"
GAPS = "store.status:gaps"
NOTHING_RUNS = 3


def main(arguments: Sequence[str]) -> int:
    """Print the status. Exit code 3 while nothing runs."""
    parser = argparse.ArgumentParser(prog="soundings status", description="What runs and how much came through.")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--stage", choices=STAGES, help="only say whether this stage lives: exit code 0, else 3")
    options = parser.parse_args(arguments)
    settings = settings_module.load()
    if options.stage:
        pulse = runtime.pulses(settings).get(options.stage)
        return 0 if pulse and pulse.alive(time.time()) else NOTHING_RUNS
    status = gather(settings)
    print(json.dumps(status, indent=1) if options.json else describe(settings, status))
    return 0 if any(stage["running"] for stage in status["stages"].values()) else NOTHING_RUNS


def gather(settings: Settings) -> dict[str, Any]:
    """The whole status. `totals` are None where what holds them does not answer."""
    note = runtime.read_note(settings)
    held = {**_bus(settings), **_ask(lambda: load(STORE)(settings)), **_ask(lambda: load(LEDGERS)(settings))}
    return {
        "stages": _stages(settings, note),
        "totals": _totals(held),
        "gaps": _ask(lambda: {"gaps": load(GAPS)(settings)}).get("gaps", []),
        "page": note.get("page", "") if note else "",
    }


def _ask(question: Callable[[], Any]) -> dict[str, Any]:
    try:
        return dict(question())
    except (OursFailed, NothingRunning):
        return {}


def _stages(settings: Settings, note: dict[str, Any] | None) -> dict[str, Any]:
    found = runtime.pulses(settings)
    started = note["stages"] if note else {}
    return {name: _stage(found.get(name), started.get(name)) for name in [*STAGES, *(["bus"] if note else [])]}


def _stage(pulse: runtime.Pulse | None, started: dict[str, Any] | None) -> dict[str, Any]:
    """A stage runs when its process lives and beats; the bus, and a stage that has only begun, do not beat."""
    alive = bool(pulse and pulse.alive(time.time()))
    if started is not None:
        silent = bool(pulse and pulse.pid == started["pid"] and not alive)
        lives = started["state"] == "running" and runtime.is_running(started["pid"])
        return {**started, "running": lives and not silent, **({"state": "silent"} if lives and silent else {})}
    return {"running": alive, "state": "running" if alive else "stopped", "pid": pulse.pid if pulse else None}


def _totals(held: dict[str, Any]) -> dict[str, int | None]:
    """What each step has come to. `read`: posts whose reading is stored or on its way. `rejected`: of the last seven
    days, and so `collected`, which is what was published and what was rejected."""

    def add(*names: str) -> int | None:
        values = [held.get(name) for name in names]
        return None if None in values else sum(value for value in values if value is not None)

    return {
        "collected": add("published", "rejected"),
        "published": held.get("published"),
        "read": add("stored", "readings waiting"),
        "stored": held.get("stored"),
        "rejected": held.get("rejected"),
        "retracted": held.get("retracted"),
        "waiting": add("posts waiting", "readings waiting", "notices waiting"),
    }


def _bus(settings: Settings) -> dict[str, int]:
    try:
        return asyncio.run(asyncio.wait_for(_ask_bus(runtime.found(settings)), 5))
    except (NothingRunning, OursFailed, OSError, TimeoutError):
        return {}


async def _ask_bus(settings: Settings) -> dict[str, int]:
    from soundings.bus import TROUBLE, make_broker  # heavy: only when there is a bus to ask

    broker = make_broker(settings, "status")
    try:
        client = await broker.connect()
        stream = client.jetstream(timeout=2).stream_info
        counts = {}
        for name in (POSTS.name, READINGS.name, NOTICES.name):
            state = (await stream(name, subjects_filter=">")).state
            counts[f"{name} waiting"] = sum(
                _posts(subject) * count for subject, count in (state.subjects or {}).items()
            )
        counts["rejected"] = (await stream(REJECTED.name)).state.messages
    except TROUBLE as error:
        raise OursFailed("the bus does not answer") from error
    finally:
        await broker.stop()
    return counts


def _posts(subject: str) -> int:
    """How many items the envelopes of a subject hold: its last part says so."""
    last = subject.rpartition(".")[2]
    return int(last) if last.isdigit() else 1


def describe(settings: Settings, status: dict[str, Any]) -> str:
    """The status for people."""
    lines = [f"Soundings in {settings.home}" + (f", page {status['page']}" if status["page"] else "")]
    for name, stage in status["stages"].items():
        count = stage.get("restarts", 0)
        restarts = f", restarted {count} {'time' if count == 1 else 'times'}" if count else ""
        lines.append(f"  {name:<10} {stage['state']}{restarts}")
    shown = ", ".join(f"{name} {'?' if value is None else f'{value:,}'}" for name, value in status["totals"].items())
    lines.append(f"  posts: {shown}")
    lines += [
        f"  gap: {gap['source']} from {gap['start']} to {gap['end'] or 'now'}: {gap['why']}" for gap in status["gaps"]
    ]
    if not any(stage["running"] for stage in status["stages"].values()):
        lines.append("  Nothing runs. Start it with `soundings up`, or `soundings demo` for the invented sample.")
    return "\n".join(lines)
