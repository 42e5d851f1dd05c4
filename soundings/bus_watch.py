"""Watches over the bus of this machine, and has it started again when it lives and takes nothing.

After a failed write nats-server 2.15 refuses that stream for ever, also once there is room again (measured); only a
restart helps. While there is no room a restart would not help, so then it waits. Knows nothing of streams.
"""

from __future__ import annotations

import http.client
import os
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from enum import StrEnum
from pathlib import Path

from soundings import embedded
from soundings.embedded import Prepared
from soundings.guard import take_down
from soundings.keys import Keys
from soundings.settings import Settings
from soundings.supervisor import Child, Supervisor

EVERY = 2.0
"""Seconds between two questions."""
ANSWER = 5.0
"""Seconds that the bus has to answer one."""
PAUSES = (30.0, 60.0, 300.0)
"""Seconds that must pass from one such restart to the next; the last is repeated."""
SETTLED = 600.0
"""Seconds of health after which its illnesses are forgiven."""
GRACE = 3.0
"""Seconds that it has to end by itself."""
ROOM = 16 * 1024 * 1024
"""Bytes that must fit onto its disk before a restart is worth it."""


class Verdict(StrEnum):
    """How the bus is. Each has its line in docs/runbook.md."""

    WELL = ""
    DEAF = "it lives and does not answer"
    FULL = "it takes nothing: its disk is full"
    STUCK = "it takes nothing, although there is room on its disk"


PATIENCE = {Verdict.STUCK: 10.0, Verdict.DEAF: 30.0}
"""Seconds that it must have been ill before it is started again. A full disk no restart can mend."""
BEGINNING = 300.0
"""The same for one that was not well since it started: it may still be reading its files."""


class BusWatch:
    """Asks without ever making its caller wait; the caller ticks it."""

    def __init__(
        self,
        child: Child,
        prepared: Prepared,
        tell: Callable[[str], None],
        monotonic: Callable[[], float] = time.monotonic,
        examine: Callable[[Prepared], Verdict] | None = None,
    ) -> None:
        self._child, self._prepared, self._tell, self._monotonic = child, prepared, tell, monotonic
        self._examine = examine or look
        self._asker = ThreadPoolExecutor(1, thread_name_prefix="bus-watch")
        self._asked: Future[Verdict] | None = None
        self._ask_at, self._not_before = 0.0, 0.0
        self._pid = 0
        self._well_since: float | None = None
        self._ill_since: float | None = None
        self._restarts = 0

    def tick(self) -> bool:
        """Ask, judge, restart, when it is time. True when what is known of the bus has changed."""
        now = self._monotonic()
        if self._child.process is None:  # it ended by itself, and the supervisor sees to it
            return False
        if self._child.process.pid != self._pid:
            self._pid, self._asked, self._well_since, self._ill_since = self._child.process.pid, None, None, None
        if self._asked is None and now >= self._ask_at:
            self._asked, self._ask_at = self._asker.submit(self._examine, self._prepared), now + EVERY
        if self._asked is None or not self._asked.done():
            return False
        verdict, self._asked = self._asked.result(), None
        return self._judge(verdict, now)

    def _judge(self, verdict: Verdict, now: float) -> bool:
        before, self._child.why = self._child.why, verdict.value
        if verdict is Verdict.WELL:
            self._is_well(now)
        else:
            self._is_ill(verdict, now)
        if verdict.value != before:
            self._tell(f"bus: {verdict.value or 'it is well again'}.")
        return verdict.value != before

    def _is_well(self, now: float) -> None:
        if self._well_since is None or self._ill_since is not None:
            self._well_since, self._ill_since = now, None
        if now - self._well_since >= SETTLED:
            self._restarts = 0

    def _is_ill(self, verdict: Verdict, now: float) -> None:
        if self._ill_since is None:
            self._ill_since = now
        if verdict is Verdict.FULL or now < self._not_before:
            return
        if now - self._ill_since >= (BEGINNING if self._well_since is None else PATIENCE[verdict]):
            self._restart(verdict, now)

    def _restart(self, verdict: Verdict, now: float) -> None:
        assert self._child.process
        self._not_before = now + PAUSES[min(self._restarts, len(PAUSES) - 1)]
        self._restarts += 1
        self._tell(f"bus: {verdict.value}: it is started again.")
        take_down([self._child.process.pid], GRACE)

    def close(self) -> None:
        """Ask no more."""
        self._asker.shutdown(wait=False, cancel_futures=True)


def start(supervisor: Supervisor, settings: Settings, tell: Callable[[str], None]) -> tuple[Prepared, BusWatch]:
    """Start a bus of this home's own, and watch it. Raises SoundingsError when it does not come up."""
    prepared = embedded.prepare(settings.home.resolve(), Keys.open(settings.keys_path).bus_key)
    child = supervisor.add("bus", [embedded.nats_binary(), "-c", str(prepared.config)], ours=False)
    assert child.process
    embedded.wait_for_port("127.0.0.1", prepared.port, 20, child.process)
    return prepared, BusWatch(child, prepared, tell)


def look(prepared: Prepared) -> Verdict:
    """What the server says of itself, and whether there is room for what it would write."""
    asked = http.client.HTTPConnection("127.0.0.1", prepared.watch_port, timeout=ANSWER)
    try:
        asked.request("GET", f"/{prepared.watch_path}/healthz")
        well = asked.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return Verdict.DEAF
    finally:
        asked.close()
    if well:
        return Verdict.WELL
    return Verdict.STUCK if has_room(prepared.store) else Verdict.FULL


def has_room(folder: Path) -> bool:
    """Whether the disk takes what a restarted bus would write: tried, because quotas and limits do not show."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(ROOM))
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        return False
    return True
