"""The life of a stage: connect, take envelopes, beat, stop when told. Each `service.py` is wiring over this.

Knows nothing of what a stage does; the clock, the bus and the settings are given to it, so a test can hold them.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from faststream import AckPolicy, FastStream
from faststream.nats import JStream, NatsBroker, PullSub
from nats.aio.msg import Msg

from soundings import council, logs, runtime
from soundings import settings as settings_module
from soundings.bus import Bus, connect
from soundings.council import CouncilFile
from soundings.delivery import Delivery, Route
from soundings.errors import SoundingsError
from soundings.rejects import RejectLimit
from soundings.settings import Settings
from soundings.streams import ATTEMPTS

__all__ = ["Context", "Job", "Route", "now", "serve"]

PULL_TIMEOUT = 0.2
"""Seconds a pull waits for a full batch: the price of a quiet bus, added to each post's way."""

Job = Callable[[], Awaitable[None]]
"""Something that runs as long as the stage does, such as one source's listening."""


def now() -> datetime:
    """The clock of a running service."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Context:
    """What a stage is given to work with."""

    bus: Bus
    settings: Settings
    council_file: CouncilFile
    clock: Callable[[], datetime] = now


Build = Callable[[Context], Sequence[Route[Any] | Job]]


def serve(name: str, build: Build) -> None:
    """Run a stage in this process until SIGTERM or SIGINT. Raises SoundingsError when it must not go on."""
    settings = settings_module.load()
    logs.setup(name, settings.log_level)
    asyncio.run(run(name, build, runtime.found(settings)))


async def run(name: str, build: Build, settings: Settings, clock: Callable[[], datetime] = now) -> None:
    """The same within an event loop; cancel it to stop."""
    council_file = council.load(settings.council_path)
    async with connect(settings, name) as bus:
        stage = _Stage(name, Context(bus, settings, council_file, clock))
        await stage.live(build)


class _Stage:
    def __init__(self, name: str, context: Context) -> None:
        self._name, self._context = name, context
        self._app = FastStream(context.bus.broker, logger=logging.getLogger("faststream"))
        self._fatal: SoundingsError | None = None
        self._limit = RejectLimit()

    async def live(self, build: Build) -> None:
        parts = build(self._context)
        routes = [part for part in parts if isinstance(part, Route)]
        jobs = [part for part in parts if not isinstance(part, Route)]
        for route in routes:
            await self._subscribe(route)
        tasks = [asyncio.create_task(self._guarded(job)) for job in [self._beating, *jobs]]
        logging.getLogger(self._name).info("ready")
        try:
            await self._app.run(sleep_time=0.1)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        if self._fatal:
            raise self._fatal

    async def _subscribe(self, route: Route[Any]) -> None:
        bus, consumer = self._context.bus, route.consumer
        await bus.declare_consumer(consumer)
        tries = await bus.bucket(ATTEMPTS)
        delivery = Delivery(bus, self._name, route, tries, self._context.clock, self._limit)

        async def handle(messages: list[Msg]) -> None:
            await self._guarded(lambda: delivery.handle(messages))

        _take(bus.broker, route, handle)

    async def _guarded(self, job: Job) -> None:
        try:
            await job()
        except SoundingsError as error:
            self._fatal = self._fatal or error
            logging.getLogger(self._name).critical("%s", error)
            self._app.exit()

    async def _beating(self) -> None:
        while True:
            with contextlib.suppress(OSError):  # a full disk must not stop a stage that could go on
                await asyncio.to_thread(runtime.beat, self._context.settings, self._name, "running")
            await asyncio.sleep(runtime.BEAT)


def _take(broker: NatsBroker, route: Route[Any], handle: Callable[[list[Msg]], Awaitable[None]]) -> None:
    """Let FastStream pull batches and hand over the raw messages: acknowledging is `Delivery`'s, item by item."""

    async def raw(message: Any) -> list[Msg]:
        return list(message.raw_message)

    consumer = route.consumer
    subscribe = broker.subscriber(
        consumer.stream.subjects,
        stream=JStream(consumer.stream.name, declare=False),
        durable=consumer.durable,
        config=consumer.config(),
        pull_sub=PullSub(batch_size=consumer.batch, batch=True, timeout=PULL_TIMEOUT),
        ack_policy=AckPolicy.MANUAL,
        decoder=raw,
    )
    subscribe(handle)
