"""Which post is to blame when a process dies, and which is not: on the real bus, with deaths where they hurt."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest
from nats.aio.msg import Msg
from nats.js.kv import KeyValue

from soundings import bus as bus_module
from soundings import patience
from soundings.bus import Bus
from soundings.delivery import TRIES, Delivery
from soundings.envelopes import POSTS as POST_SHAPE
from soundings.envelopes import encode, seal
from soundings.errors import OursFailed, PostFailed, TooManyRejects
from soundings.messages import Post
from soundings.patience import Patience
from soundings.rejects import RejectLimit
from soundings.route import Route
from soundings.streams import ATTEMPTS, READER, REJECTED
from soundings.tries import Tries, limit_key, limit_state
from tests.factories import NOON, make_post, post_id

pytestmark = pytest.mark.servers


class Died(BaseException):
    """The process is gone: nothing after it runs, and nothing catches it."""


class Letter:
    """One message as the server delivers it again and again."""

    subject = "posts.files.1"

    def __init__(self, body: bytes) -> None:
        self.data, self.is_acked, self.deliveries = body, False, 0

    @property
    def metadata(self) -> SimpleNamespace:
        return SimpleNamespace(num_delivered=self.deliveries)

    async def ack(self) -> None:
        self.is_acked = True

    async def nak(self, delay: float) -> None:
        """It comes again."""

    async def in_progress(self) -> None:
        """It is kept alive."""


Work = Callable[[Sequence[Post]], Awaitable[None]]


async def deliver(bus: Bus, letter: Letter, work: Work, deaths: int = 20) -> None:
    """Deliver until it is acknowledged, each time by a new process."""
    for _ in range(deaths):
        letter.deliveries += 1
        route: Route[Any, Any] = Route(READER, POST_SHAPE, work)
        delivery = Delivery(bus, "nlp", route, await bus.bucket(ATTEMPTS), lambda: NOON, RejectLimit())
        try:
            await delivery.handle([cast("Msg", letter)])
        except Died:
            continue
        if letter.is_acked:
            return
    raise AssertionError("never acknowledged")


async def one_life(
    bus: Bus, letter: Letter, work: Callable[[Sequence[Post]], Awaitable[Any]], **more: Callable[..., Awaitable[None]]
) -> None:
    """Deliver once, to a new process that knows what the one before left. `more`: `put`, `ready`."""
    letter.deliveries += 1
    bucket = await bus.bucket(ATTEMPTS)
    route: Route[Any, Any] = Route(READER, POST_SHAPE, work, **cast("Any", more))
    limit = RejectLimit(await limit_state(bucket, "nlp"))
    await Delivery(bus, "nlp", route, bucket, lambda: NOON, limit).handle([cast("Msg", letter)])


async def rejected(bus: Bus) -> int:
    return int((await bus.jetstream.stream_info(REJECTED.name)).state.messages)


@pytest.mark.parametrize("killer", [0, 5, 25, 29])
async def test_the_post_that_kills_is_rejected_alone(bus: Bus, killer: int) -> None:
    sent = [make_post(f"p{number}") for number in range(30)]
    (envelope,) = seal(map(encode, sent))
    worked: set[str] = set()

    async def work(items: Sequence[Post]) -> None:
        if any(item.id == sent[killer].id for item in items):
            raise Died
        worked.update(item.id for item in items)

    await deliver(bus, Letter(envelope.body), work)
    assert worked == {post.id for post in sent} - {sent[killer].id}
    assert await rejected(bus) == 1


async def test_nothing_is_acknowledged_before_its_work_is_done(bus: Bus) -> None:
    async def work(items: Sequence[Post]) -> None:
        raise Died

    (envelope,) = seal([encode(make_post())])
    letter = Letter(envelope.body)
    for _ in range(2):  # together with others, and alone
        letter.deliveries += 1
        route: Route[Any, Any] = Route(READER, POST_SHAPE, work)
        delivery = Delivery(bus, "nlp", route, await bus.bucket(ATTEMPTS), lambda: NOON, RejectLimit())
        with pytest.raises(Died):
            await delivery.handle([cast("Msg", letter)])
        assert not letter.is_acked


@pytest.mark.parametrize("deaths", [0, 2], ids=["all together", "one by one"])
async def test_an_outage_and_many_restarts_reject_nothing(
    bus: Bus, monkeypatch: pytest.MonkeyPatch, deaths: int
) -> None:
    monkeypatch.setattr(bus_module, "PAUSES", (0.01,))
    (envelope,) = seal([encode(make_post())])
    letter = Letter(envelope.body)
    worked: list[Post] = []

    async def killed(items: Sequence[Post]) -> None:
        raise Died

    async def away(items: Sequence[Post]) -> None:
        raise OursFailed("the database is away")

    for _ in range(deaths):
        with pytest.raises(Died):
            await one_life(bus, letter, killed)

    for _ in range(TRIES * 3):  # each process is stopped in the middle of the outage
        letter.deliveries += 1
        route: Route[Any, Any] = Route(READER, POST_SHAPE, away)
        delivery = Delivery(bus, "nlp", route, await bus.bucket(ATTEMPTS), lambda: NOON, RejectLimit())
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(delivery.handle([cast("Msg", letter)]), 0.2)

    async def back(items: Sequence[Post]) -> None:
        worked.extend(items)

    await deliver(bus, letter, back)
    assert len(worked) == 1
    assert await rejected(bus) == 0


async def test_a_stop_while_a_try_is_being_noted_counts_nothing(bus: Bus) -> None:
    """The bus may have noted it already when the process is told to stop."""
    attempts = await bus.bucket(ATTEMPTS)
    real, puts = attempts.put, 0

    async def put(key: str, value: bytes) -> int:
        nonlocal puts
        puts += 1
        number = await real(key, value)
        if puts == 1:
            task = asyncio.current_task()
            assert task
            task.cancel()
            await asyncio.sleep(0)
        return number

    tries = Tries(cast("KeyValue", SimpleNamespace(put=put)), "envelope", {}, set())
    with pytest.raises(asyncio.CancelledError):
        await asyncio.create_task(_begin(tries))
    assert (await Tries.read(attempts, "envelope")).count(0) == 0
    assert puts == 2


async def _begin(tries: Tries) -> None:
    await tries.begin(0)


async def test_an_envelope_that_was_given_back_in_good_order_is_worked_as_a_whole_again(bus: Bus) -> None:
    (envelope,) = seal(encode(make_post(f"p{number}")) for number in range(5))
    letter, sizes = Letter(envelope.body), list[int]()
    letter.deliveries = 1

    async def stopped(items: Sequence[Post]) -> None:
        raise asyncio.CancelledError

    async def work(items: Sequence[Post]) -> None:
        sizes.append(len(items))

    with pytest.raises(asyncio.CancelledError):
        await one_life(bus, letter, stopped)
    await one_life(bus, letter, work)
    assert (sizes, letter.is_acked) == ([5], True)


async def test_a_process_that_is_killed_while_the_database_is_away_leaves_no_try(bus: Bus) -> None:
    """It is asked first whether the database is there: that is where such a process waits when it is killed."""
    (envelope,) = seal([encode(make_post())])
    letter, worked = Letter(envelope.body), list[Post]()

    async def work(items: Sequence[Post]) -> None:
        worked.extend(items)

    async def killed_in_the_outage() -> None:
        raise Died

    letter.deliveries = 1
    for _ in range(TRIES * 3):
        with pytest.raises(Died):
            await one_life(bus, letter, work, ready=killed_in_the_outage)
    await one_life(bus, letter, work)
    assert (len(worked), letter.is_acked, await rejected(bus)) == (1, True, 0)


async def names_of(items: Sequence[Post]) -> list[str]:
    """Work that makes something of posts."""
    return [item.id for item in items]


async def test_nothing_is_acknowledged_before_what_was_made_is_put(bus: Bus) -> None:
    async def killed(made: list[str]) -> None:
        raise Died

    (envelope,) = seal([encode(make_post())])
    letter = Letter(envelope.body)
    for _ in range(2):
        with pytest.raises(Died):
            await one_life(bus, letter, names_of, put=killed)
        assert not letter.is_acked


async def test_what_was_made_waits_without_being_made_again(bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full queue further on may last for hours: nothing is worked for it, and no patience runs out."""
    monkeypatch.setattr(bus_module, "PAUSES", (0.01,))
    worked, put, refused = list[int](), list[str](), 0

    async def work(items: Sequence[Post]) -> list[str]:
        assert patience._due, "work is watched"
        worked.append(len(items))
        if len(items) > 1:
            raise ZeroDivisionError  # from now on one at a time
        return [item.id for item in items]

    async def full(made: list[str]) -> None:
        nonlocal refused
        assert not patience._due, "waiting is not"
        refused += 1
        if refused % 5:
            raise OursFailed("the queue is full")
        put.extend(made)

    (envelope,) = seal(encode(make_post(f"p{number}")) for number in range(3))
    route: Route[Any, Any] = Route(READER, POST_SHAPE, work, full, patience=lambda _: Patience(60, 60))
    letter = Letter(envelope.body)
    letter.deliveries = 1
    delivery = Delivery(bus, "nlp", route, await bus.bucket(ATTEMPTS), lambda: NOON, RejectLimit())
    await delivery.handle([cast("Msg", letter)])
    assert (worked, put, letter.is_acked) == ([3, 1, 1, 1], [post_id(f"p{number}") for number in range(3)], True)


