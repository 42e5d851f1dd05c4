"""An outage of the bus or a full disk rejects nothing at a listener, and loses nothing (invariants R1, R3)."""

from __future__ import annotations

import asyncio

import pytest

from soundings import bus as bus_module
from soundings.bus import Bus, connect
from soundings.settings import Settings
from tests.listeners.kit import Clock, native, outlet, posts, rejects
from tests.servers import NatsServer
from tests.waiting import note_pauses, until

pytestmark = [pytest.mark.servers, pytest.mark.timeout(180)]

QUARTER_OF_AN_HOUR = 900.0


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    monkeypatch.setattr(bus_module, "PUBLISH_TIMEOUT", 0.05)
    return note_pauses(monkeypatch)


async def test_a_full_disk_under_the_ledger(bus: Bus, bus_settings: Settings, slept: list[float]) -> None:
    count = 300
    async with outlet(bus, bus_settings, Clock()) as out:
        full = out.ledger._writing.execute("PRAGMA page_count").fetchone()[0]
        out.ledger._writing.execute(f"PRAGMA max_page_count = {full}")

        async def hear() -> None:
            for number in range(count):
                await out.offer(native(f"post {number}", aliases=(f"another name of {number}" * 20,)))
            await out.flush({"cursor": count})

        hearing = asyncio.create_task(hear())
        await until(lambda: sum(slept) >= QUARTER_OF_AN_HOUR)
        assert not hearing.done() and out.ledger.count() == 0, "nothing is remembered of which no disk knows"
        out.ledger._writing.execute("PRAGMA max_page_count = 1000000")
        await hearing
        checkpoint = out.ledger.checkpoint()
        assert out.ledger.count() == count and checkpoint and checkpoint.state == {"cursor": count}
    assert len({post.id for post in await posts(bus)}) == count
    assert await rejects(bus) == []


async def test_a_bus_that_is_away(bus_settings: Settings, nats_server: NatsServer, slept: list[float]) -> None:
    count = 250
    async with connect(bus_settings, "test") as bus:
        async with outlet(bus, bus_settings, Clock()) as out:
            await out.offer(native("first"))
            await out.flush()
            nats_server.kill()
            slept.clear()

            async def hear() -> None:
                for number in range(count):
                    await out.offer(native(f"post {number}"))
                await out.offer(native("cannot be taken", text="a\0b"))
                await out.flush()

            hearing = asyncio.create_task(hear())
            await until(lambda: sum(slept) >= QUARTER_OF_AN_HOUR)
            assert not hearing.done() and out.ledger.count() == 1
            nats_server.start()
            await asyncio.wait_for(hearing, 60)
            assert out.ledger.count() == count + 1
        assert len({post.id for post in await posts(bus)}) == count + 1
        assert len(await rejects(bus)) == 1, "what is the item's own fault waits for the bus as well"
