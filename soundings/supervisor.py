"""Keeps a set of child processes running: starts them, restarts one that dies, takes all down in order.

Knows processes only: not what a stage is, nor where the page is.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from soundings import leftovers
from soundings.errors import BadInput
from soundings.files import make_private_folder
from soundings.guard import GRACE, send

PAUSES: tuple[float, ...] = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Seconds before a dead child is started again; the last is repeated. None is longer than the bus holds an envelope
for its dead worker (`streams.ACK_WAIT`): finding the posts that kill takes no longer for the pauses."""
SETTLED = 60.0
"""Seconds a child must live before its deaths are forgiven."""
FINAL_CODES = {2: "the configuration is wrong", 4: "it rejected nearly everything"}
"""Exit codes after which a restart would only do the same again."""
LOG_LIMIT = 20 * 1024 * 1024


@dataclass
class Child:
    """One process to keep running."""

    name: str
    command: Sequence[str]
    ours: bool = True
    """Whether its exit codes mean what ours mean."""
    process: subprocess.Popen[bytes] | None = None
    state: str = "starting"
    restarts: int = 0
    why: str = ""
    """What is wrong with it, when something is known to be."""
    fails: int = 0
    started: float = 0.0
    start_at: float = 0.0
    """When to start it (again), on the monotonic clock."""
    ended: Callable[[int], None] | None = None
    """Told the exit code of a child that is not to be started again."""

    def note(self) -> dict[str, Any]:
        """What `status` shows of it."""
        pid = self.process.pid if self.process else 0
        return {"state": self.state, "pid": pid, "restarts": self.restarts, "why": self.why}


@dataclass
class Supervisor:
    """Children in the order in which they start; they stop in the reverse order."""

    logs: Path
    environment: Mapping[str, str]
    tell: Callable[[str], None]
    lock: int
    """A file descriptor that the guard holds as long as a child may live."""
    claims: Path | None = None
    """Folder in which each child holds a locked file, so that one that outlives us is found (soundings.leftovers)."""
    children: list[Child] = field(default_factory=list)
    _guard: subprocess.Popen[bytes] | None = None
    _guard_missed: bool = False

    def add(self, name: str, command: Sequence[str], *, ours: bool = True) -> Child:
        """Start a child now, and keep it running from now on."""
        return self._add(Child(name, command, ours))

    def add_once(self, name: str, command: Sequence[str], ended: Callable[[int], None]) -> Child:
        """Start a child now that does something and ends. `ended` is told its exit code by `tend`.

        Raises OSError or BadInput when it cannot be started; then it is not tried again.
        """
        return self._add(Child(name, command, ended=ended))

    def _add(self, child: Child) -> Child:
        self.children.append(child)
        try:
            self._start(child)
        except BaseException:
            self.children.remove(child)
            raise
        return child

    def tend(self) -> bool:
        """Look at each child once; start again what has died. True when something changed."""
        self._keep_guard()
        changed = [self._tend(child) for child in list(self.children)]  # each, even when the first has changed
        return any(changed)

    def _tend(self, child: Child) -> bool:
        if child.process is None:
            if child.state == "waiting" and time.monotonic() >= child.start_at:
                self._start_again(child)
                return True
            return False
        code = child.process.poll()
        if code is None:
            return False
        self._buried(child, code)
        return True

    def _buried(self, child: Child, code: int) -> None:
        assert child.process
        self._tell_guard("-", child.process.pid)
        child.process = None
        if child.ended:
            self.children.remove(child)
            child.ended(code)
            return
        log = self.logs / f"{child.name}.log"
        if child.ours and code in FINAL_CODES:
            child.state, child.why = "stopped", FINAL_CODES[code]
            self.tell(f"{child.name} stopped for good: {FINAL_CODES[code]}. See {log}.")
            return
        child.fails = 0 if time.monotonic() - child.started > SETTLED else child.fails
        pause = self._wait(child)
        self.tell(f"{child.name} ended (code {code}); starting it again in {pause:g} s. See {log}.")

    def _wait(self, child: Child) -> float:
        child.fails += 1
        pause = PAUSES[min(child.fails, len(PAUSES)) - 1]
        child.state, child.start_at = "waiting", time.monotonic() + pause
        return pause

    def _start_again(self, child: Child) -> None:
        try:
            self._start(child)
        except (OSError, BadInput) as error:  # a full disk or too many processes: ours, and it passes
            pause = self._wait(child)
            self.tell(f"{child.name} could not be started ({_why(error)}); trying again in {pause:g} s.")
        else:
            child.restarts += 1

    def _start(self, child: Child) -> None:
        self._start_guard()
        with contextlib.ExitStack() as held:
            claims = [held.enter_context(leftovers.claim(self.claims, child.name))] if self.claims else []
            log = held.enter_context(os.fdopen(self._log_of(child), "ab"))
            child.process = subprocess.Popen(
                child.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.environment,
                start_new_session=True, pass_fds=claims,
            )  # fmt: skip
            self._tell_guard("+", child.process.pid)  # first of all: nothing may go wrong before
            for claim in claims:
                leftovers.note(claim, child.process.pid)
        child.state, child.why, child.started = "running", "", time.monotonic()

    def _log_of(self, child: Child) -> int:
        make_private_folder(self.logs)
        path = self.logs / f"{child.name}.log"
        if path.exists() and path.stat().st_size > LOG_LIMIT:
            path.replace(path.with_suffix(".log.1"))
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def _keep_guard(self) -> None:
        """A guard that was killed is started again. One that cannot be, just now, takes nobody down."""
        if not any(child.process for child in self.children):
            return
        try:
            self._start_guard()
        except OSError as error:
            if not self._guard_missed:
                self.tell(f"The guard could not be started ({_why(error)}); it is tried again and again.")
            self._guard_missed = True
        else:
            self._guard_missed = False

    def _start_guard(self) -> None:
        """Unless one lives; a new one is told of each child."""
        if self._guard and self._guard.poll() is None:
            return
        self._guard = None
        self._guard = subprocess.Popen(
            [sys.executable, "-m", "soundings.guard"], stdin=subprocess.PIPE, start_new_session=True,
            pass_fds=[self.lock],
        )  # fmt: skip
        for child in self.children:
            if child.process:
                self._tell_guard("+", child.process.pid)

    def _tell_guard(self, sign: str, pid: int) -> None:
        if not self._guard or not self._guard.stdin or self._guard.stdin.closed:
            return  # there is none just now: it is told of all once it is there
        with contextlib.suppress(BrokenPipeError):  # it was killed just now: `_keep_guard` sees to it
            self._guard.stdin.write(f"{sign}{pid}\n".encode())
            self._guard.stdin.flush()

    def stop(self) -> None:
        """Take all down, the last started first, and wait for each."""
        for child in reversed(self.children):
            if child.process:
                self._end(child.process)
            child.state = "stopped"
        if self._guard and self._guard.stdin:
            with contextlib.suppress(BrokenPipeError):
                self._guard.stdin.close()
            self._guard.wait()

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        send(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(GRACE)
        send(process.pid, signal.SIGKILL)  # also to what it may have left behind
        process.wait()
        self._tell_guard("-", process.pid)  # its number may be given to another one


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or type(error).__name__