@pytest.mark.parametrize("alone", [False, True], ids=["all together", "one by one"])
async def test_a_process_that_is_killed_while_it_waits_to_put_leaves_no_try(bus: Bus, alone: bool) -> None:
    sent = [make_post(f"p{number}") for number in range(5)]
    (envelope,) = seal(map(encode, sent))
    letter, sizes, put = Letter(envelope.body), list[int](), list[str]()

    async def work(items: Sequence[Post]) -> list[str]:
        sizes.append(len(items))
        if alone and sent[0] in items:
            raise PostFailed("no")
        return await names_of(items)

    async def killed(made: list[str]) -> None:
        raise Died

    async def taken(made: list[str]) -> None:
        put.extend(made)

    for _ in range(TRIES * 3):
        with pytest.raises(Died):
            await one_life(bus, letter, work, put=killed)
    await one_life(bus, letter, work, put=taken)
    assert put == [post.id for post in sent[1 if alone else 0 :]]
    assert (letter.is_acked, await rejected(bus)) == (True, int(alone))
    assert alone or set(sizes) == {5}, "nor is it read one by one for that"


async def test_what_can_never_be_put_is_rejected_alone(bus: Bus) -> None:
    sent = [make_post(f"p{number}") for number in range(5)]
    (envelope,) = seal(map(encode, sent))
    letter, put = Letter(envelope.body), list[str]()

    async def broken(made: list[str]) -> None:
        if sent[2].id in made:
            raise ZeroDivisionError
        put.extend(made)

    lives = 0
    while not letter.is_acked:
        await one_life(bus, letter, names_of, put=broken)
        lives += 1
    assert (put, await rejected(bus), lives) == ([post.id for post in sent if post != sent[2]], 1, TRIES)


