"""The life of a stage: connect, take envelopes, beat, stop when told. Each `service.py` is wiring over this.

Knows nothing of what a stage does; the clock, the bus and the settings are given to it, so a test can hold them.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import traceback
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from faststream import FastStream
from nats.aio.msg import Msg
from nats.errors import ConnectionClosedError
from nats.js import JetStreamContext

from soundings import council, logs, memory, runtime
from soundings import settings as settings_module
from soundings.bus import TROUBLE, Bus, connect, persist
from soundings.council import CouncilFile
from soundings.delivery import Delivery
from soundings.errors import SoundingsError
from soundings.health import served
from soundings.rejects import RejectLimit
from soundings.remnants import Remnants
from soundings.route import Route
from soundings.settings import Settings
from soundings.streams import ATTEMPTS, Consumer
from soundings.tasks import end
from soundings.tries import limit_state
from soundings.vitals import Vitals

__all__ = ["Context", "Job", "Route", "now", "serve"]

PULL = 1.0
"""Seconds a pull waits when nothing is there. What arrives meanwhile is handed over at once."""
GRACE = 8.0
"""Seconds that work under way has to end when the stage is told to stop."""

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


Task = asyncio.Task[None]
Parts = Sequence[Route[Any, Any] | Job]
Build = Callable[[Context], Parts | Awaitable[Parts]]
"""What a stage does. One that must first wait for something of ours awaits it."""


def serve(name: str, build: Build) -> None:
    """Run a stage in this process until SIGTERM or SIGINT. Raises SoundingsError when it must not go on."""
    settings = settings_module.load()
    logs.setup(name, settings.log_level)
    memory.look_seldom()
    with served(name, settings) as vitals:
        asyncio.run(run(name, build, runtime.found(settings), vitals=vitals))


async def run(
    name: str,
    build: Build,
    settings: Settings,
    clock: Callable[[], datetime] = now,
    vitals: Vitals | None = None,
) -> None:
    """The same within an event loop; cancel it to stop."""
    council_file = council.load(settings.council_path)
    vitals = vitals or Vitals(name, settings)
    beating = asyncio.create_task(vitals.beating())  # from the first moment: also while it waits for the bus
    try:
        async with connect(settings, name, upkeep=True) as bus:
            context = Context(bus, settings, council_file, clock)
            parts = build(context)
            stage = _Stage(name, context, vitals)
            await stage.live(await parts if isinstance(parts, Awaitable) else parts)
    finally:
        await end(beating)


class _Stage:
    def __init__(self, name: str, context: Context, vitals: Vitals) -> None:
        self._name, self._context, self._vitals = name, context, vitals
        self._app = FastStream(context.bus.broker, logger=logging.getLogger("faststream"))
        self._fatal: SoundingsError | None = None
        self._limit = RejectLimit()
        self._stopping = False

    async def _know_limit(self) -> None:
        async def read() -> str:
            return await limit_state(await self._context.bus.bucket(ATTEMPTS), self._name)

        self._limit = RejectLimit(await persist("reading how much was rejected", read))

    async def live(self, parts: Parts) -> None:
        await self._know_limit()
        pulls = [asyncio.create_task(self._guarded(self._pulling(part))) for part in parts if isinstance(part, Route)]
        jobs = [part for part in parts if not isinstance(part, Route)]
        tasks = [asyncio.create_task(self._guarded(job)) for job in [self._watching, *jobs]]
        logging.getLogger(self._name).info("ready")

        @self._app.on_shutdown  # while FastStream still holds the connection open
        async def finish() -> None:
            await self._finish(pulls, tasks)

        try:
            with contextlib.suppress(ConnectionClosedError):  # FastStream says it when it stops; we said it before
                await self._app.run(sleep_time=0.1)
        finally:
            await self._finish(pulls, tasks)
        if self._fatal:
            raise self._fatal

    async def _finish(self, pulls: list[Task], tasks: list[Task]) -> None:
        """Let work under way end while the bus is still there to acknowledge it; then stop the rest."""
        self._stopping = True
        if pulls:
            await asyncio.wait(pulls, timeout=GRACE)
        await end(*pulls, *tasks)

    def _pulling(self, route: Route[Any, Any]) -> Job:
        """Pull and work a route's envelopes. The pull is ours: see docs/decisions/0009-the-pull-is-ours.md."""

        async def pull() -> None:
            bus, consumer = self._context.bus, route.consumer
            tries = await persist("opening a bucket", lambda: bus.bucket(ATTEMPTS))
            delivery = Delivery(bus, self._name, route, tries, self._context.clock, self._limit)
            subscription = await persist("subscribing", lambda: _subscribe(bus, consumer))
            remnants = Remnants(bus, consumer)
            while not self._stopping:
                await persist("looking for what was left behind", remnants.look)
                messages = await persist("pulling", lambda: _pull(bus, consumer, subscription))
                if messages:
                    await delivery.handle(messages)
            with contextlib.suppress(*TROUBLE):  # or closing the connection waits for this one's answers for ever
                await subscription.unsubscribe()

        return pull

    async def _guarded(self, job: Job) -> None:
        try:
            await job()
        except SoundingsError as error:
            self._stop(error)
        except Exception as error:  # a fault of ours: end, loudly, and let whoever started us start us again
            at = traceback.extract_tb(error.__traceback__)[-1]
            self._stop(SoundingsError(f"Stopped by {type(error).__name__} at {at.filename}:{at.lineno}."))

    def _stop(self, error: SoundingsError) -> None:
        self._fatal = self._fatal or error
        logging.getLogger(self._name).critical("%s", error)
        self._app.exit()

    async def _watching(self) -> None:
        await self._vitals.watching(self._context.bus.client)


async def _subscribe(bus: Bus, consumer: Consumer) -> JetStreamContext.PullSubscription:
    await bus.declare_consumer(consumer)
    return await bus.jetstream.pull_subscribe_bind(consumer.durable, stream=consumer.stream.name)


async def _pull(bus: Bus, consumer: Consumer, subscription: JetStreamContext.PullSubscription) -> list[Msg]:
    try:
        return await subscription.fetch(batch=consumer.batch, timeout=PULL)
    except TimeoutError:
        return []
    except TROUBLE:
        await bus.declare()  # the bus may have been wiped: what is not there is made anew, then it is tried again
        await bus.declare_consumer(consumer)
        raise
