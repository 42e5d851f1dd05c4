"""The connection to the bus, and publishing that counts only once the server has acknowledged it.

Every publish names its stream: without it JetStream answers nothing and a message may silently vanish.
Knows nothing of what the messages mean.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import fields
from typing import TypeVar

import nats.errors
import nats.js.errors
from faststream.nats import NatsBroker
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import KeyValueConfig, PubAck, StreamConfig, StreamInfo
from nats.js.kv import KeyValue

from soundings import metrics
from soundings.connecting import opened
from soundings.envelopes import Envelope
from soundings.errors import OursFailed, SoundingsError
from soundings.lacks import FULL, Lack
from soundings.messages import Reject
from soundings.rejects import reject_subject
from soundings.settings import Settings
from soundings.streams import ALL, ATTEMPTS, CORRECTIONS, GUIDANCE, REJECTED, Consumer, Stream
from soundings.tasks import stop_if_asked
from soundings.waits import HERE

log = logging.getLogger("bus")

PUBLISH_TIMEOUT = 5.0
PAUSES = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Seconds between tries while something of ours is away; the last is repeated for ever."""
CLOSED = "The connection to the bus was closed for good. It needs a new start."
UNANSWERED = (nats.errors.Error, TimeoutError, ConnectionError)
"""What a connection raises when the bus does not answer, or not as it should."""
TROUBLE = (nats.errors.Error, OSError)
"""The same, and whatever else this machine fails at."""
NO_WRITING = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO})
STREAM_IS_FULL = 10077
"""The server's own number."""
FULL_PAUSE = 1.0
SAY_AGAIN = 60.0
"""Seconds until a failure that stays is logged again; at first it is logged more often."""
WEEK = 7 * 24 * 3600

T = TypeVar("T")


async def persist(what: str, attempt: Callable[[], Awaitable[T]]) -> T:
    """Try something of ours until it works, with growing pauses, for ever. Cancel it to stop.

    Raises SoundingsError when the connection is closed: nats-py never opens such a one again.
    """
    with HERE.watched() as waiting:
        said_at = began = time.monotonic()
        for count in range(10**9):
            try:
                result = await attempt()
            except nats.errors.ConnectionClosedError:
                stop_if_asked()
                raise SoundingsError(CLOSED) from None
            except (OursFailed, *TROUBLE) as error:
                stop_if_asked()
                lack = _lack_of(error)
                waiting.lacks(lack)
                metrics.RETRIES.labels(lack.value).inc()
                now = time.monotonic()
                if count == 0 or now - said_at >= min(SAY_AGAIN, now - began):
                    log.warning("%s: %s; trying again until it works", what, _plain(error))
                    said_at = now
                await asyncio.sleep(_pause(count, lack))
            else:
                stop_if_asked()
                return result
    raise AssertionError("unreachable")


def _lack_of(error: Exception) -> Lack:
    if isinstance(error, OursFailed):
        return error.lack
    if isinstance(error, UNANSWERED):
        return Lack.BUS
    return Lack.DISK if isinstance(error, OSError) and error.errno in NO_WRITING else Lack.OTHER


def _pause(count: int, lack: Lack) -> float:
    """A full queue is soon less full, and asking costs nothing: there the pauses grow no further than a second."""
    pause = PAUSES[min(count, len(PAUSES) - 1)]
    return min(pause, FULL_PAUSE) if lack in FULL.values() else pause


def _plain(error: BaseException) -> str:
    return str(error) if isinstance(error, OursFailed) else f"{type(error).__name__} {error}".strip()


