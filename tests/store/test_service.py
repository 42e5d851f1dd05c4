"""The store's process as `soundings run store` starts it, over a real bus."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
from store.answers import Mark
from store.clickhouse import connect
from tests.factories import NOON, make_reading, post_id, voice

pytestmark = pytest.mark.servers

DEADLINE = 90.0


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


@contextmanager
def running(settings: Settings) -> Iterator[None]:
    """The store's process, until the end of the block."""
    environment = {**os.environ, "SOUNDINGS_HOME": str(settings.home), "SOUNDINGS_NATS_URL": settings.nats_url}
    process = subprocess.Popen(
        [sys.executable, "-m", "soundings", "run", "store"], env=environment, cwd=Path(__file__).parents[2]
    )
    try:
        yield
    finally:
        process.terminate()
        assert process.wait(20) == 0


async def test_what_comes_over_the_bus_is_kept_and_removed(bus: Bus, bus_settings: Settings) -> None:
    batch = [make_reading(str(number)) for number in range(30)]
    order = Retraction(source="files", post_id=post_id("7"), reason="x", observed_at=NOON)
    for envelope in seal(
        encode(reading) for reading in [*batch, make_reading("old", happened_at=NOON.replace(year=1800))]
    ):
        await bus.publish(READINGS, READINGS.subject("files", envelope.count), envelope)
    for envelope in seal([encode(order)]):
        await bus.publish(NOTICES, NOTICES.subject("files", envelope.count), envelope)
    with running(bus_settings):
        wait_for(lambda: totals(bus_settings) == {"stored": 29, "retracted": 1})
        reader = connect(bus_settings, "reader")
        assert post_id("7") not in {post.id for post in q.newest(reader)}


@pytest.mark.timeout(240)
async def test_an_order_never_waits_for_the_posts_that_were_there_before_it(bus: Bus, bus_settings: Settings) -> None:
    """Priority, not seconds: the order is the last to come and is obeyed while most of the posts still wait."""
    backlog = [make_reading(str(number), voice=voice(str(number))) for number in range(24_000)]
    for envelope in seal(encode(reading) for reading in backlog):
        await bus.publish(READINGS, READINGS.subject("files", envelope.count), envelope)

    async def waiting() -> int:
        return int((await bus.jetstream.stream_info(READINGS.name)).state.messages)

    with running(bus_settings):
        await asyncio.to_thread(wait_for, lambda: totals(bus_settings).get("stored", 0) > 0)
        orders = [
            Retraction(source="files", post_id=post_id("0"), reason="x", observed_at=NOON),
            Retraction(source="files", voices=(voice("1"), voice("23999")), reason="x", observed_at=NOON),
        ]
        for envelope in seal(encode(order) for order in orders):
            await bus.publish(NOTICES, NOTICES.subject("files", envelope.count), envelope)
        reader = connect(bus_settings, "reader")
        gone = [Mark(NOON, post_id(name)) for name in ("0", "1", "23999")]
        await asyncio.to_thread(wait_for, lambda: totals(bus_settings).get("retracted") == 2)
        await asyncio.to_thread(wait_for, lambda: not q.held(reader, gone))
        assert await waiting() > 0, "the order waited for all posts"
        while await waiting():
            await asyncio.sleep(0.1)
        wait_for(lambda: totals(bus_settings) == {"stored": 23_997, "retracted": 2})
        assert q.held(reader, gone) == frozenset(), "also the one that came after its order"
