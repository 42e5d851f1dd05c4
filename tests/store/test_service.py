"""The store's process as `soundings run store` starts it, over a real bus."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from soundings.bus import Bus
from soundings.envelopes import encode, seal
from soundings.errors import OursFailed
from soundings.messages import Retraction
from soundings.settings import Settings
from soundings.streams import NOTICES, READINGS
from store import questions as q
from store import status
from store.clickhouse import connect
from tests.factories import NOON, make_reading, post_id

pytestmark = pytest.mark.servers

DEADLINE = 40.0


def wait_for(settled: Callable[[], bool]) -> None:
    until = time.monotonic() + DEADLINE
    while not settled():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)


def totals(settings: Settings) -> dict[str, int]:
    try:
        return status.totals(settings)
    except OursFailed:
        return {}


async def test_what_comes_over_the_bus_is_kept_and_removed(bus: Bus, bus_settings: Settings) -> None:
    batch = [make_reading(str(number)) for number in range(30)]
    order = Retraction(source="files", post_id=post_id("7"), reason="x", observed_at=NOON)
    for envelope in seal(
        encode(reading) for reading in [*batch, make_reading("old", happened_at=NOON.replace(year=1800))]
    ):
        await bus.publish(READINGS, READINGS.subject("files", envelope.count), envelope)
    for envelope in seal([encode(order)]):
        await bus.publish(NOTICES, NOTICES.subject("files", envelope.count), envelope)
    environment = {**os.environ, "SOUNDINGS_HOME": str(bus_settings.home), "SOUNDINGS_NATS_URL": bus_settings.nats_url}
    process = subprocess.Popen(  # noqa: ASYNC220 - it only starts
        [sys.executable, "-m", "soundings", "run", "store"], env=environment, cwd=Path(__file__).parents[2]
    )
    try:
        wait_for(lambda: totals(bus_settings) == {"stored": 29, "retracted": 1})
        reader = connect(bus_settings, "reader")
        assert post_id("7") not in {post.id for post in q.newest(reader)}
    finally:
        process.terminate()
        assert process.wait(20) == 0
