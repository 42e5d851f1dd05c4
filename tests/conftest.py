"""What every test shares. A test that touches a socket or ClickHouse without saying so (a mark) fails."""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from soundings.bus import Bus, connect
from soundings.settings import Settings
from tests.servers import NatsServer

os.environ.setdefault("STREAMLIT_LOGGER_LEVEL", "error")  # else it warns at each import that it does not serve

REAL = ("servers", "service", "browser", "pds", "models")


@pytest.fixture(autouse=True)
def _no_sockets(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if any(request.node.get_closest_marker(name) for name in REAL):
        return

    def refuse(self: socket.socket, address: object) -> None:
        raise AssertionError(f"this test opens a connection to {address} without a mark of {REAL}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the settings or the data of whoever runs it."""
    monkeypatch.setenv("SOUNDINGS_HOME", str(tmp_path / "home"))
    for name in ("NATS_URL", "NATS_TOKEN_FILE", "CLICKHOUSE_URL", "COUNCIL"):
        monkeypatch.delenv(f"SOUNDINGS_{name}", raising=False)


@pytest.fixture
def nats_server(tmp_path: Path) -> Iterator[NatsServer]:
    """A real nats-server with JetStream on a free port of loopback."""
    server = NatsServer(tmp_path / "nats")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of an empty home."""
    return Settings(home=tmp_path / "home")


@pytest.fixture
def bus_settings(settings: Settings, nats_server: NatsServer) -> Settings:
    """Settings that point to the real bus."""
    return settings.model_copy(update={"nats_url": nats_server.url})


@pytest.fixture
async def bus(bus_settings: Settings) -> AsyncIterator[Bus]:
    """An open connection to the real bus, with everything declared."""
    async with connect(bus_settings, "test") as opened:
        yield opened
