"""Ledgers keep nothing longer than the installation does."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from listeners import forget
from listeners.ledger import Ledger, path_of
from listeners.outlet import Outcome
from listeners.posting import Rules
from listeners.retention import keep_retention, sweep
from soundings.bus import Bus
from soundings.keys import SPARE, Keys
from soundings.messages import AreaMatch, Retraction
from soundings.settings import Settings
from soundings.timekeeping import Timekeeper
from tests.listeners.kit import NOON, Clock, native, notices, outlet, posts
from tests.listeners.test_status import row

CHOSEN = AreaMatch(reason="imported by an officer", purpose="listening")


def test_old_rows_leave_every_ledger(settings: Settings) -> None:
    old = NOON - timedelta(days=settings.retention_days, seconds=1)
    for source in ("feeds", "files"):
        ledger = Ledger.open(settings.ledgers, source)
        ledger.commit([row("1", source), replace(row("2", source), collected_at=old)])
    assert sweep(settings, NOON) == 2
    assert sweep(settings, NOON) == 0


def test_what_its_platform_lets_nobody_keep_longer_leaves_the_ledger_sooner(settings: Settings) -> None:
    """What was removed is remembered as long as everywhere: else a removed comment would come in again."""
    month = NOON - timedelta(days=30, seconds=1)
    for source in ("feeds", "youtube"):
        ledger = Ledger.open(settings.ledgers, source)
        ledger.commit([row("1", source), replace(row("2", source), collected_at=month)])
        ledger.remove(["3"], [row("3", source).post_id], month)
    assert sweep(settings, NOON) == 1
    youtube = Ledger.open(settings.ledgers, "youtube")
    assert youtube.find("1") and not youtube.find("2")
    assert youtube.was_removed([row("3", "youtube").post_id])
    feeds = Ledger.open(settings.ledgers, "feeds")
    assert feeds.find("2")


def test_a_damaged_ledger_does_not_stop_the_others(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    Ledger.open(settings.ledgers, "files").commit(
        [replace(row("2", "files"), collected_at=NOON - timedelta(days=9999))]
    )
    path_of(settings.ledgers, "broken").write_bytes(b"no database" * 100)
    assert sweep(settings, NOON) == 1
    assert "broken" in caplog.text


async def test_it_goes_on_every_day(settings: Settings) -> None:
    pauses: list[float] = []

    async def twice(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await keep_retention(settings, Clock(), twice)
    assert pauses == [86400.0, 86400.0]


@pytest.mark.parametrize("away", [timedelta(days=400), timedelta(days=-400)])
async def test_nothing_goes_by_a_clock_that_cannot_be_believed(
    settings: Settings, caplog: pytest.LogCaptureFixture, away: timedelta
) -> None:
    clock, looks = Clock(), list[float]()
    heard(settings, NOON - timedelta(days=200), NOON)

    async def jump_once(seconds: float) -> None:
        looks.append(seconds)
        if len(looks) == 2:
            raise asyncio.CancelledError
        clock.now += away

    with pytest.raises(asyncio.CancelledError):
        await keep_retention(settings, clock, jump_once)
    assert living(settings) and Ledger.open(settings.ledgers, "files").count() == 1
    assert "nothing leaves the ledgers because its time is over: the clock of this machine" in caplog.text


@pytest.mark.servers
async def test_a_removal_by_a_clock_that_was_set_back_is_remembered(bus: Bus, bus_settings: Settings) -> None:
    clock = Clock()
    Timekeeper(bus_settings.home, clock).doubt()
    clock.now -= timedelta(days=365)
    async with outlet(bus, bus_settings, clock, rules=Rules(local=True, chosen=CHOSEN)) as out:
        await out.offer(native("1", created_at=clock()))
        await out.flush()
        await out.retract("1", "its author removed it")
        await out.retract("2", "its author removed it")
    sweep(bus_settings, NOON + timedelta(days=100))
    async with outlet(bus, bus_settings, clock) as out:
        assert await out.offer(native("1")) is await out.offer(native("2")) is Outcome.REMOVED


def living(settings: Settings) -> set[str]:
    return set(Keys.open(settings.keys_path).voice_keys)


def retention(settings: Settings) -> timedelta:
    return timedelta(days=settings.retention_days)


def heard(settings: Settings, happened_at: datetime, collected_at: datetime) -> None:
    """Something that a ledger holds, and the key of its quarter."""
    Keys.open(settings.keys_path).voice("files", "anna", happened_at, collected_at)
    held = replace(row("1", "files"), happened_at=happened_at, collected_at=collected_at)
    Ledger.open(settings.ledgers, "files").commit([held])


def test_a_voice_key_goes_after_the_last_row_of_its_quarter(settings: Settings) -> None:
    heard(settings, NOON, NOON)
    edge = NOON + retention(settings)
    for days, left in ((-1, {"2026Q4"}), (1, {"2026Q4"}), (4, set())):
        sweep(settings, edge + timedelta(days=days))
        assert living(settings) == left


def test_an_edit_keeps_its_quarters_key(settings: Settings) -> None:
    """Its ledger row is younger than the day that the key file notes: another process lost the note."""
    edited = NOON + timedelta(days=300)
    heard(settings, NOON, NOON)
    Ledger.open(settings.ledgers, "files").commit([replace(row("1", "files"), version=2, collected_at=edited)])
    sweep(settings, NOON + retention(settings) + timedelta(days=9))
    assert living(settings) == {"2026Q4"}


@pytest.mark.parametrize("lost", [True, False])
def test_a_lost_or_damaged_ledger_destroys_no_key_too_early(settings: Settings, lost: bool) -> None:
    old = datetime(2019, 5, 1, tzinfo=UTC)
    heard(settings, old, NOON)
    path = path_of(settings.ledgers, "files")
    for part in settings.ledgers.glob("files.sqlite*"):
        part.unlink()
    if not lost:
        path.write_bytes(b"no database" * 100)
    sweep(settings, NOON + retention(settings))
    assert living(settings) == {"2019Q2"}
    sweep(settings, NOON + retention(settings) + SPARE + timedelta(days=1))
    assert living(settings) == (set() if lost else {"2019Q2"}), "what cannot be read may need it"


def test_a_damaged_key_file_does_not_stop_the_sweep(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    heard(settings, NOON, NOON)
    settings.keys_path.write_text("{")
    assert sweep(settings, NOON + timedelta(days=9999)) == 1
    assert "voice keys" in caplog.text


@pytest.mark.servers
async def test_who_wrote_in_two_quarters_is_forgotten_in_both(bus: Bus, bus_settings: Settings) -> None:
    """Around midnight of the new year, and with a ledger that knows nothing any more."""
    clock = Clock(datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC))
    async with outlet(bus, bus_settings, clock) as out:
        await out.offer(native("1", created_at=clock()))
        clock.move(seconds=1)
        await out.offer(native("2", created_at=clock()))
    before, after = await posts(bus)
    assert before.voice != after.voice
    out.ledger.expire(clock() + timedelta(days=1))
    await forget.run(bus_settings, "demo", "anna_of_weir", None, clock)
    (order,) = await notices(bus)
    assert isinstance(order, Retraction) and set(order.voices) == {before.voice, after.voice}


@pytest.mark.servers
async def test_after_its_key_is_gone_an_old_post_has_a_voice_of_its_own(bus: Bus, bus_settings: Settings) -> None:
    clock = Clock()
    async with outlet(bus, bus_settings, clock) as out:
        await out.offer(native("1"))
        await out.flush()
        clock.now = NOON + retention(bus_settings) + SPARE + timedelta(days=1)
        sweep(bus_settings, clock())
        assert living(bus_settings) == set()
        await out.offer(native("1", event_at=NOON))
    first, again = await posts(bus)
    assert first.id == again.id and first.happened_at == again.happened_at and first.voice != again.voice
    await forget.run(bus_settings, "demo", "anna_of_weir", None, clock)
    orders = [one for one in await notices(bus) if isinstance(one, Retraction)]
    assert [one.voices for one in orders if one.voices] == [(again.voice,)]
