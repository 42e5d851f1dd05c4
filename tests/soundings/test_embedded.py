"""The bus of a single machine is set so that a power cut costs nothing that it has acknowledged."""

from __future__ import annotations

import json
import subprocess
import urllib.request
from pathlib import Path

import pytest

from soundings import embedded


@pytest.mark.servers
def test_the_bus_acknowledges_only_what_is_on_the_disk(tmp_path: Path) -> None:
    """Asked of the running server: by default JetStream acknowledges first, and writes within two minutes."""
    prepared = embedded.prepare(tmp_path, "00" * 32)
    command = [embedded.nats_binary(), "-c", str(prepared.config)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        embedded.wait_for_port("127.0.0.1", prepared.watch_port, 20, server)
        told = f"http://127.0.0.1:{prepared.watch_port}/{prepared.watch_path}/jsz?config=true"
        with urllib.request.urlopen(told, timeout=10) as answer:
            assert json.load(answer)["config"]["sync_always"] is True
    finally:
        server.terminate()
        server.wait(10)
