"""The night's questions: what no stream told, against servers of ours and the real bus."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from listeners import mastodon_checking
from listeners.again import ask_again
from listeners.mastodon_checking import NOT_CHECKED
from listeners.outlet import Outcome
from soundings.bus import Bus
from soundings.settings import Settings
from tests.listeners.kit import NOON, Clock, posts
from tests.listeners.mastodon_desk import Desk, gaps, listening, orders
from tests.listeners.mastodon_far_side import TOKEN, FarSide, edited, person, status
from tests.listeners.sky import latest

pytestmark = pytest.mark.servers

LOCAL = "The tip in Penmarrow is shut"
IDS = "/api/v1/statuses"


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> Iterator[FarSide]:
    """A server, and our token for it."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
    monkeypatch.setenv("SOUNDINGS_MASTODON_TOKEN_127_0_0_1", TOKEN)
    server = FarSide()
    yield server
    server.close()


async def night(desk: Desk, steps: int = 20) -> None:
    """All that the next night asks."""
    before = desk.source._checking.state["night"]
    await desk.source._checking.step()
    assert desk.source._checking.state["night"] > before, "it has begun"
    for _ in range(steps):
        if "before" not in desk.source._checking.state:
            return
        await desk.source._checking.step()


@pytest.mark.parametrize("knows_ids", [True, False])
async def test_what_no_stream_told_is_found_at_night(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide, knows_ids: bool
) -> None:
    far.knows_ids = knows_ids
    sent = [status(low, f"{LOCAL} {low}", account=person(f"p{low}")) for low in range(1, 24)]
    async with listening(bus, settings, clock, far) as desk:
        far.write(*sent)
        await desk.worked(sent[-1])
        far.remove(sent[0], told=False)
        far.edit(edited(sent[1], "It was another town", NOON + timedelta(minutes=9)), told=False)
        far.edit(sent[2] | {"account": person("p3", indexable=False)}, told=False)
        await desk.source._checking.step()
        assert far.count(IDS) == 0, "the night has not come"
        clock.move(hours=20)
        await night(desk)
        assert desk.out.ledger.count() == 21
        assert far.count(f"{IDS}?id") == (2 if knows_ids else 1), "twenty at a time"
        assert far.count(f"{IDS}/") == (0 if knows_ids else 23)
        assert set(desk.pauses.slept) == {1.1}, "each question apart from the one before"
    reasons = {order.reason for order in await orders(bus)}
    assert reasons == {"its platform no longer shows it", "its author asks not to be read"}
    assert (await latest(bus))[sent[1]["uri"]].text == "It was another town"
    assert len(await posts(bus)) == 24, "nothing else came twice"


async def test_an_answer_that_shows_none_is_not_believed(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide
) -> None:
    sent = [status(low, LOCAL, account=person(f"p{low}")) for low in range(1, 6)]
    async with listening(bus, settings, clock, far) as desk:
        far.write(*sent)
        await desk.worked(sent[-1])
        far.statuses.clear()
        clock.move(hours=20)
        await night(desk)
        assert desk.out.ledger.count() == 5 and desk.out.counts[NOT_CHECKED] == 5


async def test_a_server_that_fails_is_asked_in_another_night(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide
) -> None:
    async with listening(bus, settings, clock, far) as desk:
        far.write(one := status(1, LOCAL), other := status(2, LOCAL))
        await desk.worked(other)
        far.remove(one, told=False)
        far.refusals[IDS] = [(503, {}), (0, {})]
        clock.move(hours=20)
        await night(desk)
        assert desk.out.ledger.count() == 2 and desk.out.counts[NOT_CHECKED] == 2
        clock.move(hours=24)
        await night(desk)
        assert desk.out.ledger.count() == 1
    assert await gaps(bus) == []


async def test_a_night_that_was_broken_off_goes_on_after_a_start(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide
) -> None:
    sent = [status(low, LOCAL, account=person(f"p{low}")) for low in range(1, 31)]
    async with listening(bus, settings, clock, far) as desk:
        far.write(*sent)
        await desk.worked(sent[-1])
        clock.move(hours=20)
        await night(desk, steps=1)
        await desk.keep()
    asked = [one for one in far.asked if one.startswith(f"{IDS}?")]
    async with listening(bus, settings, clock, far) as desk:
        while "before" in desk.source._checking.state:
            await desk.source._checking.step()
        again = [one for one in far.asked if one.startswith(f"{IDS}?")]
        assert len(asked) == 1 and len(again) == 2, "the ten that were left, and no more"


