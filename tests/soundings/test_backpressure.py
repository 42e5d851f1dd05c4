"""Full queues against the real server: whoever fills one waits and says so; nothing is lost, nothing is to blame."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import pytest
from nats.js.errors import NoKeysError

from soundings import bus as bus_module
from soundings import holding as holding_module
from soundings import stage as stage_module
from soundings import streams as streams_module
from soundings.bus import Bus, connect
from soundings.envelopes import POSTS as POST_SHAPE
from soundings.envelopes import Envelope, encode, seal
from soundings.errors import OursFailed
from soundings.lacks import Lack
from soundings.messages import Post
from soundings.rejects import make_reject
from soundings.route import Route
from soundings.settings import Settings
from soundings.stage import Context, run
from soundings.streams import ATTEMPTS, MEBIBYTE, NOTICES, POSTS, READER, READINGS, REJECTED, Stream
from soundings.tasks import end
from soundings.waits import HERE
from tests.factories import NOON, make_post
from tests.servers import NatsServer

pytestmark = pytest.mark.servers
ACK_WAIT = 1.0


@pytest.fixture
def small(bus_settings: Settings) -> Settings:
    """The smallest queues that there may be: a mebibyte each."""
    return bus_settings.model_copy(update={"stream_megabytes": 1})


@pytest.fixture
async def bus(small: Settings) -> AsyncIterator[Bus]:
    async with connect(small, "test", upkeep=True) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bus_module, "PAUSES", (0.05,))
    monkeypatch.setattr(stage_module, "PULL", 0.2)
    monkeypatch.setattr("soundings.waits.SHORT", 0.0)


async def until(condition: Callable[[], Awaitable[object]], what: str) -> None:
    try:
        async with asyncio.timeout(30):
            while not await condition():
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"waited for {what}") from None


async def until_it_waits_for(lack: Lack) -> None:
    async def waits() -> bool:
        wait = HERE.longest()
        return wait is not None and wait.lack is lack

    await until(waits, f"a wait for {lack}")


def envelope(size: int = 200_000) -> Envelope:
    return Envelope(os.urandom(size // 2).hex().encode(), 1)


async def fill(bus: Bus, stream: Stream) -> int:
    """Publish until the stream takes no more, not even a small one. Returns how many it took."""
    count = 0
    for size in (200_000, 10_000, 100):
        with contextlib.suppress(OursFailed):
            while True:
                await bus.publish(stream, stream.subject("files", 1), envelope(size))
                count += 1
    return count


async def messages(bus: Bus, stream: Stream) -> int:
    return int((await bus.jetstream.stream_info(stream.name)).state.messages)


@pytest.mark.parametrize(
    ("stream", "lack"), [(POSTS, Lack.POSTS_FULL), (READINGS, Lack.READINGS_FULL), (NOTICES, Lack.NOTICES_FULL)]
)
async def test_who_fills_a_queue_waits_until_there_is_room(bus: Bus, stream: Stream, lack: Lack) -> None:
    held = await fill(bus, stream)
    assert await messages(bus, stream) == held > 4
    waiting = asyncio.create_task(bus.publish_surely(stream, stream.subject("files", 1), envelope()))
    await until_it_waits_for(lack)
    assert not waiting.done()
    await bus.jetstream.purge_stream(stream.name, keep=3)  # as when its reader acknowledges
    await asyncio.wait_for(waiting, 10)
    assert await messages(bus, stream) == 4
    assert HERE.longest() is None


async def test_a_full_list_of_rejects_takes_the_newest_and_nobody_waits(bus: Bus) -> None:
    for number in range(12):
        body = f"{number} ".ljust(200_000, "x")
        reject = make_reject("listeners", "files", f"line {number}", "no", body.encode(), NOON, body=body)
        await asyncio.wait_for(bus.reject(reject), 10)
    state = (await bus.jetstream.stream_info(REJECTED.name)).state
    assert state.bytes <= MEBIBYTE
    last = await bus.jetstream.get_msg(REJECTED.name, state.last_seq)
    assert b'"ref":"line 11"' in (last.data or b"")


async def test_a_smaller_limit_loses_nothing_and_holds_once_there_is_room(bus_settings: Settings) -> None:
    def with_limit(megabytes: int) -> Settings:
        return bus_settings.model_copy(update={"stream_megabytes": megabytes})

    async with connect(with_limit(32), "test", upkeep=True) as wide:
        for stream in (POSTS, REJECTED):
            for _ in range(15):
                await wide.publish(stream, stream.subject("files", os.urandom(4).hex(), 1), envelope())
    async with connect(with_limit(1), "test", upkeep=True) as narrow:
        assert [await messages(narrow, stream) for stream in (POSTS, REJECTED)] == [15, 15]
        with pytest.raises(OursFailed) as refused:
            await narrow.publish(POSTS, "posts.files.1", envelope())
        assert refused.value.lack is Lack.POSTS_FULL
        await narrow.jetstream.purge_stream(POSTS.name, keep=2)
        await narrow.publish(POSTS, "posts.files.1", envelope())
        assert (await narrow.jetstream.stream_info(POSTS.name)).config.max_bytes == MEBIBYTE


async def test_only_a_stage_changes_limits(bus: Bus, bus_settings: Settings) -> None:
    async with connect(bus_settings, "import") as other:
        assert (await other.jetstream.stream_info(POSTS.name)).config.max_bytes == MEBIBYTE
    async with connect(bus_settings, "nlp", upkeep=True) as stage:
        assert (await stage.jetstream.stream_info(POSTS.name)).config.max_bytes == 512 * MEBIBYTE


async def test_a_server_short_of_disk_does_not_keep_a_stage_from_what_is_there(
    bus_settings: Settings, nats_server: NatsServer
) -> None:
    """Such a server refuses even to be told again what a stream is."""
    async with connect(bus_settings, "test", upkeep=True) as before:
        await before.publish(POSTS, "posts.files.1", envelope())
    nats_server.stop()
    nats_server.more = "max_file_store: 1MB"
    nats_server.start()
    async with asyncio.timeout(20), connect(bus_settings, "test", upkeep=True) as after:
        assert await messages(after, POSTS) == 1


async def test_with_both_queues_full_the_envelope_in_hand_is_kept_and_nobody_is_to_blame(
    bus: Bus, small: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is delivered and read once, however long it waits: not given back, not counted as a try, not read post by
    post."""
    monkeypatch.setattr(streams_module, "ACK_WAIT", ACK_WAIT)
    monkeypatch.setattr(holding_module, "ACK_WAIT", ACK_WAIT)
    read: list[str] = []

    def build(context: Context) -> Sequence[Route[Post, list[Envelope]]]:
        async def work(items: Sequence[Post]) -> list[Envelope]:
            read.extend(item.id for item in items)
            return list(seal(encode(item) for item in items))

        async def put(envelopes: Sequence[Envelope]) -> None:
            for one in envelopes:
                await context.bus.publish(READINGS, READINGS.subject(one.count), one)

        return [Route(READER, POST_SHAPE, work, put)]

    held = await fill(bus, READINGS)
    posts = [make_post(str(number), text="bins " * 200) for number in range(400)]
    for one in seal(encode(post) for post in posts):
        await bus.publish(POSTS, POSTS.subject("files", one.count), one)
    filled = await fill(bus, POSTS)
    stage = asyncio.create_task(run("nlp", build, small))
    await until_it_waits_for(Lack.READINGS_FULL)
    await until(lambda: _true(HERE.lasted(HERE.longest()) > 3 * ACK_WAIT), "several times the wait for an ack")
    consumer = await bus.jetstream.consumer_info(POSTS.name, READER.durable)
    assert (consumer.num_redelivered, consumer.num_ack_pending) == (0, 1)
    assert read == [post.id for post in posts[: len(read)]], "each post once"
    with pytest.raises(NoKeysError):
        await (await bus.bucket(ATTEMPTS)).keys()
    await bus.jetstream.purge_stream(READINGS.name)
    await until(lambda: _true(len(read) == len(posts)), "the posts to be read")
    assert read == [post.id for post in posts]
    assert held > 4
    assert filled > 0
    await end(stage)


async def _true(value: object) -> object:
    return value
