"""What is held of Reddit is looked up: deleted, removed, edited, or no longer there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from listeners.again import ask_again
from listeners.ledger import Held, Ledger
from listeners.reddit_posts import DELETED, LEFT, REMOVED
from listeners.reddit_sweep import ABSENT
from soundings.bus import Bus
from soundings.settings import Settings
from tests.listeners.kit import NOON, Clock, posts
from tests.listeners.reddit_desk import desk, gaps, removals
from tests.listeners.reddit_far_side import RedditFarSide, listing, minutes_ago

pytestmark = pytest.mark.servers

OLD = minutes_ago(60)


def crowd(reddit: RedditFarSide, count: int) -> list[str]:
    """So many comments of as many people."""
    return [reddit.comment(f"Answer {number}", author=f"person_{number}", at=OLD) for number in range(count)]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, DELETED),
        ({"body": "[removed]", "author": "Weir_Willy"}, REMOVED),
        ({"body": "[ Removed by Reddit ]"}, REMOVED),
        ({"removed_by_category": "moderator"}, REMOVED),
        ({"author": "[deleted]"}, LEFT),
    ],
)
async def test_what_was_deleted_or_removed_is_taken_back(
    bus: Bus, settings: Settings, reddit: RedditFarSide, changes: dict[str, Any], why: str
) -> None:
    crowd(reddit, 5)
    name = reddit.comment("Nobody came", at=OLD, author="Weir_Willy")
    async with desk(bus, settings, reddit) as one:
        await one.turn()
        post_id = one.out.notices.post_id(name)
        reddit.delete(name, **changes)
        await one.turn(hours=7)
        assert await removals(bus) == [(post_id, why)]
        assert one.out.held(name) is None
        await one.turn(hours=7)
    assert len(await removals(bus)) == 1 and len(await posts(bus)) == 6


async def test_what_reddit_does_not_show_at_all_is_gone(bus: Bus, settings: Settings, reddit: RedditFarSide) -> None:
    names = crowd(reddit, 5)
    async with desk(bus, settings, reddit) as one:
        await one.turn()
        reddit.delete(names[0])
        reddit.unlisted.add(names[0])
        await one.turn(hours=7)
        assert not await removals(bus), "its community was not heard since"
        await one.turn(minutes=2)
        assert await removals(bus) == [(one.out.notices.post_id(names[0]), ABSENT)]


async def test_what_was_edited_comes_as_a_newer_version(bus: Bus, settings: Settings, reddit: RedditFarSide) -> None:
    name = crowd(reddit, 150)[0]  # it has left the first page
    async with desk(bus, settings, reddit) as one:
        await one.rounds(2)
        reddit.change(name, body="They came", edited=NOON.timestamp() + 60)
        await one.turn(hours=7)
        await one.rounds(1)
    first, *_, last = [post for post in await posts(bus) if post.original.native_id == name]
    assert (first.text, last.text) == ("Answer 0", "They came") and last.version > first.version


async def test_all_that_is_held_of_who_left_is_looked_up_at_once(
    bus: Bus, settings: Settings, reddit: RedditFarSide
) -> None:
    """However long ago it was written: no round would come by it."""
    clock = Clock()
    crowd(reddit, 3)
    long_ago, lately = (reddit.comment(text, author="Weir_Willy", at=at) for text, at in (("a", OLD), ("b", OLD)))
    async with desk(bus, settings, reddit, clock, check_days=1) as one:
        await one.turn()
        held = one.out.ledger.find(long_ago)
        clock.move(days=5)
        reddit.change(lately, author="[deleted]")
        reddit.change(long_ago, author="[deleted]")
        lately_listed = reddit.places["penmarrow"].listed["t1"]
        lately_listed.remove(long_ago)
        await one.rounds(3)
        assert held and {post_id for post_id, _ in await removals(bus)} == {
            held.post_id, one.out.notices.post_id(lately)}  # fmt: skip
        assert not one.out.ledger.of_account(held.account), "nothing of the account is kept"


async def test_who_left_is_looked_up_once_and_also_after_a_start(
    bus: Bus, settings: Settings, reddit: RedditFarSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of each of their posts the listing says anew that they left."""
    clock, asked = Clock(), list[str]()
    names = [reddit.comment(f"{number}", author="Weir_Willy", at=OLD) for number in range(40)]
    real = Ledger.of_account

    def of_account(ledger: Ledger, account: str) -> list[Held]:
        asked.append(account)
        return real(ledger, account)

    monkeypatch.setattr(Ledger, "of_account", of_account)
    async with desk(bus, settings, reddit, clock, check_days=1) as one:
        await one.turn()
        clock.move(days=5)
        listed = reddit.places["penmarrow"].listed["t1"]
        listed[:] = names[:20]
        for name in names:
            reddit.change(name, author="[deleted]")
        reddit.refuse("/api/info", 500, times=1)
        await one.turn()
        assert len(await removals(bus)) == 20 and len(asked) == 1
        assert len(one.reddit._hearing.wanted) == 39, "each once"
    async with desk(bus, settings, reddit, clock, check_days=1) as one:
        await one.rounds(2)
        assert len(await removals(bus)) == 40 and one.state["left"] == []


