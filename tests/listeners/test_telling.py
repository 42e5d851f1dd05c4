"""What was told a bus that was emptied is told again: no removal is lost with it, and no order to forget."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta

import pytest
from nats.js.errors import NoKeysError

from listeners import blocked, telling
from listeners.forget import run as forget
from listeners.ledger import Ledger
from listeners.outlet import Outcome
from listeners.telling import keep_told
from soundings import receipts
from soundings.bus import Bus
from soundings.messages import Gap, Retraction, RetractionKind
from soundings.receipts import Receipt
from soundings.settings import Settings
from soundings.stage import Context
from soundings.streams import GUIDANCE, NOTICES, POSTS
from soundings.tasks import end
from tests.listeners.kit import COUNCIL, NOON, Clock, native, notices, outlet

pytestmark = pytest.mark.servers


async def wipe(bus: Bus) -> None:
    for name in (POSTS.name, NOTICES.name, f"KV_{GUIDANCE}"):
        await bus.jetstream.delete_stream(name)
    await bus.declare()


async def tell_everything(bus: Bus, settings: Settings, clock: Clock) -> None:
    """A post removed, an account forgotten, a gap."""
    async with outlet(bus, settings, clock) as out:
        await out.offer(native("a", account="bert"))
        await out.offer(native("b", account="anna"))
        await out.flush({})
        await out.retract("a", "removed by its author")
        await out.notices.gap(clock(), None, "silence")
    await forget(settings, "demo", "anna", None, clock)


async def told(bus: Bus) -> set[tuple[type, str]]:
    return {(type(one), one.kind if isinstance(one, Retraction) else "") for one in await notices(bus)}


EVERYTHING = {(Retraction, RetractionKind.GONE), (Retraction, RetractionKind.BLOCKED), (Gap, "")}


async def test_nobody_is_heard_again_because_the_bus_was_emptied(bus: Bus, bus_settings: Settings) -> None:
    clock = Clock()
    await tell_everything(bus, bus_settings, clock)
    await wipe(bus)
    assert await blocked.orders(bus) == frozenset()
    async with outlet(bus, bus_settings, clock) as out:
        assert await out.offer(native("c", account="Anna")) is Outcome.BLOCKED
        assert await out.offer(native("a", account="bert")) is Outcome.REMOVED
    assert await told(bus) == EVERYTHING


async def test_a_ledger_whose_source_is_silent_is_told_from_as_well(bus: Bus, bus_settings: Settings) -> None:
    clock = Clock()
    await tell_everything(bus, bus_settings, clock)
    await wipe(bus)
    task = asyncio.create_task(keep_told(Context(bus, bus_settings, COUNCIL, clock)))
    async with asyncio.timeout(20):
        while await told(bus) != EVERYTHING or not await blocked.orders(bus):
            await asyncio.sleep(0.02)
    await end(task)


async def test_a_ledger_that_fails_once_is_told_from_a_minute_later(
    bus: Bus, bus_settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    clock, tell_again, tried = Clock(), telling.tell_again, list[str]()
    await tell_everything(bus, bus_settings, clock)
    Ledger.open(bus_settings.ledgers, "quiet").close()
    await wipe(bus)

    async def fail_once(bus: Bus, ledger: Ledger, source: str, at: datetime) -> int:
        tried.append(source)
        if tried.count("demo") == 1 and source == "demo":
            raise sqlite3.OperationalError("disk I/O error")
        return await tell_again(bus, ledger, source, at)

    monkeypatch.setattr(telling, "tell_again", fail_once)
    monkeypatch.setattr(telling, "AGAIN", 0.05)
    task = asyncio.create_task(keep_told(Context(bus, bus_settings, COUNCIL, clock)))
    async with asyncio.timeout(20):
        while await told(bus) != EVERYTHING:
            await asyncio.sleep(0.02)
    await end(task)
    assert tried == ["demo", "quiet", "demo"], "and no other ledger waits for it, or is told from twice"
    assert "demo: what its ledger has told could not be told again: OperationalError" in caplog.text


async def test_a_notice_of_another_version_holds_no_other_up(
    bus: Bus, bus_settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    await tell_everything(bus, bus_settings, clock)
    with closing(Ledger.open(bus_settings.ledgers, "demo")) as ledger:
        ledger.note_told([(b'{"type": "farewell", "reason": "anna"}', False)], "another bus", NOON - timedelta(days=1))
    await wipe(bus)
    async with outlet(bus, bus_settings, clock):
        assert await told(bus) == EVERYTHING
    assert "demo: a notice in its ledger cannot be read any more" in caplog.text and "anna" not in caplog.text


async def test_every_way_to_write_an_order_to_forget_leaves_the_same(bus: Bus, bus_settings: Settings) -> None:
    clock, found = Clock(), list[bytes | None]()
    await tell_everything(bus, bus_settings, clock)

    async def look() -> None:
        bucket = await bus.bucket(GUIDANCE)
        (account,) = await blocked.orders(bus)
        found.append((await bucket.get(f"{blocked.PREFIX}{account}")).value)

    await look()
    (account,) = await blocked.orders(bus)
    known = blocked.Blocked(bus)
    await known.refresh()
    await wipe(bus)
    await known.refresh()
    await look()
    order = Retraction(source="demo", account=account, kind=RetractionKind.BLOCKED, reason="x", observed_at=NOON)
    receipts.append(bus_settings.receipts, [Receipt(order=order, taken_at=NOON)])
    await wipe(bus)
    await blocked.restore(bus, bus_settings.receipts)
    await look()
    assert found == [b"{}", b"{}", b"{}"]


async def test_the_same_bus_is_told_nothing_twice(bus: Bus, bus_settings: Settings) -> None:
    clock = Clock()
    await tell_everything(bus, bus_settings, clock)
    before = len(await notices(bus))
    async with outlet(bus, bus_settings, clock):
        pass
    assert len(await notices(bus)) == before


async def test_what_was_told_goes_with_the_retention_but_for_orders_to_forget(bus: Bus, bus_settings: Settings) -> None:
    await tell_everything(bus, bus_settings, Clock())
    with closing(Ledger.open(bus_settings.ledgers, "demo")) as ledger:
        assert len(ledger.told_elsewhere("another")) == 4
        ledger.expire(NOON + timedelta(days=1))
        left = ledger.told_elsewhere("another")
    assert len(left) == 2, "the account, and the post that it wrote"
    assert all(b'"blocked"' in body for body in left)


async def test_orders_are_known_also_before_the_client_has_read_what_was_delivered(
    bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a busy machine the library's `keys()` says that there are none: whoever was forgotten would be heard again."""

    async def none(*_: object, **__: object) -> list[str]:
        raise NoKeysError

    monkeypatch.setattr("nats.js.kv.KeyValue.keys", none)
    accounts = {f"{number:064x}" for number in range(300)}
    assert await blocked.write(bus, accounts) == len(accounts)
    assert await blocked.orders(bus) == accounts
    assert await blocked.write(bus, accounts) == 0
