"""A bus that is wiped takes orders with it that nobody had obeyed yet: they are given again."""

from __future__ import annotations

import asyncio

import pytest

from listeners import forget
from listeners.blocked import orders
from listeners.ledger import path_of
from listeners.outlet import Outcome
from listeners.repeating import keep_orders, order_again
from soundings.bus import Bus
from soundings.messages import Retraction, RetractionKind
from soundings.settings import Settings
from soundings.stage import Context
from soundings.streams import ALL
from tests.listeners.kit import COUNCIL, Clock, native, notices, outlet, posts

pytestmark = pytest.mark.servers


async def wipe(bus: Bus) -> None:
    for stream in (*(stream.name for stream in ALL), "KV_guidance"):
        await bus.jetstream.delete_stream(stream)
    await bus.declare()


async def a_removal_and_an_order_to_forget(bus: Bus, settings: Settings) -> set[str]:
    """Two orders on the bus. Returns the ids of what is to go."""
    async with outlet(bus, settings, Clock()) as out:
        await out.offer(native("hers"))
        await out.offer(native("removed", account="bob"))
        await out.flush()
        await out.retract("removed", "removed by its author")
    await forget.run(settings, "demo", "anna_of_weir", None, Clock())
    return {post.id for post in await posts(bus)}


async def test_orders_are_given_again_on_another_bus_and_once(bus: Bus, bus_settings: Settings) -> None:
    named = await a_removal_and_an_order_to_forget(bus, bus_settings)
    context = Context(bus, bus_settings, COUNCIL, Clock())
    await order_again(context)
    known = await orders(bus)
    before = [one for one in await notices(bus) if isinstance(one, Retraction)]
    await wipe(bus)
    assert await notices(bus) == [] and await orders(bus) == frozenset()
    for _ in range(2):
        await order_again(context)
        given = [one for one in await notices(bus) if isinstance(one, Retraction)]
        assert {one.post_id for one in given if one.post_id} == named
        (block,) = [one for one in given if one.voices]
        assert block.kind is RetractionKind.BLOCKED
        assert (block.voices, block.account) in {(one.voices, one.account) for one in before}
        assert await orders(bus) == known


async def test_who_was_forgotten_is_not_heard_before_the_new_bus_knows(bus: Bus, bus_settings: Settings) -> None:
    await a_removal_and_an_order_to_forget(bus, bus_settings)
    await wipe(bus)
    async with outlet(bus, bus_settings, Clock()) as out:
        assert await out.offer(native("later")) is Outcome.BLOCKED


async def test_a_damaged_ledger_does_not_silence_the_others(
    bus: Bus, bus_settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    await a_removal_and_an_order_to_forget(bus, bus_settings)
    path_of(bus_settings.ledgers, "broken").write_bytes(b"no database" * 100)
    await wipe(bus)
    await order_again(Context(bus, bus_settings, COUNCIL, Clock()))
    assert await notices(bus) and "broken" in caplog.text


async def test_it_looks_ever_again(bus: Bus, bus_settings: Settings) -> None:
    pauses: list[float] = []

    async def twice(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await keep_orders(Context(bus, bus_settings, COUNCIL, Clock()), twice)
    assert len(pauses) == 2