async def test_a_stage_that_dies_at_every_post_stops_as_loudly_as_one_that_rejects_them(bus: Bus) -> None:
    (envelope,) = seal(encode(make_post(f"p{number}")) for number in range(40))
    letter, deaths = Letter(envelope.body), 0

    async def work(items: Sequence[Post]) -> None:
        raise Died

    with pytest.raises(TooManyRejects, match="20 items in a row"):
        while True:
            with contextlib.suppress(Died):
                await one_life(bus, letter, work)
            deaths += 1
    assert (await rejected(bus), letter.is_acked) == (20, False)
    assert deaths == 2 + TRIES * 20, "one death together, one as a whole, and three for each post"
    worked: list[Post] = []

    async def mended(items: Sequence[Post]) -> None:
        worked.extend(items)

    await one_life(bus, letter, mended)
    assert (len(worked), letter.is_acked, await rejected(bus)) == (20, True, 20), "the other twenty are in hand still"


def damaged(count: int) -> list[bytes]:
    return [b'{"id": "Jane Doe %d"}' % number for number in range(count)]


async def test_an_envelope_of_damaged_items_stops_a_stage_only_as_long_as_some_are_new(bus: Bus) -> None:
    """Whoever starts it again after the twentieth has looked at those twenty."""
    (envelope,) = seal(damaged(50))
    letter, found = Letter(envelope.body), list[int]()

    async def work(items: Sequence[Post]) -> None:
        assert not items

    for _ in range(2):
        with pytest.raises(TooManyRejects, match="20 items in a row"):
            await one_life(bus, letter, work)
        found.append(await rejected(bus))
    await one_life(bus, letter, work)
    assert (found, await rejected(bus), letter.is_acked) == ([20, 40], 50, True)


async def test_what_lies_beside_damaged_items_is_worked_once(bus: Bus) -> None:
    """Although the stage is stopped in the middle of the damaged ones."""
    bucket = await bus.bucket(ATTEMPTS)
    await bucket.put(limit_key("nlp"), b"x" + b"." * 100)
    good = [make_post("1"), make_post("2")]
    (envelope,) = seal([encode(good[0]), *damaged(120), encode(good[1])])
    letter, worked = Letter(envelope.body), list[str]()

    async def work(items: Sequence[Post]) -> None:
        worked.extend(item.id for item in items)

    with pytest.raises(TooManyRejects, match="100 of the last 200"):
        await one_life(bus, letter, work)
    await one_life(bus, letter, work)
    assert (worked, letter.is_acked, await rejected(bus)) == ([post.id for post in good], True, 120)
    assert not (await Tries.read(bucket, hashlib.sha256(envelope.body).hexdigest())).begun, "nothing is left of it"


async def test_the_limit_is_forgotten_where_good_ones_follow(bus: Bus) -> None:
    bucket = await bus.bucket(ATTEMPTS)
    for number in range(30):  # 30 bad ones, and between them as many good ones
        (envelope,) = seal(encode(make_post(f"{name} {number}")) for name in ("bad", "good", "better"))
        letter = Letter(envelope.body)

        async def work(items: Sequence[Post]) -> None:
            if any(item.id == post_id(f"bad {number}") for item in items):  # noqa: B023
                raise PostFailed("no")

        while not letter.is_acked:
            await one_life(bus, letter, work)
    assert await rejected(bus) == 30
    (envelope,) = seal(encode(make_post(f"p{number}")) for number in range(200))

    async def fine(items: Sequence[Post]) -> None:
        """Nothing is wrong."""

    await one_life(bus, Letter(envelope.body), fine)
    assert await limit_state(bucket, "nlp") == ""
