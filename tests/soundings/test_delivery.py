"""The delivery contract against the real bus: nothing lost, and the two failures never confused."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest

from soundings import bus as bus_module
from soundings import delivery as delivery_module
from soundings import stage as stage_module
from soundings.bus import Bus, connect
from soundings.envelopes import MAX_ITEM_BYTES, Envelope, encode, seal
from soundings.envelopes import POSTS as POST_SHAPE
from soundings.errors import OursFailed, PostFailed, SoundingsError, TooManyRejects
from soundings.messages import Post, Reject
from soundings.route import Route
from soundings.settings import Settings
from soundings.stage import Context, run
from soundings.streams import ATTEMPTS, POSTS, READER, REJECTED, Consumer
from soundings.tasks import end
from tests.factories import NOON, make_post
from tests.servers import NatsServer

pytestmark = pytest.mark.servers

Work = Callable[[Sequence[Post]], Awaitable[None]]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery_module, "AGAIN_AFTER", 0.05)
    monkeypatch.setattr(bus_module, "PAUSES", (0.05,))
    monkeypatch.setattr(stage_module, "PULL", 0.2)


async def publish(bus: Bus, posts: Sequence[Post]) -> None:
    for envelope in seal(encode(post) for post in posts):
        await bus.publish_surely(POSTS, POSTS.subject("files", envelope.count), envelope)


async def waiting(bus: Bus) -> int:
    return int((await bus.jetstream.stream_info("posts")).state.messages)


async def rejects(bus: Bus) -> list[Reject]:
    state = (await bus.jetstream.stream_info(REJECTED.name)).state
    found = []
    for sequence in range(max(1, state.first_seq), state.last_seq + 1):
        message = await bus.jetstream.get_msg(REJECTED.name, sequence)
        found.append(Reject.model_validate_json(message.data or b""))
    return found


async def work_until_drained(
    settings: Settings, bus: Bus, work: Work, *, consumer: Consumer = READER, precious: bool = False
) -> None:
    """Run a stage with this work until no envelope waits."""
    task = asyncio.create_task(
        run("nlp", lambda context: [Route(consumer, POST_SHAPE, work, precious=precious)], settings)
    )
    try:
        async with asyncio.timeout(20):
            while await waiting(bus):
                if task.done():
                    break
                await asyncio.sleep(0.02)
    finally:
        if not task.done():
            await end(task)
    if task.done() and not task.cancelled() and (error := task.exception()):
        raise error


def posts(count: int) -> list[Post]:
    return [make_post(f"p{number}") for number in range(count)]


async def test_everything_published_is_worked_and_then_gone(bus: Bus, bus_settings: Settings) -> None:
    seen: list[str] = []

    async def work(items: Sequence[Post]) -> None:
        seen.extend(item.id for item in items)

    sent = posts(450)
    await publish(bus, sent)
    await work_until_drained(bus_settings, bus, work)
    assert seen == [post.id for post in sent]
    assert await waiting(bus) == 0


async def test_ours_is_tried_for_ever_and_rejects_nothing(bus: Bus, bus_settings: Settings) -> None:
    seen: list[str] = []
    tries = 0

    async def work(items: Sequence[Post]) -> None:
        nonlocal tries
        tries += 1
        if tries < 12:
            raise OursFailed("the database is away")
        seen.extend(item.id for item in items)

    await publish(bus, posts(5))
    await work_until_drained(bus_settings, bus, work)
    assert len(seen) == 5
    assert await rejects(bus) == []


async def test_a_post_that_fails_is_rejected_alone(bus: Bus, bus_settings: Settings) -> None:
    seen: set[str] = set()
    sent = posts(10)
    bad = sent[4].id

    async def work(items: Sequence[Post]) -> None:
        if any(item.id == bad for item in items):
            raise PostFailed("its date is out of range")
        seen.update(item.id for item in items)

    await publish(bus, sent)
    await work_until_drained(bus_settings, bus, work)
    assert seen == {post.id for post in sent} - {bad}
    (reject,) = await rejects(bus)
    assert (reject.ref, reject.reason) == (bad, "its date is out of range")
    assert reject.body == ""


async def test_what_was_rejected_before_is_not_kept_longer_by_another_try(bus: Bus, bus_settings: Settings) -> None:
    async def work(_: Sequence[Post]) -> None:
        raise PostFailed("its date is out of range")

    await publish(bus, [make_post("1", first_rejected_at=NOON), make_post("2")])
    await work_until_drained(bus_settings, bus, work)
    before, anew = await rejects(bus)
    assert before.at == NOON and anew.at != NOON


async def test_an_unknown_failure_is_tried_alone_three_times(bus: Bus, bus_settings: Settings) -> None:
    alone = 0
    sent = posts(3)

    async def work(items: Sequence[Post]) -> None:
        nonlocal alone
        if items[0].id == sent[1].id and len(items) == 1:
            alone += 1
        if any(item.id == sent[1].id for item in items):
            raise ZeroDivisionError

    await publish(bus, sent)
    await work_until_drained(bus_settings, bus, work)
    assert alone == delivery_module.TRIES
    (reject,) = await rejects(bus)
    assert reject.ref == sent[1].id
    assert "ZeroDivisionError" in reject.reason


async def test_a_damaged_item_costs_its_neighbours_nothing(bus: Bus, bus_settings: Settings) -> None:
    seen: list[str] = []

    async def work(items: Sequence[Post]) -> None:
        seen.extend(item.id for item in items)

    good = [encode(post) for post in posts(2)]
    (envelope,) = seal([good[0], b'{"id": "Jane Doe"}', good[1]])
    await bus.publish_surely(POSTS, POSTS.subject("files", 3), envelope)
    for broken in (b'{"schema": 1, "ite', b'{"schema": [], "items": []}', b"[" * 20_000):
        await bus.publish_surely(POSTS, POSTS.subject("files", 1), Envelope(broken, 1))
    await work_until_drained(bus_settings, bus, work)
    assert len(seen) == 2
    found = await rejects(bus)
    assert len(found) == 4
    assert "Jane" not in "".join(reject.model_dump_json() for reject in found)


async def test_a_stage_that_rejects_nearly_everything_stops_loudly(bus: Bus, bus_settings: Settings) -> None:
    async def work(items: Sequence[Post]) -> None:
        raise PostFailed("no")

    await publish(bus, posts(30))
    with pytest.raises(TooManyRejects, match="20 items in a row"):
        await work_until_drained(bus_settings, bus, work)
    assert await waiting(bus) == 1, "what was not rejected stays on the bus"


async def test_a_stage_that_is_started_again_knows_how_near_the_limit_is(bus: Bus, bus_settings: Settings) -> None:
    async def work(items: Sequence[Post]) -> None:
        raise PostFailed("no")

    await publish(bus, posts(15))
    await work_until_drained(bus_settings, bus, work)
    await publish(bus, [make_post(f"more {number}") for number in range(15)])
    with pytest.raises(TooManyRejects, match="20 items in a row"):
        await work_until_drained(bus_settings, bus, work)
    assert len(await rejects(bus)) == 20


async def test_one_bad_post_sends_no_other_envelope_down_the_slow_way(bus: Bus, bus_settings: Settings) -> None:
    sizes: list[int] = []
    consumer = Consumer(POSTS, "many", batch=10)
    bad = make_post("bad")

    async def work(items: Sequence[Post]) -> None:
        sizes.append(len(items))
        if any(item.id == bad.id for item in items):
            raise ZeroDivisionError

    for number in range(9):
        await publish(bus, [make_post(f"{number}-{index}") for index in range(5)])
    await publish(bus, [bad, make_post("beside")])
    await work_until_drained(bus_settings, bus, work, consumer=consumer)
    assert sum(size == 1 for size in sizes) == delivery_module.TRIES + 1, "the bad one's tries and its neighbour"
    assert sizes.count(5) == 9
    assert len(await rejects(bus)) == 1


@pytest.mark.parametrize("error", [OSError, TimeoutError])
async def test_a_raw_failure_of_the_machine_counts_against_no_post(
    bus: Bus, bus_settings: Settings, error: type[Exception]
) -> None:
    seen: list[str] = []
    calls = 0

    async def work(items: Sequence[Post]) -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise ZeroDivisionError  # from now on one at a time
        if calls < 8:
            raise error
        seen.extend(item.id for item in items)

    await publish(bus, posts(3))
    await work_until_drained(bus_settings, bus, work)
    assert seen == [post.id for post in posts(3)]
    assert await rejects(bus) == []


async def test_what_is_precious_is_tried_for_ever_and_holds_nobody_up(
    bus: Bus, bus_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery_module, "MUCH_LATER", 0.05)
    seen: list[str] = []
    calls = 0
    sent = posts(3)

    async def work(items: Sequence[Post]) -> None:
        nonlocal calls
        if items[0].id == sent[0].id or len(items) > 1:
            calls += 1
            if calls < 3 * delivery_module.TRIES:
                raise ZeroDivisionError
        seen.extend(item.id for item in items)

    await publish(bus, sent)
    await work_until_drained(bus_settings, bus, work, precious=True)
    assert seen == [sent[1].id, sent[2].id, sent[0].id]
    assert await rejects(bus) == []


async def test_a_post_that_no_envelope_could_hold_is_rejected_all_the_same(bus: Bus, bus_settings: Settings) -> None:
    async def work(items: Sequence[Post]) -> None:
        raise PostFailed("no")

    body = make_post(text="a" * MAX_ITEM_BYTES).model_dump_json().encode()
    await bus.publish_surely(POSTS, POSTS.subject("files", 1), next(iter(seal([body]))))
    await work_until_drained(bus_settings, bus, work)
    assert [reject.reason for reject in await rejects(bus)] == ["no"]


async def test_a_connection_closed_for_good_ends_the_stage(bus: Bus, bus_settings: Settings) -> None:
    """nats-py closes for ever on some errors of the server: a stage that went on would be deaf and look well."""
    opened: list[Bus] = []

    def build(context: Context) -> list[Route[Post, None]]:
        opened.append(context.bus)
        return []

    task = asyncio.create_task(run("nlp", build, bus_settings))
    while not opened:
        await asyncio.sleep(0.01)
    await opened[0].client.close()
    with pytest.raises(SoundingsError, match="closed for good"):
        await asyncio.wait_for(task, 20)


async def test_buckets_of_another_shape_are_brought_up_to_date(bus: Bus, bus_settings: Settings) -> None:
    """Creating them again would be refused, and no stage would ever start."""
    config = (await bus.jetstream.stream_info(f"KV_{ATTEMPTS}")).config
    await bus.jetstream.update_stream(config.evolve(max_age=3600))
    await (await bus.bucket(ATTEMPTS)).put("kept", b"1")
    async with connect(bus_settings, "a stage", upkeep=True):
        pass
    now = await bus.jetstream.stream_info(f"KV_{ATTEMPTS}")
    assert now.config.max_age == bus_module.WEEK
    assert (await (await bus.bucket(ATTEMPTS)).get("kept")).value == b"1"


async def test_the_same_reject_again_counts_once(bus: Bus, bus_settings: Settings) -> None:
    async def work(items: Sequence[Post]) -> None:
        raise PostFailed("no")

    for version in (1, 2):
        await publish(bus, [make_post("same", version=version)])
        await publish(bus, [make_post("same", version=version, text="other text")])
    await work_until_drained(bus_settings, bus, work)
    assert len(await rejects(bus)) == 4, "four different bodies"


async def test_the_bus_dies_and_comes_back_while_publishing(
    bus: Bus, bus_settings: Settings, nats_server: NatsServer
) -> None:
    seen: set[str] = set()

    async def work(items: Sequence[Post]) -> None:
        seen.update(item.id for item in items)

    sent = posts(600)
    await publish(bus, sent[:300])
    nats_server.kill()
    publishing = asyncio.create_task(publish(bus, sent[300:]))
    await asyncio.sleep(0)
    nats_server.start()
    await asyncio.wait_for(publishing, 30)
    await work_until_drained(bus_settings, bus, work)
    assert seen == {post.id for post in sent}


async def test_a_quiet_moment_costs_no_delivery(bus: Bus, bus_settings: Settings) -> None:
    """Each envelope is delivered once, however the pulls fall between the publishes."""
    seen: list[str] = []

    async def work(items: Sequence[Post]) -> None:
        seen.extend(item.id for item in items)

    task = asyncio.create_task(run("nlp", lambda context: [Route(READER, POST_SHAPE, work)], bus_settings))
    sent = posts(60)
    for number, post in enumerate(sent):
        await publish(bus, [post])
        if number % 10 == 0:
            await asyncio.sleep(stage_module.PULL / 2)
    async with asyncio.timeout(20):
        while await waiting(bus):
            await asyncio.sleep(0.02)
    delivered = (await bus.jetstream.consumer_info("posts", "nlp")).delivered.consumer_seq
    await end(task)
    assert seen == [post.id for post in sent]
    assert delivered == len(sent)


async def test_a_fault_of_ours_ends_the_stage_and_names_the_place(bus: Bus, bus_settings: Settings) -> None:
    async def broken() -> None:
        raise KeyError("Jane Doe")

    with pytest.raises(SoundingsError, match=r"^Stopped by KeyError at .*test_delivery\.py:\d+\.$"):
        await asyncio.wait_for(run("nlp", lambda context: [broken], bus_settings), 20)
