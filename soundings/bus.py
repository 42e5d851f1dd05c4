"""The connection to the bus, and publishing that counts only once the server has acknowledged it.

Every publish names its stream: without it JetStream answers nothing and a message may silently vanish.
Knows nothing of what the messages mean.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import nats.errors
import nats.js.errors
from faststream.nats import NatsBroker
from faststream.nats.security import NatsToken
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import KeyValueConfig, PubAck, StreamInfo
from nats.js.kv import KeyValue

from soundings.envelopes import Envelope
from soundings.errors import OursFailed
from soundings.messages import Reject
from soundings.settings import Settings, secret
from soundings.streams import ALL, ATTEMPTS, GUIDANCE, REJECTED, Consumer, Stream
from soundings.tasks import stop_if_asked

log = logging.getLogger("bus")

PUBLISH_TIMEOUT = 5.0
PAUSES = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Seconds between tries while something of ours is away; the last is repeated for ever."""
TROUBLE = (nats.errors.Error, nats.js.errors.Error, OSError, TimeoutError, asyncio.TimeoutError)
WEEK = 7 * 24 * 3600

T = TypeVar("T")


async def persist(what: str, attempt: Callable[[], Awaitable[T]]) -> T:
    """Try something of ours until it works, with growing pauses, for ever. Cancel it to stop."""
    for count in range(10**9):
        try:
            result = await attempt()
        except (OursFailed, *TROUBLE) as error:
            stop_if_asked()
            pause = PAUSES[min(count, len(PAUSES) - 1)]
            log.warning("%s: %s; trying again in %.1f s", what, _plain(error), pause)
            await asyncio.sleep(pause)
        else:
            stop_if_asked()
            return result
    raise AssertionError("unreachable")


def _plain(error: BaseException) -> str:
    return str(error) if isinstance(error, OursFailed) else f"{type(error).__name__} {error}".strip()


class Bus:
    """An open connection. Make it with `connect`."""

    def __init__(self, broker: NatsBroker, client: Client, replicas: int = 1) -> None:
        self.broker = broker
        self.client = client
        self.jetstream: JetStreamContext = client.jetstream(timeout=PUBLISH_TIMEOUT)
        self._replicas = replicas

    async def declare(self) -> None:
        """Make the streams and buckets, or bring their limits up to date."""
        for stream in ALL:
            await self._declare_stream(stream)
        for bucket, ttl in ((GUIDANCE, 0), (ATTEMPTS, WEEK)):
            await self.jetstream.create_key_value(KeyValueConfig(bucket=bucket, ttl=ttl, replicas=self._replicas))

    async def _declare_stream(self, stream: Stream) -> None:
        config = stream.config(self._replicas)
        try:
            await self.jetstream.stream_info(stream.name)
        except nats.js.errors.NotFoundError:
            await self.jetstream.add_stream(config)
        else:
            await self.jetstream.update_stream(config)

    async def declare_consumer(self, consumer: Consumer) -> None:
        """Make a durable consumer, or bring it up to date: JetStream ignores a changed one that merely subscribes."""
        config = consumer.config()
        config.durable_name = consumer.durable
        config.filter_subject = consumer.stream.subjects
        await self.jetstream.add_consumer(consumer.stream.name, config)

    async def publish(self, stream: Stream, subject: str, envelope: Envelope) -> PubAck:
        """Publish once and return the server's acknowledgement. Raises OursFailed."""
        try:
            return await self.broker.publish(
                envelope.body,
                subject,
                stream=stream.name,
                timeout=PUBLISH_TIMEOUT,
                headers={"Nats-Msg-Id": envelope.digest},
            )
        except TROUBLE as error:
            if isinstance(error, nats.js.errors.NoStreamResponseError):  # it was emptied: then it is made anew
                with contextlib.suppress(*TROUBLE):
                    await self.declare()
            raise OursFailed(f"the bus did not take an envelope for {stream.name}: {type(error).__name__}") from error

    async def publish_surely(self, stream: Stream, subject: str, envelope: Envelope) -> PubAck:
        """Publish until the server has acknowledged it, however long the bus is away or full."""
        return await persist(f"publishing to {stream.name}", lambda: self.publish(stream, subject, envelope))

    async def reject(self, reject: Reject) -> None:
        """Put an item that cannot be taken where `soundings rejected` finds it; the same item again counts once."""
        subject = REJECTED.subject(reject.stage, reject.source, f"{reject.digest[:16]}-{_token(reject.ref)}")
        await self.publish_surely(REJECTED, subject, Envelope(reject.model_dump_json().encode(), 1))

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

    async def info(self, name: str) -> StreamInfo:
        """What the server says of a stream. One that is missing is made: the bus was emptied meanwhile."""
        try:
            return await self.jetstream.stream_info(name)
        except nats.js.errors.NotFoundError:
            await self.declare()
            return await self.jetstream.stream_info(name)


def _token(text: str) -> str:
    return "".join(letter if letter.isalnum() and letter.isascii() else "_" for letter in text)[:64] or "_"


def make_broker(settings: Settings, name: str) -> NatsBroker:
    """A FastStream broker for the configured bus that never gives up reconnecting."""
    token = secret(settings.nats_token_file)
    security = NatsToken(token.get_secret_value()) if token else None
    return NatsBroker(
        settings.nats_url,
        name=f"soundings {name}",
        security=security,
        max_reconnect_attempts=-1,
        reconnect_time_wait=1,
        connect_timeout=5,
        logger=logging.getLogger("faststream"),
        graceful_timeout=10.0,
        apply_types=False,
    )


@asynccontextmanager
async def connect(settings: Settings, name: str) -> AsyncIterator[Bus]:
    """An open bus with everything declared, closed at the end."""
    broker = make_broker(settings, name)
    client = await persist("connecting to the bus", broker.connect)
    try:
        bus = Bus(broker, client, settings.nats_replicas)
        await persist("declaring the streams", bus.declare)
        yield bus
    finally:
        await broker.stop()
