"""Takes the stages down when `soundings up` itself is killed.

A process of its own that reads `+PID` and `-PID` from a pipe. When the pipe ends, whoever wrote to it is gone:
what is still listed gets SIGTERM, and after a grace SIGKILL. Works wherever pipes do, and for programs that
are not ours, such as nats-server. Knows nothing of stages.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time

from soundings.runtime import is_running

GRACE = 10.0
"""Seconds between SIGTERM and SIGKILL."""


def send(pid: int, what: signal.Signals) -> None:
    """Signal a process group; one that is gone is no error."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, what)


def take_down(pids: list[int], grace: float = GRACE) -> None:
    """SIGTERM to all, then SIGKILL to those that stay."""
    for pid in pids:
        send(pid, signal.SIGTERM)
    deadline = time.monotonic() + grace
    while any(is_running(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    for pid in pids:
        send(pid, signal.SIGKILL)


def main() -> None:
    """Watch standard input until it ends."""
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    held: list[int] = []
    for line in sys.stdin:
        pid = int(line[1:])
        if line[0] == "+":
            held.append(pid)
        elif pid in held:
            held.remove(pid)
    take_down(held)


if __name__ == "__main__":
    main()
