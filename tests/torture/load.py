"""Keeps a service under load: two officers who import file after file, however often their imports are killed.

An import that ended well has been acknowledged; one that did not is begun again from its first line. Knows nothing of
faults and of what must be visible.
"""

from __future__ import annotations

import queue
import subprocess
import threading
from collections.abc import Callable

from tests.service import Service
from tests.torture.talk import Batch, Talk

OFFICERS = 2
PATIENCE = 180
"""Seconds that one import may take."""


class Load:
    """The officers. They ask `more` for work when there is none left."""

    def __init__(self, service: Service, talk: Talk, wanted: Callable[[], bool]) -> None:
        self._service, self._talk, self._wanted = service, talk, wanted
        self._work: queue.Queue[Batch] = queue.Queue()
        self._running: list[subprocess.Popen[bytes]] = []
        self._busy = 0
        self._state = threading.Condition()
        self._going, self._ended = False, False
        self.imports, self.tries = 0, 0
        """Files imported, and how often an import was begun for them."""
        self._threads = [threading.Thread(target=self._work_on, daemon=True) for _ in range(OFFICERS)]
        for thread in self._threads:
            thread.start()

    def go(self) -> None:
        """Import from now on."""
        with self._state:
            self._going = True
            self._state.notify_all()

    def add(self, batches: list[Batch]) -> None:
        """More files to import, before any others."""
        for batch in batches:
            self._work.put(batch)
        with self._state:
            self._state.notify_all()

    def settle(self) -> None:
        """No new files; return when every import of the old ones has ended well."""
        with self._state:
            self._going = False
            self._state.wait_for(lambda: self._busy == 0 and self._work.empty())

    def pids(self) -> list[int]:
        """The imports that run just now."""
        return [process.pid for process in list(self._running) if process.poll() is None]

    def end(self) -> None:
        """Stop for good."""
        with self._state:
            self._ended = True
            self._state.notify_all()
        for process in list(self._running):
            process.kill()
        for thread in self._threads:
            thread.join(10)

    def _work_on(self) -> None:
        while (batch := self._next()) is not None:
            try:
                self._import(batch)
            finally:
                with self._state:
                    self._busy -= 1
                    self._state.notify_all()

    def _next(self) -> Batch | None:
        while True:
            with self._state:
                if self._ended:
                    return None
                if not self._work.empty():
                    self._busy += 1
                    return self._work.get_nowait()
                if not self._going:
                    self._state.wait(1.0)
                    continue
            if self._wanted():
                self.add(self._talk.batches())
            else:
                with self._state:
                    self._state.wait(0.5)

    def _import(self, batch: Batch) -> None:
        while not self._ended:
            self.tries += 1
            process = self._service.begin("import", str(batch.path), "--source", batch.source, "--no-wait")
            self._running.append(process)
            try:
                code = process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                code = process.wait()
            self._running.remove(process)
            if code == 0:
                self.imports += 1
                self._talk.imported(batch)
                return
            with self._state:  # nothing runs just now, or it was killed: the officer tries again
                self._state.wait(0.3)
