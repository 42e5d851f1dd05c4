"""What is running on this machine and where: the notes that `soundings up` and the stages leave.

A note is true only while its process lives. Knows nothing of what a stage does.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import socket
import time
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from soundings.errors import NothingRunning
from soundings.files import write_private
from soundings.settings import Settings

BEAT = 2.0
"""Seconds between two heartbeats of a stage."""
STALE = 15.0
"""Seconds without a heartbeat after which a stage counts as silent."""
FORGOTTEN = 24 * 3600.0
"""Seconds after which the last sign of life from another machine says nothing any more."""


@dataclass(frozen=True)
class Pulse:
    """The last sign of life of one process of a stage."""

    stage: str
    host: str
    pid: int
    beat_at: float
    doing: str
    health: str = ""
    """The address below which it answers /health and /metrics."""
    waiting_for: dict[str, str] | None = None
    growing: dict[str, str] = field(default_factory=dict)
    """Queue -> since when it has only grown."""
    learnt: dict[str, Any] | None = None
    """What a reader has learnt of officers' corrections (`soundings/learnt.py`)."""

    def alive(self, now: float) -> bool:
        """Whether the stage beat lately and, when it is on this machine, its process lives."""
        return now - self.beat_at < STALE and (self.host != socket.gethostname() or is_running(self.pid))


KNOWN = {one.name for one in fields(Pulse)}
"""What this version knows of a pulse: another version's may have more."""


def beat(settings: Settings, stage: str, doing: str, **more: Any) -> None:
    """Leave a sign of life; `more` are further fields of `Pulse`."""
    host, pid = socket.gethostname(), os.getpid()
    note = {"stage": stage, "host": host, "pid": pid, "beat_at": time.time(), "doing": doing, **more}
    write_private(_pulse_path(settings, stage, host, pid), json.dumps(note))


def begin_beating(settings: Settings, stage: str) -> None:
    """Remove the last signs of this stage's processes that are dead: else every restart would leave one."""
    now = time.time()
    for pulse in pulses(settings):
        dead_here = pulse.host == socket.gethostname() and not is_running(pulse.pid)
        if pulse.stage == stage and (dead_here or now - pulse.beat_at > FORGOTTEN):
            _pulse_path(settings, stage, pulse.host, pulse.pid).unlink(missing_ok=True)


def pulses(settings: Settings) -> list[Pulse]:
    """The last sign of life of each process of a stage in this home, the newest first: nlp may have several."""
    found = []
    for path in (settings.run / "pulse").glob("*.json"):
        with contextlib.suppress(OSError, ValueError, TypeError):  # damaged
            note = json.loads(path.read_text(encoding="utf-8"))
            found.append(Pulse(**{name: note[name] for name in note if name in KNOWN}))
    return sorted(found, key=lambda pulse: pulse.beat_at, reverse=True)


def _pulse_path(settings: Settings, stage: str, host: str, pid: int) -> Path:
    return settings.run / "pulse" / f"{stage}@{host}-{pid}.json"


def is_running(pid: int) -> bool:
    """Whether a process of this machine lives (a zombie does not)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return True


def note_path(settings: Settings) -> Path:
    """The note that `soundings up` keeps while it runs."""
    return settings.run / "up.json"


def read_note(settings: Settings) -> dict[str, Any] | None:
    """What `soundings up` runs here, or None when it does not run."""
    try:
        note: dict[str, Any] = json.loads(note_path(settings).read_text(encoding="utf-8"))
        return note if is_running(int(note["pid"])) and _is_held(settings) else None
    except (OSError, ValueError, KeyError):
        return None


def lock_path(settings: Settings) -> Path:
    """The file that `soundings up` and all it starts hold locked."""
    return settings.run / "up.lock"


def _is_held(settings: Settings) -> bool:
    """Whether anybody holds the lock. A process number alone may long be another program's, in a container for sure."""
    with lock_path(settings).open("rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def found(settings: Settings) -> Settings:
    """The settings with the addresses of what runs here filled in. Raises NothingRunning."""
    if settings.nats_url:
        return settings
    note = read_note(settings)
    if note is None or not note.get("nats_url"):
        raise NothingRunning(f"Nothing is running in {settings.home}. Start it with `soundings up`, then try again.")
    return settings.model_copy(update={"nats_url": note["nats_url"], "nats_token_file": Path(note["nats_token_file"])})