async def test_a_hundred_a_question_and_a_start_goes_on_with_the_round(
    bus: Bus, settings: Settings, reddit: RedditFarSide
) -> None:
    clock, names = Clock(), crowd(reddit, 250)
    async with desk(bus, settings, reddit, clock) as one:
        await one.turn()
        await one.rounds(1)
        assert one.state["sweep"]["after"], "the round is on its way"
    async with desk(bus, settings, reddit, clock) as one:
        await one.rounds(3)
        assert "after" not in one.state["sweep"]
    asked = [query["id"].split(",") for query in reddit.questions("/api/info")]
    assert [len(ids) for ids in asked] == [100, 100, 50]
    assert sorted(name for ids in asked for name in ids) == sorted(names)


async def test_what_is_older_than_it_is_told_is_not_looked_up(
    bus: Bus, settings: Settings, reddit: RedditFarSide
) -> None:
    reddit.comment("old", at=minutes_ago(60 * 30))
    new = reddit.comment("new", at=OLD)
    async with desk(bus, settings, reddit, check_days=1) as one:
        await one.rounds(2)
    assert [query["id"] for query in reddit.questions("/api/info")] == [new]


async def test_an_answer_that_shows_nothing_is_not_believed(
    bus: Bus, settings: Settings, reddit: RedditFarSide
) -> None:
    crowd(reddit, 6)
    reddit.refuse("/api/info", 200, listing([]))
    async with desk(bus, settings, reddit) as one:
        for _ in range(4):
            await one.turn(minutes=11)
        assert not await removals(bus) and len(reddit.questions("/api/info")) == 3
        assert one.out.counts["posts that could not be checked"] == 6


async def test_a_part_of_an_answer_is_believed_in_the_third_round(
    bus: Bus, settings: Settings, reddit: RedditFarSide
) -> None:
    """Each round is a start of its own."""
    clock, names = Clock(), crowd(reddit, 12)
    async with desk(bus, settings, reddit, clock) as one:
        await one.turn()
    reddit.unlisted.update(names[1:])
    for removed in (0, 0, 11):
        async with desk(bus, settings, reddit, clock) as one:
            await one.turn(hours=7)
            await one.turn(minutes=2)
            assert len(await removals(bus)) == removed
            assert one.out.counts["posts that could not be checked"] == 11 - removed
            await one.turn(minutes=2)


async def test_many_in_one_round_are_doubted_though_each_answer_leaves_out_a_few(
    bus: Bus, settings: Settings, reddit: RedditFarSide
) -> None:
    names = crowd(reddit, 250)
    async with desk(bus, settings, reddit) as one:
        await one.rounds(4)
        reddit.unlisted.update(names[:8])
        await one.turn(hours=7)
        await one.rounds(6)
        assert len(reddit.questions("/api/info")) == 6 and not await removals(bus)
        assert one.out.counts["posts that could not be checked"] == 8


async def test_a_community_that_closes_between_two_looks_loses_nothing(
    bus: Bus, settings: Settings, reddit: RedditFarSide
) -> None:
    names = crowd(reddit, 3)
    reddit.submit("elsewhere", place="Saltings", at=OLD)
    places = [{"name": "Penmarrow", "local": True}, {"name": "Saltings", "local": True}]

    def close(path: str) -> None:
        if path.startswith("/api/info"):  # after the look of that turn
            reddit.unlisted.update(names)
            reddit.refuse("/r/Penmarrow", 403, {"reason": "private", "error": 403})

    async with desk(bus, settings, reddit, places=places) as one:
        await one.turn()
        await one.turn(minutes=2)
        reddit.before_answer = close
        await one.turn(hours=7)
        await one.turn(minutes=2)
        await one.turn(hours=7)
        reddit.refusals.clear()
        reddit.unlisted.clear()
        reddit.before_answer = lambda path: None
        await one.turn(hours=7)
        await one.turn(hours=7)
    assert not await removals(bus)


