"""How fast the delivery path alone is, beside the same job by hand with nats-py and clickhouse_connect.

Ours: `posts` -> delivery, a reader that does nothing -> `readings` -> delivery, Archive -> the store's endpoint. By
hand: the same bus, the same rows into the same tables by the same endpoint, each message acknowledged after its insert;
no validation, tombstones, repeats, rejects or retries. Once with our two hops and two tables (the same job), once with
one hop and one table (the least that could be done). All in one event loop, with the settings of a running service: the
bus encrypts and syncs each message, the engine syncs each insert.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from statistics import median
from typing import Any

import nats
from nats.js import JetStreamContext
from nats.js.api import RetentionPolicy, StreamConfig

from nlp.worker import Worker
from soundings import embedded, memory
from soundings.bus import Bus, connect
from soundings.envelopes import MAX_ITEMS, encode, seal
from soundings.envelopes import POSTS as POST_SHAPE
from soundings.keys import Keys
from soundings.messages import Reading
from soundings.route import Route
from soundings.settings import Settings
from soundings.stage import Context, run
from soundings.streams import POSTS, READER, READINGS
from soundings.tasks import end
from store import service
from store.clickhouse import Client
from store.clickhouse import connect as connect_store
from store.columns import COLUMNS, ORIGINALS
from store.rows import milliseconds
from tests.factories import make_reading
from tests.store.conftest import truncate
from tests.store.serving import StoreServer
from tests.way import Nothing

POSTS_SENT = 20_000
ROUNDS = 5
TEXT = "The brown bins of {0} Tolgarth Road were not emptied this week again, and nobody at the depot answers. " * 3
READ = (
    "topics topic_confidences mood clear negative neutral positive acts act_confidences places "
    "place_candidates place_names place_scores place_found_by language likeness embedding reader"
)
"""The columns that a reader adds."""
ROUND = itertools.count()
AT_ONCE = 20
"""Messages that one insert by hand takes, as ours does (`soundings.streams.ARCHIVIST`)."""


@dataclass(frozen=True)
class Service:
    """A bus and a store as a running service has them."""

    settings: Settings
    writer: Client
    token: str


@contextmanager
def servers(home: Path) -> Iterator[Service]:
    """Both, started and stopped."""
    store = StoreServer(home)
    store.start()
    prepared = embedded.prepare(store.settings.home, Keys.open(store.settings.keys_path).bus_key)
    bus = subprocess.Popen([embedded.nats_binary(), "-c", str(prepared.config)], stderr=subprocess.DEVNULL)
    try:
        embedded.wait_for_port("127.0.0.1", prepared.port, 10, bus)
        settings = store.settings.model_copy(update={"nats_url": prepared.url, "nats_token_file": prepared.token_file})
        yield Service(settings, connect_store(settings, "writer"), prepared.token_file.read_text())
    finally:
        bus.terminate()
        bus.wait(10)
        store.stop()


async def ours(given: Service) -> float:
    """Seconds from the first publish until the last row is stored and acknowledged."""
    sent = list(seal(encode(reading.post) for reading in _readings()))
    memory.look_seldom()  # as `soundings.stage.serve` does

    def build(context: Context) -> list[Route[Any, Any]]:
        worker = Worker(context.bus, Nothing())
        reading = Route(READER, POST_SHAPE, worker.work, worker.put)
        return [reading, *(part for part in service.routes(context, given.writer) if isinstance(part, Route))]

    async with connect(given.settings, "bench") as bus:
        stages = asyncio.create_task(run("bench", build, given.settings))
        begun = time.perf_counter()
        for envelope in sent:
            await bus.publish_surely(POSTS, POSTS.subject("files", envelope.count), envelope)
        while await _waiting(bus):
            await asyncio.sleep(0.005)
        took = time.perf_counter() - begun
        os.kill(os.getpid(), signal.SIGTERM)  # as a stage is stopped: what it began it ends
        await stages
    memory.look_often()
    return took


async def _waiting(bus: Bus) -> int:
    """Posts first: a reading is on the bus before its post is acknowledged."""
    posts = (await bus.jetstream.stream_info(POSTS.name)).state.messages
    return int(posts + (await bus.jetstream.stream_info(READINGS.name)).state.messages)


class ByHand:
    """The same job with nothing but the two client libraries."""

    def __init__(self, given: Service, hops: int, tables: dict[str, Any]) -> None:
        self._given, self._hops = given, hops
        self._columns = {name: {one.name: one.type for one in columns} for name, columns in tables.items()}
        self._left = 0

    async def run(self) -> float:
        """As `ours`."""
        sent, understood = _rows()
        connection = await nats.connect(self._given.settings.nats_url, token=self._given.token)
        stream = connection.jetstream()
        for hop in range(self._hops):
            await stream.add_stream(
                StreamConfig(f"hand{hop}", subjects=[f"hand{hop}"], retention=RetentionPolicy.WORK_QUEUE)
            )
        self._left = len(sent)
        begun = time.perf_counter()
        jobs = [asyncio.create_task(self._insert(stream, understood))]
        if self._hops > 1:
            jobs.append(asyncio.create_task(self._pass_on(stream, understood)))
        for body in sent:
            await _publish(stream, "hand0", body)
        await jobs[0]
        took = time.perf_counter() - begun
        await end(*jobs)
        for hop in range(self._hops):
            await stream.delete_stream(f"hand{hop}")
        await connection.close()
        return took

    async def _pass_on(self, stream: JetStreamContext, understood: dict[str, Any]) -> None:
        subscription = await stream.pull_subscribe("hand0", "reader")
        while True:
            with suppress(TimeoutError):
                for message in await subscription.fetch(1, timeout=1):
                    rows = [row | understood for row in json.loads(message.data)]
                    await _publish(stream, "hand1", json.dumps(rows).encode())
                    await message.ack()

    async def _insert(self, stream: JetStreamContext, understood: dict[str, Any]) -> None:
        subscription = await stream.pull_subscribe(f"hand{self._hops - 1}", "store")
        while self._left:
            with suppress(TimeoutError):
                messages = await subscription.fetch(AT_ONCE, timeout=1)
                rows = [row for message in messages for row in json.loads(message.data)]
                if self._hops == 1:
                    rows = [row | understood for row in rows]
                await asyncio.to_thread(self._write, rows)
                for message in messages:
                    await message.ack()
                self._left -= len(messages)

    def _write(self, rows: list[dict[str, Any]]) -> None:
        for table, columns in self._columns.items():
            values = [[row[name] for row in rows] for name in columns]
            self._given.writer.insert(
                table, values, list(columns), column_type_names=list(columns.values()), column_oriented=True
            )


async def _publish(stream: JetStreamContext, subject: str, body: bytes) -> None:
    await stream.publish(subject, body, headers={"Nats-Msg-Id": sha256(body).hexdigest()})


def _readings() -> list[Reading]:
    """Posts that no round before had: the bus would take them for repeats."""
    number = next(ROUND)
    return [make_reading(f"{number} {n}", text=TEXT.format(n)) for n in range(POSTS_SENT)]


def _rows() -> tuple[list[bytes], dict[str, Any]]:
    """The same posts as rows, 200 in a message; and apart what the reader adds to each."""
    posts = _readings()
    columns = {column.name: column for column in (*ORIGINALS, *COLUMNS)}
    rows = [{name: _plain(column.value(post)) for name, column in columns.items()} for post in posts]
    understood = {name: rows[0][name] for name in READ.split()}
    bare = [{name: value for name, value in row.items() if name not in understood} for row in rows]
    return [json.dumps(bare[at : at + MAX_ITEMS]).encode() for at in range(0, len(bare), MAX_ITEMS)], understood


def _plain(value: Any) -> Any:
    return milliseconds(value) if isinstance(value, datetime) else value


async def compare(given: Service) -> dict[str, list[float]]:
    """Seconds of each way, in turn and again."""
    both = {"readings": COLUMNS, "originals": ORIGINALS}
    ways: dict[str, Callable[[], Awaitable[float]]] = {
        "ours": lambda: ours(given),
        "by hand, the same hops and tables": ByHand(given, 2, both).run,
        "by hand, one hop and one table": ByHand(given, 1, {"readings": COLUMNS}).run,
    }
    took: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            await asyncio.to_thread(truncate, given.writer)
            took[name].append(await way())
            stored = given.writer.query("SELECT count() FROM readings").result_rows[0][0]
            assert stored == POSTS_SENT, f"{name}: {stored} of {POSTS_SENT} posts were stored"
    return took


def main() -> None:
    """Print posts a second of each way, and the ratios."""
    with tempfile.TemporaryDirectory(prefix="soundings-bench-") as folder, servers(Path(folder)) as given:
        took = asyncio.run(compare(given))
    mine = median(took["ours"])
    print(f"delivery alone, {POSTS_SENT:,} posts, {ROUNDS} rounds in turn, everything durable:")
    for name, seconds in took.items():
        ratio = "" if name == "ours" else f", of which ours is {median(seconds) / mine:.2f}"
        spread = f"{POSTS_SENT / max(seconds):,.0f} to {POSTS_SENT / min(seconds):,.0f}"
        print(f"  {name}: {POSTS_SENT / median(seconds):,.0f} posts a second ({spread}){ratio}")
    print("  (claim: at least 0.6 of the same job by hand)")


if __name__ == "__main__":
    main()
