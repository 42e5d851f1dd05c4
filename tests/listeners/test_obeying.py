"""A restored listener obeys what was ordered after its backup, as if each order had come again (invariant R2)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest

from listeners import obeying
from listeners.blocked import orders as blocked_accounts
from listeners.ledger import Held, Ledger
from listeners.lines import Line
from listeners.outlet import Outcome
from soundings.bus import Bus
from soundings.keys import Keys
from soundings.messages import Retraction, RetractionKind
from soundings.parts import Restoring
from soundings.receipts import Receipt
from soundings.rejects import make_reject
from soundings.settings import Settings
from tests.factories import voice
from tests.listeners.kit import NOON, Clock, native, outlet, rejects
from tests.listeners.test_ledger import ROW

HOUR = timedelta(hours=1)


@pytest.fixture
def keys(settings: Settings) -> Keys:
    return Keys.open(settings.keys_path)


@pytest.fixture
def ledger(settings: Settings, keys: Keys) -> Iterator[Ledger]:
    """Two posts of anna, one before and one after noon, and one of bert."""
    with closing(Ledger.open(settings.ledgers, "demo")) as opened:
        opened.commit([row(keys, "1", "anna"), row(keys, "2", "anna", hours=2), row(keys, "3", "bert")])
        yield opened


def row(keys: Keys, name: str, who: str, hours: int = 0) -> Held:
    at = NOON + hours * HOUR
    return replace(
        ROW, native_id=name, post_id=keys.post_id("demo", name), aliases=(f"line {name}",), voice=voice(who),
        account=keys.account("demo", who), happened_at=at, collected_at=at,
    )  # fmt: skip


def order(**changes: object) -> Retraction:
    fields: dict[str, object] = {"source": "demo", "reason": "removed", "observed_at": NOON + HOUR}
    return Retraction.model_validate(fields | changes)


def left(ledger: Ledger) -> set[str]:
    """What is held and not hidden."""
    rows = [row for name in "123" if (row := ledger.find(name))]
    return {row.native_id for row in rows if not row.is_hidden}


def removed(ledger: Ledger, keys: Keys) -> set[str]:
    return {name for name in ("1", "2", "3", "line 1", "4") if ledger.was_removed([keys.post_id("demo", name)])}


GONE, HIDDEN, BLOCKED = RetractionKind.GONE, RetractionKind.HIDDEN, RetractionKind.BLOCKED
BY_VOICE = [
    (GONE, {"2", "3"}, {"1", "line 1"}),  # up to when it was observed
    (HIDDEN, {"2", "3"}, set()),  # marked: it may return
    (BLOCKED, {"3"}, {"1", "2", "line 1"}),
]


@pytest.mark.parametrize(("kind", "stays", "noted"), BY_VOICE)
def test_a_persons_posts_go_as_far_as_the_order_reaches(
    ledger: Ledger, keys: Keys, kind: RetractionKind, stays: set[str], noted: set[str]
) -> None:
    given = order(voices=(voice("anna"), voice("anna before")), kind=kind)
    assert obeying.remove(ledger, "demo", [given, given], keys, NOON) == 3 - len(stays)
    assert (left(ledger), removed(ledger, keys)) == (stays, noted)


def test_an_account_is_found_under_a_voice_that_the_order_does_not_name(ledger: Ledger, keys: Keys) -> None:
    given = order(voices=(voice("of another quarter"),), account=keys.account("demo", "anna"), kind=BLOCKED)
    assert obeying.remove(ledger, "demo", [given], keys, NOON) == 2
    assert left(ledger) == {"3"}


def test_a_post_goes_by_every_name_and_one_that_came_later_stays_out(ledger: Ledger, keys: Keys) -> None:
    given = [order(post_id=keys.post_id("demo", name)) for name in ("1", "4")]
    assert obeying.remove(ledger, "demo", given, keys, NOON) == 1
    assert (left(ledger), removed(ledger, keys)) == ({"2", "3"}, {"1", "line 1", "4"})


def test_a_post_that_is_hidden_may_return(ledger: Ledger, keys: Keys) -> None:
    given = [order(post_id=keys.post_id("demo", name), kind=HIDDEN) for name in ("1", "2")]
    assert obeying.remove(ledger, "demo", given, keys, NOON) == 1
    assert (left(ledger), removed(ledger, keys)) == ({"2", "3"}, set())
    kept = ledger.find("1")
    assert kept and kept.is_hidden, "by its row alone it is known when it returns"
    obeying.remove(ledger, "demo", [order(post_id=kept.post_id), given[0]], keys, NOON)
    assert ledger.find("1") is None, "what was hidden can still be removed, and stays so"


async def obeyed(settings: Settings, keys: Keys, orders: Sequence[Retraction]) -> None:
    receipts = [Receipt(order=one, taken_at=NOON) for one in orders]
    await asyncio.to_thread(obeying.on_the_bus, Restoring(settings, settings.home, print, receipts, NOON), keys)


@pytest.mark.servers
async def test_who_asked_to_be_forgotten_is_blocked_again(bus: Bus, bus_settings: Settings, keys: Keys) -> None:
    account = keys.account("demo", "anna_of_weir")
    await obeyed(bus_settings, keys, [order(voices=(voice("a"),), account=account, kind=BLOCKED)])
    assert await blocked_accounts(bus) == {account}
    async with outlet(bus, bus_settings, Clock()) as out:
        assert await out.offer(native("9")) is Outcome.BLOCKED
        assert await out.offer(native("10", account="bert")) is Outcome.NEW


@pytest.mark.servers
async def test_kept_lines_that_name_them_go_and_others_stay(bus: Bus, bus_settings: Settings, keys: Keys) -> None:
    lines = {
        1: b'{"id": "x", "author": "anna_of_weir", "tex',
        2: b'{"id": "y", "author": "bert", "tex',
        3: b'{"id": "7"',
    }
    for number, raw in lines.items():
        await bus.reject(Line(number, raw, "a.jsonl").reject("demo", "it is cut", NOON))
    await bus.reject(make_reject("nlp", "demo", keys.post_id("demo", "8"), "it failed", b"text", NOON))
    await obeyed(bus_settings, keys, [
        order(voices=(voice("a"),), account=keys.account("demo", "anna_of_weir"), kind=BLOCKED),
        order(post_id=keys.post_id("demo", "7")), order(post_id=keys.post_id("demo", "8")),
    ])  # fmt: skip
    assert [one.ref for one in await rejects(bus)] == ["line 2"]


@pytest.mark.servers
async def test_no_receipts_change_nothing(bus: Bus, bus_settings: Settings, keys: Keys) -> None:
    await bus.reject(Line(1, b'{"id": "x"', "a.jsonl").reject("demo", "it is cut", NOON))
    await obeyed(bus_settings, keys, [])
    assert len(await rejects(bus)) == 1 and await blocked_accounts(bus) == frozenset()
