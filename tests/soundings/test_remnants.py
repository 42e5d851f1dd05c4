"""What an ill bus left behind: acknowledged, brought back by its restart, and delivered again."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Sequence

import pytest

from soundings import bus as bus_module
from soundings import remnants as remnants_module
from soundings import stage as stage_module
from soundings.bus import Bus, connect
from soundings.envelopes import POSTS as POST_SHAPE
from soundings.envelopes import encode, seal
from soundings.errors import OursFailed
from soundings.messages import Post
from soundings.remnants import EVERY, Remnants
from soundings.route import Route
from soundings.settings import Settings
from soundings.stage import run
from soundings.streams import POSTS, READER
from soundings.tasks import end
from tests.factories import make_post
from tests.servers import NatsServer
from tests.soundings.test_waits import Clock

pytestmark = [
    pytest.mark.servers,
    pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="prlimit is Linux's"),
]
NO_LIMIT = resource.RLIM_INFINITY


async def publish(bus: Bus, *posts: Post) -> None:
    for envelope in seal(encode(post) for post in posts):
        await bus.publish(POSTS, POSTS.subject("files", envelope.count), envelope)


async def left(bus: Bus) -> int:
    return int((await bus.jetstream.stream_info(POSTS.name)).state.messages)


async def leave_one_behind(bus: Bus, server: NatsServer, monkeypatch: pytest.MonkeyPatch) -> list[Post]:
    """Publish, let the disk fill, acknowledge all, restart: returns what was published."""
    monkeypatch.setattr(bus_module, "PUBLISH_TIMEOUT", 0.5)
    await bus.declare_consumer(READER)
    sent = [make_post(str(number), text="bins " * 2000) for number in range(3)]
    for post in sent:
        await publish(bus, post)
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (40_000, NO_LIMIT))
    for number in range(10, 20):
        try:
            await publish(bus, make_post(str(number), text="lamp " * 2000))
        except OursFailed:
            break
        sent.append(make_post(str(number), text="lamp " * 2000))
    else:
        raise AssertionError("the limit had no effect")
    subscription = await bus.jetstream.pull_subscribe_bind(READER.durable, stream=POSTS.name)
    for _ in sent:
        (message,) = await subscription.fetch(1, timeout=5)
        await message.ack_sync(timeout=5)
    await subscription.unsubscribe()
    server.stop()
    server.start()
    async with asyncio.timeout(30):
        while not bus.client.stats["reconnects"]:
            await asyncio.sleep(0.02)
    return sent


async def test_it_is_worked_again_and_then_gone(
    bus: Bus, bus_settings: Settings, nats_server: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remnants_module, "EVERY", 0.3)
    monkeypatch.setattr(stage_module, "PULL", 0.2)
    sent = await leave_one_behind(bus, nats_server, monkeypatch)
    seen: set[str] = set()

    async def work(items: Sequence[Post]) -> None:
        seen.update(item.id for item in items)

    async with connect(bus_settings, "after") as after:
        passed = (await after.jetstream.consumer_info(POSTS.name, READER.durable)).ack_floor
        first = (await after.jetstream.stream_info(POSTS.name)).state.first_seq
        assert await left(after) > 0, "the fault that this is about is gone from nats-server: so may the remedy"
        assert passed
        assert first <= passed.stream_seq, "its consumer has passed it"
        stage = asyncio.create_task(run("nlp", lambda context: [Route(READER, POST_SHAPE, work)], bus_settings))
        async with asyncio.timeout(30):
            while await left(after):
                await asyncio.sleep(0.05)
        await end(stage)
    assert seen
    assert seen <= {post.id for post in sent}


async def test_what_is_on_its_way_is_left_alone(bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is made anew for what waits, is in hand, or was just acknowledged."""
    clock = Clock()
    remnants = Remnants(bus, READER, clock)
    await bus.declare_consumer(READER)
    created = (await bus.jetstream.consumer_info(POSTS.name, READER.durable)).created
    subscription = await bus.jetstream.pull_subscribe_bind(READER.durable, stream=POSTS.name)
    for number in range(6):
        await publish(bus, make_post(str(number)))
        if number % 2:
            (message,) = await subscription.fetch(1, timeout=5)
            if number % 3:
                await message.ack_sync(timeout=5)
        clock.now += EVERY
        await remnants.look()
    assert (await bus.jetstream.consumer_info(POSTS.name, READER.durable)).created == created
