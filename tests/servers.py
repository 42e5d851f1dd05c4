"""The real nats-server as a child of a test, which may be killed and started again on the same folder."""

from __future__ import annotations

import shutil
import socket
import subprocess
from pathlib import Path

from soundings.embedded import nats_binary, wait_for_port


def free_port() -> int:
    """A port of loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class NatsServer:
    """One server on one folder and one port."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.more = ""
        """Further lines for JetStream's configuration, from the next start on."""
        self.token = ""
        """What it asks of whoever connects, from the next start on; empty: nothing."""
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._process
        return self._process.pid

    @property
    def url(self) -> str:
        """Address for clients."""
        return f"nats://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        self.folder.mkdir(exist_ok=True)
        config = self.folder / "nats.conf"
        config.write_text(
            f'listen: "127.0.0.1:{self.port}"\n'
            + (f'authorization {{ token: "{self.token}" }}\n' if self.token else "")
            + f'jetstream {{ store_dir: "{self.folder}/js", sync_interval: always\n{self.more}\n}}\n'
        )
        self._process = subprocess.Popen(
            [nats_binary(), "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait_for_port("127.0.0.1", self.port, 10, self._process)

    def kill(self) -> None:
        """SIGKILL."""
        assert self._process
        self._process.kill()
        self._process.wait()

    def wipe(self) -> None:
        """SIGKILL, and again on the same port with nothing in its files: another bus, as far as anyone can tell."""
        self.kill()
        shutil.rmtree(self.folder / "js")
        self.start()

    def stop(self) -> None:
        """SIGTERM, and wait."""
        if self._process:
            self._process.terminate()
            self._process.wait(10)