async def test_what_is_young_is_left_for_the_next_night(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide
) -> None:
    async with listening(bus, settings, clock, far) as desk:
        clock.move(hours=20)
        far.write(one := status(1, LOCAL, clock()))
        await desk.worked(one)
        await night(desk)
        assert far.count(IDS) == 0


async def test_a_post_that_was_rejected_later_comes_once_more(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide
) -> None:
    async with listening(bus, settings, clock, far) as desk:
        far.write(one := status(1, LOCAL))
        await desk.worked(one)
        clock.move(hours=20)
        await ask_again(bus, "mastodon", [(await posts(bus))[0].id], clock())
        await night(desk)
        await desk.keep()
        assert desk.out.counts[Outcome.SAME] >= 1
    assert [post.rejected_at for post in await posts(bus)] == [None, clock()]


async def test_what_a_server_gave_that_left_the_council_file_is_counted(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with listening(bus, settings, clock, far) as desk:
        far.write(one := status(1, LOCAL))
        await desk.worked(one)
    monkeypatch.setenv("SOUNDINGS_MASTODON_TOKEN_LOCALHOST", TOKEN)
    other = FarSide("localhost")
    try:
        async with listening(bus, settings, clock, other) as desk:
            clock.move(hours=20)
            await night(desk)
            assert desk.out.counts[NOT_CHECKED] == 1 and desk.out.ledger.count() == 1
    finally:
        other.close()


async def test_a_copy_that_a_server_threw_away_is_no_removal(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide
) -> None:
    tags: Any = {"tags": [{"name": "bins"}]}
    own = [status(low, LOCAL, account=person(f"p{low}"), **tags) for low in (1, 2)]
    copy = status(3, f"{LOCAL}!", account=person("anna@big.example"), **tags)
    async with listening(bus, settings, clock, far, tables=({"hashtags": ["bins"]},)) as desk:
        far.write(*own, copy)
        await desk.worked(copy, stream="#bins")
        assert desk.out.ledger.count() == 3
        far.remove(own[0], told=False)
        far.remove(copy, told=False)
        clock.move(hours=20)
        await night(desk)
        assert desk.out.held(copy["uri"]) and not desk.out.held(own[0]["uri"])
        assert desk.out.counts[NOT_CHECKED] == 1


@pytest.mark.parametrize("shown", [0, 1])
async def test_many_that_are_missing_are_believed_in_the_third_night_and_nothing_is_no_answer(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide, shown: int
) -> None:
    """In one night each question misses too few to doubt it. Each night is a start of its own."""
    sent = [status(low, f"{LOCAL} {low}", account=person(f"p{low}")) for low in range(1, 10)]
    async with listening(bus, settings, clock, far) as desk:
        far.write(*sent)
        await desk.worked(sent[-1])
        for one in sent[shown:]:
            far.remove(one, told=False)
    for held in (9, 9, shown or 9):
        clock.move(hours=24)
        async with listening(bus, settings, clock, far) as desk:
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(mastodon_checking, "A_TIME", 3)
                await night(desk)
            assert desk.out.ledger.count() == held
            assert desk.out.counts[NOT_CHECKED] == held - shown
            await desk.keep()


async def test_a_stop_while_a_night_ends_loses_no_removal(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide
) -> None:
    sent = [status(low, LOCAL, account=person(f"p{low}")) for low in range(1, 7)]
    async with listening(bus, settings, clock, far) as desk:
        far.write(*sent)
        await desk.worked(sent[-1])
        for one in sent[:3]:
            far.remove(one, told=False)
        clock.move(hours=20)
        await night(desk, steps=1)
        await desk.keep()
        assert desk.out.ledger.count() == 6, "the night is not over"
    async with listening(bus, settings, clock, far) as desk:
        await desk.source._checking.step()
        assert desk.out.ledger.count() == 3 and "missing" not in desk.source._checking.state


@pytest.mark.parametrize("halfway", [True, False])
async def test_a_clock_that_was_ahead_once_stops_no_night(
    bus: Bus, settings: Settings, clock: Clock, far: FarSide, halfway: bool
) -> None:
    async with listening(bus, settings, clock, far) as desk:
        far.write(one := status(1, LOCAL), other := status(2, LOCAL))
        await desk.worked(other)
        clock.move(days=300)
        await night(desk, steps=0 if halfway else 20)
        await desk.keep()
    clock.move(days=-300)
    async with listening(bus, settings, clock, far) as desk:
        far.remove(one, told=False)
        clock.move(hours=20)
        far.write(young := status(3, LOCAL, clock(), account=person("p3")))
        await desk.worked(young)
        far.remove(young, told=False)
        for _ in range(6):
            await desk.source._checking.step()
        assert not desk.out.held(one["uri"]) and desk.out.held(young["uri"])
