"""The store's engine and endpoint alone in a process of their own: `python -m tests.store.serving HOME`.

chDB must never be loaded in a process that forks, so tests start this and talk to it as any client does.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from soundings.settings import Settings
from store import access

DEADLINE = 30.0
RETENTION = 3660
"""Days: the invented posts of tests have fixed dates, and must not grow too old."""


class StoreServer:
    """One engine on one home, which may be killed and started again."""

    def __init__(self, home: Path) -> None:
        self.settings = Settings(home=home / "home", retention_days=RETENTION)
        self.temporary = home / "tmp"
        self.temporary.mkdir()
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until its tables are up to date."""
        access.path(self.settings).with_name("ready").unlink(missing_ok=True)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.store.serving", str(self.settings.home)],
            cwd=Path(__file__).parents[2],
            env={**os.environ, "TMPDIR": str(self.temporary)},
        )
        until = time.monotonic() + DEADLINE
        while not access.path(self.settings).with_name("ready").exists():
            assert self._process.poll() is None, "the store's process ended"
            assert time.monotonic() < until, "the store's process did not get ready"
            time.sleep(0.01)

    def kill(self) -> None:
        """SIGKILL."""
        assert self._process
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """SIGTERM, and wait."""
        assert self._process
        self._process.terminate()
        self._process.wait(20)


def main(home: str) -> None:
    """Serve until SIGTERM."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})  # before any thread is made: all of them inherit it
    from store.endpoint import Served
    from store.service import prepare

    settings = Settings(home=Path(home), retention_days=RETENTION)
    served = Served(settings).start()
    prepare(settings)
    access.path(settings).with_name("ready").touch()
    signal.sigwait({signal.SIGTERM})
    served.stop()


if __name__ == "__main__":
    main(sys.argv[1])
