"""A child that outlives the service is found by its lock, taken down, and nobody else is."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from soundings import guard, leftovers
from soundings.errors import SoundingsError
from soundings.runtime import is_running
from tests.waiting import wait_until

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]
DEAF = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(600)",
]


@pytest.fixture
def started() -> Iterator[list[subprocess.Popen[bytes]]]:
    processes: list[subprocess.Popen[bytes]] = []
    yield processes
    for process in processes:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def start(folder: Path, name: str, command: list[str], started: list[subprocess.Popen[bytes]]) -> int:
    with leftovers.claim(folder, name) as claim:
        process = subprocess.Popen(command, start_new_session=True, pass_fds=[claim], stdout=subprocess.PIPE)
        started.append(process)
        leftovers.note(claim, process.pid)
    return process.pid


def test_what_is_left_over_is_taken_down(tmp_path: Path, started: list[subprocess.Popen[bytes]]) -> None:
    told: list[str] = []
    pids = [start(tmp_path, name, SLEEPER, started) for name in ("bus", "store")]
    leftovers.sweep(tmp_path, told.append)
    wait_until(lambda: not any(map(is_running, pids)), "their end")
    assert told == ["Left over from a service that was killed: bus, store. Taking it down first."]
    leftovers.sweep(tmp_path, told.append)
    assert len(told) == 1


def test_one_that_does_not_obey_is_killed(
    tmp_path: Path, started: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard.take_down, "__defaults__", (0.2,))
    pid = start(tmp_path, "bus", DEAF, started)
    assert started[0].stdout and started[0].stdout.readline()
    leftovers.sweep(tmp_path, lambda _: None)
    wait_until(lambda: not is_running(pid), "its end")


def test_the_id_of_a_dead_child_is_nobodys(tmp_path: Path, started: list[subprocess.Popen[bytes]]) -> None:
    """Its number may be another program's by now."""
    stranger = subprocess.Popen(SLEEPER, start_new_session=True)
    started.append(stranger)
    (tmp_path / "bus").write_text(str(stranger.pid))
    leftovers.sweep(tmp_path, lambda _: None)
    assert is_running(stranger.pid)


def test_one_whose_number_the_disk_did_not_take_is_said_and_not_waited_for(
    tmp_path: Path, started: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    bus = start(tmp_path, "bus", SLEEPER, started)

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "pwrite", full)
        store = start(tmp_path, "store", SLEEPER, started)
    with pytest.raises(SoundingsError, match=f"The store of .* still runs.*fuser {tmp_path / 'store'}"):
        leftovers.sweep(tmp_path, lambda _: None)
    wait_until(lambda: not is_running(bus), "the end of the one that has a name")
    assert is_running(store)


def test_a_number_is_written_whole_over_that_of_one_that_still_lives(
    tmp_path: Path, started: list[subprocess.Popen[bytes]]
) -> None:
    """Else a few of its digits would stay, and make another process of it."""
    with leftovers.claim(tmp_path, "bus") as before:
        leftovers.note(before, 4194303)
        with leftovers.claim(tmp_path, "bus") as claim:
            leftovers.note(claim, 77)
    assert (tmp_path / "bus").read_text() == "77"


def test_nothing_is_left_over_in_a_new_home(tmp_path: Path) -> None:
    leftovers.sweep(tmp_path / "run" / "children", lambda _: None)