async def test_one_that_cannot_be_read_costs_no_other(bus: Bus, settings: Settings, reddit: RedditFarSide) -> None:
    name, *_ = names = crowd(reddit, 6)
    shown = [{"kind": "t1", "data": reddit.things[other]} for other in names[1:]]
    reddit.refuse("/api/info", 200, listing([{"kind": "t1", "data": {"body": "?"}}, *shown]))
    async with desk(bus, settings, reddit) as one:
        await one.turn()
        assert one.out.held(name) and not await removals(bus)


@pytest.mark.parametrize(
    ("status", "reason", "days", "removed"),
    [(403, "private", 1, 0), (403, "private", 6, 0), (403, "private", 12, 5), (404, "banned", 5, 5)],
)
async def test_a_community_that_is_closed_for_now_loses_nothing(
    bus: Bus, settings: Settings, reddit: RedditFarSide, status: int, reason: str, days: int, removed: int
) -> None:
    names = crowd(reddit, 5)
    reddit.submit("elsewhere", place="Saltings")
    places = [{"name": "Penmarrow", "local": True}, {"name": "Saltings", "local": True}]
    async with desk(bus, settings, reddit, places=places) as one:
        await one.turn()
        reddit.unlisted.update(names)
        reddit.refuse("/r/Penmarrow", status, {"reason": reason, "error": status})
        for _ in range(days):
            await one.turn(days=1)
    assert len(await removals(bus)) == removed


async def test_while_it_cannot_be_asked_nothing_is_removed_and_listening_goes_on(
    bus: Bus, settings: Settings, reddit: RedditFarSide
) -> None:
    name = reddit.submit("Bins", at=OLD)
    reddit.refuse("/api/info", 403, times=1)
    async with desk(bus, settings, reddit) as one:
        await one.turn()
        reddit.delete(name)
        reddit.submit("Lamps", at=NOON + timedelta(seconds=1))
        await one.turn(minutes=5)
        assert not await removals(bus) and len(await posts(bus)) == 2
        await one.turn(minutes=11)
    assert len(await removals(bus)) == 1 and not await gaps(bus)


async def test_what_was_rejected_comes_once_more_when_it_is_wanted(
    bus: Bus, settings: Settings, reddit: RedditFarSide
) -> None:
    crowd(reddit, 150)
    async with desk(bus, settings, reddit) as one:
        await one.turn()
        await one.rounds(3)
        wanted = (await posts(bus))[0].id
        one.clock.move(minutes=1)
        await ask_again(bus, "reddit", [wanted], one.clock())
        await one.turn(minutes=1)
        await one.rounds(3)
    assert len([post for post in await posts(bus) if post.id == wanted]) == 2
    assert len(await posts(bus)) == 151


@pytest.mark.parametrize("answer", [(500, b""), (200, b"<html>"), (403, b"")])
async def test_what_can_never_be_looked_up_holds_up_nothing(
    bus: Bus, settings: Settings, reddit: RedditFarSide, answer: tuple[int, bytes]
) -> None:
    """Nor does it make us ask without a pause, when it is wanted soon."""
    names = [reddit.comment(f"{number}", author="Weir_Willy", at=OLD) for number in range(3)]
    async with desk(bus, settings, reddit) as one:
        await one.turn()
        reddit.asked.clear()
        reddit.refuse("/api/info", *answer)
        reddit.change(names[0], author="[deleted]")
        await one.turn(minutes=2)
        assert len(await removals(bus)) == 1, "by what is listed"
        for number in range(20):
            reddit.submit(f"Bins {number}", at=one.clock())
            await one.rounds(1)
        assert len([post for post in await posts(bus) if post.text.startswith("Bins")]) > 10
        assert len(reddit.questions("/api/info")) <= 4


@pytest.mark.parametrize("halfway", [True, False])
@pytest.mark.parametrize("starts", [True, False])
async def test_a_clock_that_was_ahead_once_stops_no_round(
    bus: Bus, settings: Settings, reddit: RedditFarSide, halfway: bool, starts: bool
) -> None:
    clock, names = Clock(), crowd(reddit, 150 if halfway else 20)
    async with desk(bus, settings, reddit, clock) as one:
        await one.turn()
        await one.rounds(2)
        clock.move(days=300)
        await one.turn()
        clock.move(days=-300)
        reddit.delete(names[0])
        if not starts:
            for _ in range(5):
                await one.turn(hours=7)
            assert len(await removals(bus)) == 1
    if starts:
        async with desk(bus, settings, reddit, clock) as one:
            for _ in range(5):
                await one.turn(hours=7)
            assert len(await removals(bus)) == 1
