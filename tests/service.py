"""The whole service as a user runs it: `soundings up` in a folder, with real processes to kill."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from soundings.runtime import is_running, read_note
from soundings.settings import Settings
from soundings.status import gather
from tests.waiting import wait_until

LOOK = 0.3
"""Seconds between two looks at the status: each costs as much as a hundred posts."""
CLI = [sys.executable, "-m", "soundings"]


class Service:
    """One home folder, and the service that runs in it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._up: subprocess.Popen[bytes] | None = None
        home.mkdir(parents=True, exist_ok=True)
        self.output = home.parent / "up.out"
        self._said_before = 0

    @property
    def settings(self) -> Settings:
        """The settings of whoever looks at this home."""
        return Settings(home=self.home)

    @property
    def environment(self) -> dict[str, str]:
        """What a command needs to work on this home."""
        return {**os.environ, "SOUNDINGS_HOME": str(self.home)}

    def start(self, command: str = "up") -> None:
        """Start `soundings up` (or demo) and wait until everything runs and the page answers."""
        self.begin_up(command)
        self.wait_ready()

    def begin_up(self, command: str = "up") -> None:
        """The same without waiting."""
        with self.output.open("ab") as output:
            self._said_before = output.tell()
            self._up = subprocess.Popen(
                [*CLI, command, "--port", "0"], env=self.environment, stdout=output, stderr=output
            )

    def wait_ready(self) -> None:
        """Wait until everything runs and the page answers."""
        wait_until(self._ready, f"the service to be ready: {self.output}", 90, LOOK)

    def _ready(self) -> bool:
        assert self._up
        assert self._up.poll() is None, f"`soundings up` ended:\n{self.output.read_text()}"
        said = self.output.read_text()[self._said_before :]
        return "Open http" in said and self.totals()["stored"] is not None

    @property
    def pid(self) -> int:
        """The process of `soundings up`."""
        assert self._up
        return self._up.pid

    def signal(self, what: signal.Signals) -> int:
        """Signal `soundings up` and wait for its end; returns its exit code."""
        assert self._up
        self._up.send_signal(what)
        return self._up.wait(60)

    def stop(self) -> None:
        """Ctrl-C, unless it has ended."""
        if self._up and self._up.poll() is None:
            self.signal(signal.SIGINT)

    def run(self, *arguments: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            [*CLI, *arguments], env=self.environment, input=text, capture_output=True, text=True, timeout=300
        )

    def begin(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a command and do not wait."""
        return subprocess.Popen(
            [*CLI, *arguments], env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def status(self) -> dict[str, Any]:
        """`soundings status --json`."""
        shown: dict[str, Any] = json.loads(self.run("status", "--json").stdout)
        return shown

    def totals(self) -> dict[str, int | None]:
        """The totals of the status, without a process for each look."""
        totals: dict[str, int | None] = self._gathered()["totals"]
        return totals

    def _gathered(self) -> dict[str, Any]:
        return gather(self.settings)

    def has_begun(self, stage: str) -> bool:
        """Whether `up` has started a stage."""
        return (self.home / "run" / "up.json").exists() and bool(self.pids().get(stage))

    def pids(self) -> dict[str, int]:
        """Stage -> process id."""
        note = json.loads((self.home / "run" / "up.json").read_text())
        return {name: stage["pid"] for name, stage in note["stages"].items()}

    def runs(self, *stages: str) -> bool:
        """Whether these stages (or all) have a living process, by the note of `up` alone."""
        note = read_note(Settings(home=self.home)) or {"stages": {}}
        wanted = [note["stages"].get(name) for name in stages or note["stages"]]
        return bool(wanted) and all(one and one["state"] == "running" and is_running(one["pid"]) for one in wanted)

    def guard(self) -> int:
        """The process that takes the stages down when `soundings up` is killed."""
        found = subprocess.run(["pgrep", "-P", str(self.pid), "-f", "soundings.guard"], capture_output=True, text=True)
        return int(found.stdout or 0)

    def kill_all_but(self, *spared: str) -> int:
        """SIGKILL of `up`, its guard and every stage but these. Returns how many that were."""
        pids = self.pids()
        victims = [self.guard(), *(pid for name, pid in pids.items() if name not in spared), self.pid]
        os.kill(self.pid, signal.SIGSTOP)  # so that it starts nobody again meanwhile
        living = [pid for pid in victims if pid and is_running(pid)]
        for pid in living:
            os.kill(pid, signal.SIGKILL)
        assert self._up
        self._up.wait(60)
        return len(living)

    def wait_running(self, stage: str, seconds: float = 60) -> None:
        """Wait until a stage that was killed runs again."""
        wait_until(lambda: self.runs(stage), f"{stage} to run again", seconds, 0.1)

    def insist(self, *arguments: str) -> None:
        """Run a command until it succeeds, as a person would who sees that nothing runs just now."""
        wait_until(lambda: self.run(*arguments).returncode == 0, " ".join(arguments), 120, 0.5)

    def kill(self, stage: str) -> None:
        """SIGKILL a stage, if it lives just now."""
        pid = self.pids()[stage]
        if pid and is_running(pid):
            os.kill(pid, signal.SIGKILL)

    def wait_drained(self, seconds: float = 120) -> None:
        """Wait until nothing is on the bus and everything runs."""
        wait_until(self._drained, "the bus to drain", seconds, LOOK)

    def _drained(self) -> bool:
        status = self._gathered()
        return status["totals"]["waiting"] == 0 and all(stage["running"] for stage in status["stages"].values())

    def ids(self) -> list[str]:
        """The ids of all posts that a question shows."""
        answer = self.run("ask", "posts", "--since", "1990-01-01", "--format", "json")
        assert answer.returncode == 0, answer.stderr
        return [post["id"] for post in json.loads(answer.stdout)]


def write_posts(path: Path, count: int, name: str = "post") -> list[str]:
    """A file for `soundings import` with `count` posts; returns their native ids."""
    natives = [f"{name}-{number}" for number in range(count)]
    with path.open("w", encoding="utf-8") as file:
        for number, native in enumerate(natives):
            line = {
                "id": native,
                "author": f"writer{number % 97}",
                "text": f"The bins of number {number} were not emptied again, when will they come?",
                "created_at": f"2026-11-{1 + number % 14:02d}T{number % 24:02d}:{number % 60:02d}:00+00:00",
            }
            file.write(json.dumps(line) + "\n")
    return natives
