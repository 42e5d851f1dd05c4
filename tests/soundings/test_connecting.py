"""A bus that is away, or refuses the token, is waited for and told of; and then all goes on by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from soundings import bus as bus_module
from soundings import connecting
from soundings.bus import connect
from soundings.lacks import Lack
from soundings.settings import Settings
from soundings.tasks import end
from soundings.waits import HERE
from tests.servers import NatsServer

pytestmark = pytest.mark.servers


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bus_module, "PAUSES", (0.05,))
    monkeypatch.setattr(connecting, "ATTEMPT", 0.3)
    monkeypatch.setattr("soundings.waits.SHORT", 0.0)


@pytest.fixture
def away(tmp_path: Path) -> Iterator[NatsServer]:
    """One that is not started yet."""
    server = NatsServer(tmp_path / "nats")
    yield server
    server.stop()


async def _connected(settings: Settings) -> None:
    async with connect(settings, "test"):
        return


async def _told(lack: Lack) -> None:
    async with asyncio.timeout(10):
        while (wait := HERE.longest()) is None or wait.lack is not lack:
            await asyncio.sleep(0.01)


async def test_a_bus_that_is_away_at_the_start_is_told_of_and_waited_for(
    settings: Settings, away: NatsServer, caplog: pytest.LogCaptureFixture
) -> None:
    stage = asyncio.create_task(_connected(settings.model_copy(update={"nats_url": away.url})))
    try:
        await _told(Lack.BUS)
        assert "connecting to the bus: the bus: it does not answer" in caplog.text
        away.start()
        await asyncio.wait_for(stage, 10)
    finally:
        await end(stage)


async def test_a_token_that_is_refused_is_told_of_and_read_again(
    settings: Settings, away: NatsServer, tmp_path: Path
) -> None:
    away.token = "the right one"
    away.start()
    file = tmp_path / "token"
    file.write_text("another")
    file.chmod(0o600)
    stage = asyncio.create_task(_connected(settings.model_copy(update={"nats_url": away.url, "nats_token_file": file})))
    try:
        await _told(Lack.BUS_REFUSES)
        file.write_text(away.token)
        await asyncio.wait_for(stage, 10)
    finally:
        await end(stage)
