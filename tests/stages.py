"""Single stages as real processes on a real bus, kept running by the real supervisor; only its pauses are short."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from types import TracebackType

from soundings import supervisor as supervisor_module
from soundings.errors import OursFailed
from soundings.guard import take_down
from soundings.settings import Settings
from soundings.supervisor import Child, Supervisor
from store.clickhouse import connect
from store.rows import ask
from tests.poison import ACK_WAIT
from tests.waiting import wait_until

NLP, STORE = ("-m", "tests.nlp.poisoned"), ("-m", "tests.store.poisoned")


class Stages:
    """Some stages on one home. Use it as a context."""

    def __init__(self, settings: Settings, **environment: str) -> None:
        self.settings, self.told = settings, list[str]()
        settings.home.mkdir(exist_ok=True)
        self._lock = os.open(settings.home / "lock", os.O_CREAT | os.O_RDWR, 0o600)
        given = {"SOUNDINGS_HOME": str(settings.home), "SOUNDINGS_NATS_URL": settings.nats_url, ACK_WAIT: "1.0"}
        self.supervisor = Supervisor(
            settings.logs, {**os.environ, **given, **environment}, self.told.append, self._lock
        )
        self._pauses, supervisor_module.__dict__["PAUSES"] = supervisor_module.PAUSES, (0.2, 0.5)
        self._ending, self._turn = threading.Event(), threading.Lock()
        self._tending = threading.Thread(target=self._tend, daemon=True)
        self._fault: BaseException | None = None

    def __enter__(self) -> Stages:
        self._tending.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ending.set()
        self._tending.join()
        self.supervisor.stop()
        supervisor_module.__dict__["PAUSES"] = self._pauses
        os.close(self._lock)

    def add(self, name: str, arguments: tuple[str, ...], **environment: str) -> Child:
        """Start one and keep it running."""
        with self._turn:
            before = self.supervisor.environment
            self.supervisor.environment = {**before, **environment}
            return self.supervisor.add(name, [sys.executable, *arguments])

    def end(self, child: Child) -> None:
        """Take one down, and leave it down."""
        with self._turn:
            if child.process:
                take_down([child.process.pid])
                child.process.wait()
            child.process, child.state = None, "stopped"

    def _tend(self) -> None:
        try:
            while not self._ending.wait(0.02):
                with self._turn:
                    self.supervisor.tend()
        except BaseException as error:
            self._fault = error
            raise

    def stored(self) -> set[str]:
        """The ids of all posts in the store; none while it is away."""
        try:
            client = connect(self.settings, "reader")
            return {row[0] for row in ask(client, "SELECT id FROM readings FINAL")}
        except OursFailed:
            return set()

    def wait(self, condition: Callable[[], object], what: str, seconds: float = 300) -> None:
        """Wait for something, and say what happened when it does not come."""
        try:
            wait_until(condition, what, seconds, 0.1)
        except AssertionError as error:
            raise AssertionError(f"{error}; {self._fault!r}; {self.told}") from None