class Bus:
    """An open connection. Make it with `connect`."""

    def __init__(self, broker: NatsBroker, client: Client, settings: Settings, *, upkeep: bool = False) -> None:
        self.broker = broker
        self.client = client
        self.jetstream: JetStreamContext = client.jetstream(timeout=PUBLISH_TIMEOUT)
        self._replicas, self._megabytes, self._upkeep = settings.nats_replicas, settings.stream_megabytes, upkeep

    async def declare(self) -> None:
        """Make the streams and buckets that are missing; with `upkeep`, bring the limits of the others up to date."""
        for stream in ALL:
            await self._declare_stream(stream)
        for bucket, ttl in ((GUIDANCE, 0), (CORRECTIONS, 0), (ATTEMPTS, WEEK)):
            await self._declare_bucket(bucket, ttl)

    async def _declare_bucket(self, bucket: str, ttl: int) -> None:
        try:
            config = (await self.jetstream.stream_info(f"KV_{bucket}")).config
        except nats.js.errors.NotFoundError:
            await self.jetstream.create_key_value(KeyValueConfig(bucket=bucket, ttl=ttl, replicas=self._replicas))
        else:  # made by an older version, or with other settings: creating it again would be refused
            wanted = config.evolve(max_age=ttl, num_replicas=self._replicas)
            if self._upkeep and differs(wanted, config):
                await self.jetstream.update_stream(wanted)

    async def _declare_stream(self, stream: Stream) -> None:
        config = stream.config(self._replicas, self._megabytes)
        try:
            found = await self.jetstream.stream_info(stream.name)
        except nats.js.errors.NotFoundError:
            await self.jetstream.add_stream(config)
            return
        if not stream.work_queue:  # made smaller, it would drop what it holds above that
            config.max_bytes = max(stream.limit(self._megabytes), found.state.bytes)
        if self._upkeep and differs(config, found.config):  # a server short of disk refuses even the same again
            await self.jetstream.update_stream(config)

    async def declare_consumer(self, consumer: Consumer) -> None:
        """Make a durable consumer, or bring it up to date: JetStream ignores a changed one that merely subscribes."""
        config = consumer.config()
        config.durable_name = consumer.durable
        config.filter_subject = consumer.stream.subjects
        await self.jetstream.add_consumer(consumer.stream.name, config)

    async def renew_consumer(self, consumer: Consumer) -> None:
        """Make a durable consumer anew: everything in its stream is delivered again, from the first on."""
        with contextlib.suppress(nats.js.errors.NotFoundError):
            await self.jetstream.delete_consumer(consumer.stream.name, consumer.durable)
        await self.declare_consumer(consumer)

    async def publish(self, stream: Stream, subject: str, envelope: Envelope) -> PubAck:
        """Publish once and return the server's acknowledgement. Raises OursFailed."""
        try:
            answer: PubAck = await self.broker.publish(
                envelope.body,
                subject,
                stream=stream.name,
                timeout=PUBLISH_TIMEOUT,
                headers={"Nats-Msg-Id": envelope.digest},
            )
        except nats.errors.ConnectionClosedError:
            raise
        except TROUBLE as error:
            if isinstance(error, nats.js.errors.NoStreamResponseError):  # it was emptied: then it is made anew
                with contextlib.suppress(*TROUBLE):
                    await self.declare()
            lack = self._lack(stream, error)
            raise OursFailed(f"the bus did not take an envelope for {stream.name}: {lack.why}", lack) from error
        metrics.PUBLISHED.labels(stream.name).inc(envelope.count)
        return answer

    def _lack(self, stream: Stream, error: Exception) -> Lack:
        """Why the bus took nothing."""
        if isinstance(error, nats.js.errors.APIError) and error.err_code == STREAM_IS_FULL:
            return FULL.get(stream.name, Lack.BUS_ILL)
        return Lack.BUS_ILL if self.client.is_connected else Lack.BUS

    async def publish_surely(self, stream: Stream, subject: str, envelope: Envelope) -> PubAck:
        """Publish until the server has acknowledged it, however long the bus is away or full."""
        return await persist(f"publishing to {stream.name}", lambda: self.publish(stream, subject, envelope))

    async def reject(self, reject: Reject) -> None:
        """Put an item that cannot be taken where `soundings rejected` finds it; the same item again counts once."""
        await self.publish_surely(REJECTED, reject_subject(reject), Envelope(reject.model_dump_json().encode(), 1))
        metrics.REJECTED.labels(reject.stage).inc()

    async def bucket(self, name: str) -> KeyValue:
        """One of the key-value buckets."""
        return await self.jetstream.key_value(name)

    @property
    def reconnects(self) -> int:
        """How often the connection was lost and made again."""
        return int(self.client.stats["reconnects"])

    async def identity(self, stream: Stream) -> str:
        """When the server made this stream: another value means another or a wiped bus."""
        return str((await self.info(stream.name)).created)

    async def info(self, name: str, subjects: str | None = None) -> StreamInfo:
        """What the server says of a stream, with the `subjects` asked for, up to 100,000 of them (its limit). A stream
        that is missing is made: the bus was emptied meanwhile."""
        try:
            return await self.jetstream.stream_info(name, subjects)
        except nats.js.errors.NotFoundError:
            await self.declare()
            return await self.jetstream.stream_info(name, subjects)


def differs(wanted: StreamConfig, found: StreamConfig) -> bool:
    """Whether a stream is not as it is wanted. What is not said is the server's business."""
    named = ((getattr(wanted, one.name), getattr(found, one.name)) for one in fields(wanted))
    return any(ours is not None and ours != theirs for ours, theirs in named)


@asynccontextmanager
async def connect(settings: Settings, name: str, *, upkeep: bool = False) -> AsyncIterator[Bus]:
    """An open bus with everything declared, closed at the end. `upkeep`: it keeps the streams' limits, as stages do."""
    broker, client = await persist("connecting to the bus", lambda: opened(settings, name))
    try:
        bus = Bus(broker, client, settings, upkeep=upkeep)
        await persist("declaring the streams", bus.declare)
        yield bus
    finally:
        with contextlib.suppress(nats.errors.ConnectionClosedError):
            await broker.stop()
