"""Children run until they are taken down, come back when they die, and never outlive whoever started them."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from soundings import leftovers
from soundings import supervisor as supervisor_module
from soundings.runtime import is_running
from soundings.supervisor import Supervisor
from tests.waiting import wait_until

pytestmark = pytest.mark.service

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)",
]


def ending_with(code: int) -> list[str]:
    return [sys.executable, "-c", f"raise SystemExit({code})"]


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def supervisor(tmp_path: Path, told: list[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Supervisor]:
    monkeypatch.setattr(supervisor_module, "PAUSES", (0.01,))
    lock = os.open(tmp_path / "lock", os.O_CREAT | os.O_RDWR)
    made = Supervisor(tmp_path / "logs", dict(os.environ), told.append, lock)
    yield made
    made.stop()
    os.close(lock)


def test_a_killed_child_comes_back(supervisor: Supervisor, told: list[str]) -> None:
    child = supervisor.add("reader", SLEEP)
    assert child.process
    first = child.process.pid
    child.process.kill()

    def is_back() -> bool:
        supervisor.tend()
        return child.process is not None and child.process.pid != first

    wait_until(is_back, "the child to come back")
    assert child.note()["restarts"] == 1
    assert "reader ended (code -9); starting it again" in told[0]


def test_a_child_that_must_not_go_on_stays_down(supervisor: Supervisor, told: list[str]) -> None:
    child = supervisor.add("reader", ending_with(4))
    wait_until(supervisor.tend, "the end of the child")
    assert (child.state, child.process) == ("stopped", None)
    assert "rejected nearly everything" in told[0]
    assert not supervisor.tend()


@pytest.mark.parametrize("code", [0, 1, 2])
def test_what_is_started_once_ends_once(supervisor: Supervisor, told: list[str], code: int) -> None:
    ended: list[int] = []
    supervisor.add_once("backup", ending_with(code), ended.append)
    wait_until(supervisor.tend, "its end")
    assert (ended, supervisor.children, told) == ([code], [], [])
    assert not supervisor.tend()


def test_a_child_that_cannot_be_started_just_now_is_tried_again(
    supervisor: Supervisor, told: list[str], tmp_path: Path
) -> None:
    """As on a full disk: it must not take the others down."""
    child, log = supervisor.add("reader", SLEEP), tmp_path / "logs" / "reader.log"
    assert child.process
    log.unlink()
    log.mkdir()
    child.process.kill()
    wait_until(lambda: supervisor.tend() and len(told) > 2, "two tries")
    assert "could not be started (Is a directory); trying again" in told[-1]
    log.rmdir()
    wait_until(lambda: supervisor.tend() and child.process is not None, "the child to come back")
    assert child.restarts == 1


def test_another_programs_exit_code_means_nothing_to_us(supervisor: Supervisor) -> None:
    child = supervisor.add("bus", ending_with(2), ours=False)
    wait_until(lambda: supervisor.tend() and child.restarts, "the child to come back")


def test_a_killed_guard_is_started_again_and_knows_the_children(supervisor: Supervisor) -> None:
    child = supervisor.add("one", SLEEP)
    guard = supervisor._guard
    assert guard
    guard.kill()
    guard.wait()
    supervisor.tend()
    assert supervisor._guard
    assert supervisor._guard.poll() is None
    assert supervisor._guard.stdin
    supervisor._guard.stdin.close()  # as when `up` is killed
    wait_until(lambda: child.process and child.process.poll() is not None, "the new guard to take the child down")


def refused(command: list[str], **_: object) -> None:
    raise OSError(errno.EAGAIN, "Resource temporarily unavailable")


def test_what_is_started_once_and_cannot_be_is_no_child(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.add("reader", SLEEP)
    (tmp_path / "logs" / "backup.log").mkdir()
    with pytest.raises(IsADirectoryError):
        supervisor.add_once("backup", SLEEP, lambda code: None)
    assert [child.name for child in supervisor.children] == ["reader"]
    assert not supervisor.tend()


def test_a_guard_that_cannot_be_started_just_now_takes_nobody_down(
    supervisor: Supervisor, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    children = [supervisor.add(name, SLEEP) for name in ("one", "two")]
    assert supervisor._guard
    supervisor._guard.kill()
    supervisor._guard.wait()
    with monkeypatch.context() as patched:
        patched.setattr(subprocess, "Popen", refused)
        for _ in range(3):
            assert not supervisor.tend()
    assert len(told) == 1 and "The guard could not be started (Resource temporarily unavailable)" in told[0]
    supervisor.tend()
    assert supervisor._guard and supervisor._guard.stdin
    supervisor._guard.stdin.close()  # as when `up` is killed
    for child in children:
        wait_until(lambda: child.process and child.process.poll() is not None, "the new guard to take it down")  # noqa: B023


def test_without_a_guard_all_are_taken_down_as_well(supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch) -> None:
    children = [supervisor.add(name, SLEEP) for name in ("one", "two")]
    pids = [child.process.pid for child in children if child.process]
    assert supervisor._guard
    supervisor._guard.kill()
    supervisor._guard.wait()
    with monkeypatch.context() as patched:
        patched.setattr(subprocess, "Popen", refused)
        with contextlib.suppress(OSError):
            supervisor.tend()
    supervisor.stop()
    assert not any(map(is_running, pids))


@pytest.mark.parametrize("obstacle", ["its log", "too many processes"])
def test_one_that_could_not_be_started_holds_nothing(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, obstacle: str
) -> None:
    supervisor.claims = tmp_path / "claims"
    supervisor.add("other", SLEEP)
    before = len(list(Path("/dev/fd").iterdir()))
    if obstacle == "its log":
        (tmp_path / "logs" / "reader.log").mkdir()
    else:
        monkeypatch.setattr(subprocess, "Popen", refused)
    for _ in range(5):
        with pytest.raises(OSError, match=r"Is a directory|temporarily unavailable"):
            supervisor.add("reader", SLEEP)
    assert len(list(Path("/dev/fd").iterdir())) == before
    assert not leftovers._is_held(tmp_path / "claims" / "reader")


def test_a_child_whose_number_the_disk_does_not_take_runs_all_the_same(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    supervisor.claims = tmp_path / "claims"
    monkeypatch.setattr(os, "pwrite", full)
    child = supervisor.add("reader", SLEEP)
    assert child.process and child.state == "running"
    assert supervisor._guard and supervisor._guard.stdin
    supervisor._guard.stdin.close()  # as when `up` is killed
    wait_until(lambda: child.process and child.process.poll() is not None, "the guard, which was told of it")


def test_stop_takes_all_down(supervisor: Supervisor) -> None:
    pids = [supervisor.add(name, SLEEP).process.pid for name in ("one", "two")]  # type: ignore[union-attr]
    supervisor.stop()
    assert not any(map(is_running, pids))


def test_a_log_is_private(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.add("reader", ending_with(0))
    assert (tmp_path / "logs" / "reader.log").stat().st_mode & 0o077 == 0


def test_children_die_with_a_killed_supervisor(tmp_path: Path) -> None:
    """Also one that does not listen to SIGTERM."""
    script = f"""
import os, pathlib, soundings.guard, time
from soundings.supervisor import Supervisor
lock = os.open({str(tmp_path / "lock")!r}, os.O_CREAT | os.O_RDWR)
up = Supervisor(pathlib.Path({str(tmp_path / "logs")!r}), dict(os.environ), print, lock)
print(up.add("one", {SLEEP!r}).process.pid, up.add("two", {STUBBORN!r}).process.pid, up._guard.pid, flush=True)
time.sleep(600)
"""
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    pids = [int(pid) for pid in process.stdout.readline().split()]
    assert all(map(is_running, pids))
    wait_until(lambda: "deaf" in (tmp_path / "logs" / "two.log").read_text(), "the stubborn child")
    process.send_signal(signal.SIGKILL)
    process.wait()
    wait_until(lambda: not any(map(is_running, pids)), "the children to die with their supervisor")
