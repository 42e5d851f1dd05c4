"""Notes on what runs are believed only while their process lives."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from soundings import runtime
from soundings.errors import NothingRunning
from soundings.files import make_private_folder, write_private
from soundings.settings import Settings

GONE = 2**22 + 1
"""A process id above what Linux gives out by default."""


@pytest.fixture
def held(settings: Settings) -> Iterator[None]:
    """The lock of a running `up`."""
    make_private_folder(settings.run)
    with runtime.lock_path(settings).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def leave_note(settings: Settings, pid: int) -> None:
    note = {"pid": pid, "nats_url": "nats://127.0.0.1:1", "nats_token_file": "t", "page": "p", "stages": {}}
    write_private(runtime.note_path(settings), json.dumps(note))


@pytest.mark.usefixtures("held")
def test_a_note_of_a_living_process_is_believed(settings: Settings) -> None:
    leave_note(settings, os.getpid())
    assert runtime.found(settings).nats_url == "nats://127.0.0.1:1"


def test_a_note_whose_number_another_program_has_now_is_not(settings: Settings) -> None:
    """After a crash, in a container: whoever starts first has the number 1 again."""
    leave_note(settings, os.getpid())
    runtime.lock_path(settings).touch()
    assert runtime.read_note(settings) is None


@pytest.mark.usefixtures("held")
def test_a_note_of_a_dead_process_is_not(settings: Settings) -> None:
    leave_note(settings, GONE)
    with pytest.raises(NothingRunning, match="Start it with `soundings up`"):
        runtime.found(settings)


def test_a_damaged_note_is_none(settings: Settings) -> None:
    write_private(runtime.note_path(settings), "{")
    assert runtime.read_note(settings) is None


def test_a_configured_bus_needs_no_note(settings: Settings) -> None:
    configured = settings.model_copy(update={"nats_url": "nats://bus:4222"})
    assert runtime.found(configured) is configured


def test_a_stage_that_stopped_beating_is_not_alive(settings: Settings) -> None:
    runtime.beat(settings, "nlp", "running")
    [pulse] = runtime.pulses(settings)
    assert pulse.alive(pulse.beat_at + 1)
    assert not pulse.alive(pulse.beat_at + runtime.STALE)


def test_who_begins_removes_what_the_dead_of_the_same_stage_left(settings: Settings) -> None:
    pulse_of = settings.run / "pulse"
    for stage, host, pid, age in [
        ("nlp", socket.gethostname(), GONE, 0.0),
        ("nlp", "another-host", 7, 1.0),
        ("nlp", "a-host-of-last-week", 7, runtime.FORGOTTEN + 1),
        ("store", socket.gethostname(), GONE, 0.0),
    ]:
        note = {"stage": stage, "host": host, "pid": pid, "beat_at": time.time() - age, "doing": "running"}
        write_private(pulse_of / f"{stage}@{host}-{pid}.json", json.dumps(note))
    runtime.begin_beating(settings, "nlp")
    assert {(one.stage, one.host) for one in runtime.pulses(settings)} == {
        ("nlp", "another-host"),
        ("store", socket.gethostname()),
    }


def test_a_zombie_does_not_run() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child_state = os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # ended, and not yet buried
    assert child_state
    assert not runtime.is_running(child.pid)
    child.wait()
