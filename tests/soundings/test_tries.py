"""Which post is to blame when a process dies, and which is not: on the real bus, with deaths where they hurt."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest
from nats.aio.msg import Msg

from soundings import bus as bus_module
from soundings.bus import Bus
from soundings.delivery import TRIES, Delivery, Route
from soundings.envelopes import POSTS as POST_SHAPE
from soundings.envelopes import encode, seal
from soundings.errors import OursFailed
from soundings.messages import Post
from soundings.rejects import RejectLimit
from soundings.streams import ATTEMPTS, READER, REJECTED
from tests.factories import NOON, make_post

pytestmark = pytest.mark.servers


class Died(BaseException):
    """The process is gone: nothing after it runs, and nothing catches it."""


class Letter:
    """One message as the server delivers it again and again."""

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
        route: Route[Any] = Route(READER, POST_SHAPE, work)
        delivery = Delivery(bus, "nlp", route, await bus.bucket(ATTEMPTS), lambda: NOON, RejectLimit())
        try:
            await delivery.handle([cast("Msg", letter)])
        except Died:
            continue
        if letter.is_acked:
            return
    raise AssertionError("never acknowledged")


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
        route: Route[Any] = Route(READER, POST_SHAPE, work)
        delivery = Delivery(bus, "nlp", route, await bus.bucket(ATTEMPTS), lambda: NOON, RejectLimit())
        with pytest.raises(Died):
            await delivery.handle([cast("Msg", letter)])
        assert not letter.is_acked


async def test_an_outage_and_many_restarts_reject_nothing(bus: Bus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bus_module, "PAUSES", (0.01,))
    (envelope,) = seal([encode(make_post())])
    letter = Letter(envelope.body)
    worked: list[Post] = []

    async def away(items: Sequence[Post]) -> None:
        raise OursFailed("the database is away")

    for _ in range(TRIES * 3):  # each process is stopped in the middle of the outage
        letter.deliveries += 1
        route: Route[Any] = Route(READER, POST_SHAPE, away)
        delivery = Delivery(bus, "nlp", route, await bus.bucket(ATTEMPTS), lambda: NOON, RejectLimit())
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(delivery.handle([cast("Msg", letter)]), 0.2)

    async def back(items: Sequence[Post]) -> None:
        worked.extend(items)

    await deliver(bus, letter, back)
    assert len(worked) == 1
    assert await rejected(bus) == 0
