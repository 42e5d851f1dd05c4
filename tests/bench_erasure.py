"""`python -m tests.bench_erasure [POSTS]`: how long a removal takes to be invisible while the store has a backlog.

Real bus, real store process. Orders are published one after another while the backlog is worked off; each is timed
from before its publishing until a question no longer shows its post. Also: what a sweep takes afterwards.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from soundings.bus import Bus, connect
from soundings.envelopes import encode, seal
from soundings.messages import Reading, Retraction
from soundings.settings import Settings
from soundings.streams import NOTICES, READINGS
from store import access
from store import clickhouse as store
from store.clickhouse import Client
from store.nightly import database
from store.rows import ask, literals
from store.sweep import Sweep
from tests.factories import make_reading, post_id, voice
from tests.servers import NatsServer
from tests.waiting import wait_until

ORDERS = 20
PEOPLE = 5000
MINUTES = 380 * 24 * 60
TEXT = "Number {n}: the bins of Tolgarth Road were missed again and nobody at the council answers, who do I ask now? "


def reading(number: int, now: datetime) -> Reading:
    """A post of the last 380 days by one of 5,000 people."""
    at = now - timedelta(minutes=number * 7919 % MINUTES)
    return make_reading(
        str(number), text=TEXT.format(n=number), voice=voice(str(number % PEOPLE)), happened_at=at, collected_at=now
    )


async def publish(bus: Bus, posts: int, now: datetime) -> None:
    """The backlog, in envelopes as a reader makes them."""
    for start in range(0, posts, 200):
        batch = [encode(reading(number, now)) for number in range(start, min(start + 200, posts))]
        for envelope in seal(batch):
            await bus.publish_surely(READINGS, READINGS.subject("files", envelope.count), envelope)


async def waiting(bus: Bus) -> int:
    """Envelopes that the store has not taken."""
    return int((await bus.jetstream.stream_info(READINGS.name)).state.messages)


def shown(client: Client, name: str) -> bool:
    """Whether a question still finds a post."""
    return bool(ask(client, f"SELECT 1 FROM readings FINAL WHERE id IN ({literals([name])}) LIMIT 1"))


async def remove(bus: Bus, client: Client, order: Retraction, name: str) -> float:
    """Seconds from publishing an order until its post is not shown."""
    begun = time.perf_counter()
    for envelope in seal([encode(order)]):
        await bus.publish_surely(NOTICES, NOTICES.subject("files", envelope.count), envelope)
    while await asyncio.to_thread(shown, client, name):
        await asyncio.sleep(0.01)
    return time.perf_counter() - begun


async def measure(settings: Settings, posts: int) -> None:
    """Fill the bus, start the store, and order removals while it works."""
    now = datetime.now(UTC)
    async with connect(settings, "bench") as bus:
        await publish(bus, posts, now)
        environment = {**os.environ, "SOUNDINGS_HOME": str(settings.home), "SOUNDINGS_NATS_URL": settings.nats_url}
        process = subprocess.Popen([sys.executable, "-m", "soundings", "run", "store"], env=environment)  # noqa: ASYNC220
        try:
            await asyncio.to_thread(wait_until, lambda: access.path(settings).exists(), "the store", 60)
            client = store.connect(settings, "reader")
            took = []
            begun = time.perf_counter()
            for number in range(ORDERS):
                order = _order(number, now)
                name = post_id(str(number))
                while not await asyncio.to_thread(_held, client, name):
                    await asyncio.sleep(0.05)
                left = await waiting(bus) * 200
                took.append((await remove(bus, client, order, name), left))
            while await waiting(bus):
                await asyncio.sleep(0.1)
            print(f"the backlog of {posts:,} posts was taken in {time.perf_counter() - begun:.1f} s or a little more")
            for seconds, left in took:
                print(f"  {seconds:6.3f} s with {left:,} posts waiting")
            times = sorted(seconds for seconds, _ in took)
            print(f"invisible after {statistics.median(times):.2f} s (median), {times[-1]:.2f} s (slowest); goal: 2 s")
            writer = store.connect(settings, "writer")
            swept = await Sweep(writer, database(settings), 395, lambda: datetime.now(UTC)).run()
            print(f"sweep: {(swept.ended - swept.begun).total_seconds():.1f} s, {len(swept.rewritten)} rewritten, "
                  f"{swept.looked_for} looked for, {len(swept.found)} found")  # fmt: skip
        finally:
            process.terminate()
            process.wait(60)


def _held(client: Client, name: str) -> bool:
    try:
        return shown(client, name)
    except Exception:  # the tables are still being made
        return False


def _order(number: int, now: datetime) -> Retraction:
    observed = now + timedelta(minutes=1)
    if number % 2:
        return Retraction(source="files", voices=(voice(str(number)),), reason="bench", observed_at=observed)
    return Retraction(source="files", post_id=post_id(str(number)), reason="bench", observed_at=observed)


def main() -> None:
    """Measure once."""
    posts = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        server = NatsServer(Path(folder) / "nats")
        server.start()
        try:
            asyncio.run(measure(Settings(home=Path(folder) / "home", nats_url=server.url), posts))
        finally:
            server.stop()


if __name__ == "__main__":
    main()
