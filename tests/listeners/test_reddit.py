"""Reddit through the real praw, against a far side of ours and the real bus: what is read, and what is not lost."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta
from typing import Any

import pytest

from listeners import reddit_listing
from listeners.reddit import Reddit
from soundings.bus import Bus
from soundings.errors import BadInput
from soundings.messages import AuthorKind, Kind
from soundings.rejects import IN_A_ROW
from soundings.settings import Settings
from soundings.streams import POSTS
from soundings.tasks import end
from tests.listeners.kit import COUNCIL, NOON, Clock, outlet, posts, rejects
from tests.listeners.reddit_desk import PENMARROW, Sleeper, desk, gaps, table
from tests.listeners.reddit_far_side import RedditFarSide, listing, minutes_ago

pytestmark = pytest.mark.servers


async def test_the_first_look_reads_back_as_far_as_it_is_told(
    bus: Bus, settings: Settings, reddit: RedditFarSide
) -> None:
    reddit.submit("Long before", at=minutes_ago(73 * 60))
    thread = reddit.submit("Bins", "Nobody *came*.", at=minutes_ago(90))
    reddit.comment("Here neither", thread, author="Weir_Willy", at=minutes_ago(60))
    async with desk(bus, settings, reddit) as one:
        await one.turn()
        await one.turn(minutes=1)
    submission, comment = await posts(bus)
    assert (submission.text, submission.kind) == ("Bins\n\nNobody came.", Kind.POST)
    assert submission.happened_at == minutes_ago(90) and submission.author_kind is AuthorKind.RESIDENT
    assert (comment.kind, comment.thread) == (Kind.REPLY, submission.id) and comment.voice != submission.voice
    assert comment.area_match.reason == "from a source about this area"
    agent = reddit.asked[-1].headers["user-agent"]
    assert "soundings:v" in agent and "(by /u/PenmarrowCouncil)" in agent
    assert reddit.asked[-1].headers["authorization"] == "bearer t"
    assert not await gaps(bus)


async def test_a_community_about_more_than_the_area_is_looked_through(
    bus: Bus, settings: Settings, reddit: RedditFarSide
) -> None:
    reddit.submit("Which phone?", place="Wales")
    thread = reddit.submit("Moving to Penmarrow", place="Wales")
    reddit.comment("Do it", thread, place="Wales")
    reddit.comment("u/PenmarrowCouncil will know", reddit.submit("Who?", place="Wales"), place="Wales")
    async with desk(bus, settings, reddit, places=[{"name": "r/wales"}]) as one:
        await one.turn()
    found = {post.text: post.area_match.reason for post in await posts(bus)}
    assert sorted(found) == ["Do it", "Moving to Penmarrow", "u/PenmarrowCouncil will know"]
    assert (
        found["Do it"] == "in a conversation about the area" and "addressed to" in found["u/PenmarrowCouncil will know"]
    )


async def test_the_next_look_brings_what_is_new_and_what_was_edited(
    bus: Bus, settings: Settings, reddit: RedditFarSide
) -> None:
    first = reddit.submit("Bins", "Nobody came")
    async with desk(bus, settings, reddit) as one:
        await one.turn()
        reddit.change(first, selftext="They came", edited=NOON.timestamp() + 30)
        reddit.submit("Lamps", at=NOON + timedelta(seconds=20))
        await one.turn(seconds=30)
        assert len(reddit.questions("/r/")) == 2, "it is not due"
        await one.turn(seconds=31)
    _, edit, second = await posts(bus)
    assert edit.text == "Bins\n\nThey came" and edit.version == int((NOON.timestamp() + 30) * 1000)
    assert second.text == "Lamps"


async def test_a_start_goes_on_where_the_last_one_ended(bus: Bus, settings: Settings, reddit: RedditFarSide) -> None:
    clock = Clock()
    first = reddit.submit("Bins")
    async with desk(bus, settings, reddit, clock) as one:
        await one.turn()
    clock.move(days=10)
    for number in range(250):
        reddit.comment(f"Answer {number}", first, at=NOON + timedelta(minutes=number))
    async with desk(bus, settings, reddit, clock) as one:
        await one.turn()
    assert len({post.id for post in await posts(bus)}) == 251 == len(await posts(bus))
    assert not await gaps(bus), "nothing was missed, however long it was down"


@pytest.mark.parametrize("deleted", [19, 20])
async def test_where_it_ended_outlives_deletions(
    bus: Bus, settings: Settings, reddit: RedditFarSide, deleted: int
) -> None:
    clock = Clock()
    names = [reddit.submit(f"Bins {number}", at=minutes_ago(400 - number)) for number in range(230)]
    async with desk(bus, settings, reddit, clock) as one:
        await one.turn()
        for name in names[-deleted:]:
            reddit.delete(name)
        for number in range(150):
            reddit.submit(f"Lamps {number}", at=NOON + timedelta(seconds=number))
        reddit.asked.clear()
        await one.turn(minutes=5)
    assert len([post for post in await posts(bus) if post.text.startswith("Lamps")]) == 150
    pages = len(reddit.questions("/r/Penmarrow/new"))
    assert pages == (2 if deleted < reddit_listing.ANCHORS else 4), "with every anchor gone it is read to its end"
    assert not await gaps(bus)


async def test_what_reddit_lists_no_more_is_a_gap_from_when_to_when(
    bus: Bus, settings: Settings, reddit: RedditFarSide
) -> None:
    clock = Clock()
    reddit.comment("before")
    async with desk(bus, settings, reddit, clock) as one:
        await one.turn()
    clock.move(hours=30)
    for number in range(1100):
        reddit.comment(f"{number}", at=NOON + timedelta(minutes=number))
    async with desk(bus, settings, reddit, clock) as one:
        await one.turn()
        await one.turn(minutes=2)
    assert len(await posts(bus)) == 1001
    (gap,) = await gaps(bus)
    assert (gap.start, gap.end) == (NOON, NOON + timedelta(minutes=100))
    assert gap.why == "more was said in r/Penmarrow than Reddit lists"


async def test_nor_does_the_first_look_hide_what_it_could_not_read(
    bus: Bus, settings: Settings, reddit: RedditFarSide
) -> None:
    for number in range(1010):
        reddit.comment(f"{number}", at=minutes_ago(1010 - number))
        reddit.submit(f"{number}", at=minutes_ago(1010 - number))
    async with desk(bus, settings, reddit) as one:
        await one.turn()
    first, second = await gaps(bus)
    assert {gap.end for gap in (first, second)} == {minutes_ago(1000)} and first.start != second.start
    assert timedelta(0) <= NOON - timedelta(hours=72) - second.start < timedelta(seconds=1)


async def test_killed_before_its_first_look_ended_it_still_begins_where_it_began(
    bus: Bus, settings: Settings, reddit: RedditFarSide
) -> None:
    clock = Clock()
    reddit.submit("Bins")
    async with desk(bus, settings, reddit, clock) as one:
        await one.reddit.begin()
    clock.move(days=6)
    async with desk(bus, settings, reddit, clock) as one:
        await one.turn()
    assert [post.text for post in await posts(bus)] == ["Bins"]


async def test_what_follows_a_deleted_thing_is_found_by_the_one_before(
    bus: Bus, settings: Settings, reddit: RedditFarSide
) -> None:
    """Reddit answers nothing for what stands after something that was deleted between two pages."""
    names = [reddit.comment(f"{number}") for number in range(220)]
    last_of_page = names[-100]

    def delete_meanwhile(path: str) -> None:
        if len(reddit.questions("/r/Penmarrow/comments")) == 2:
            reddit.delete(last_of_page)

    reddit.before_answer = delete_meanwhile
    async with desk(bus, settings, reddit) as one:
        await one.turn()
    assert len({post.id for post in await posts(bus)}) == 220
    assert not await gaps(bus)


async def test_an_old_thing_that_is_shown_again_as_new_hides_nothing(
    bus: Bus, settings: Settings, reddit: RedditFarSide
) -> None:
    first = reddit.submit("Bins", at=minutes_ago(10))
    async with desk(bus, settings, reddit) as one:
        await one.turn()
        for number in range(130):
            reddit.submit(f"Lamps {number}", at=NOON + timedelta(seconds=number))
        listed = reddit.places["penmarrow"].listed["t3"]
        listed.insert(3, listed.pop(listed.index(first)))
        await one.turn(minutes=5)
    assert len(await posts(bus)) == 131, "and it did not come twice"


async def test_what_was_said_before_we_listened_is_no_news_later_either(
    bus: Bus, settings: Settings, reddit: RedditFarSide
) -> None:
    reddit.submit("Long before", at=minutes_ago(80 * 60))
    reddit.submit("Now")
    async with desk(bus, settings, reddit) as one:
        for _ in range(3):
            await one.turn(minutes=2)
    assert [post.text for post in await posts(bus)] == ["Now"]


async def test_killed_in_mid_stream_it_begins_again_where_the_bus_had_acknowledged(
    bus: Bus, settings: Settings, reddit: RedditFarSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    for number in range(450):
        reddit.comment(f"{number}", at=minutes_ago(500 - number))
    publish, times = Bus.publish_surely, 0

    async def die_at_the_second(self: Bus, *given: Any) -> Any:
        nonlocal times
        times += 1
        if times == 2:
            raise KeyboardInterrupt  # as sudden as a kill, for all that is not yet written
        return await publish(self, *given)

    monkeypatch.setattr(Bus, "publish_surely", die_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        async with desk(bus, settings, reddit, clock) as one:
            await one.turn()
    assert one.out.ledger.checkpoint() is None and len(await posts(bus)) == 200
    monkeypatch.undo()
    monkeypatch.setenv("SOUNDINGS_REDDIT_CLIENT_ID", "an-id")
    monkeypatch.setenv("SOUNDINGS_REDDIT_CLIENT_SECRET", "a-secret")
    async with desk(bus, settings, reddit, clock) as one:
        await one.turn()
        assert one.out.ledger.count() == 450
    assert len({post.id for post in await posts(bus)}) == 450


async def test_another_bus_is_given_all_of_it_again(bus: Bus, settings: Settings, reddit: RedditFarSide) -> None:
    clock = Clock()
    for number in range(120):
        reddit.submit(f"{number}", at=minutes_ago(3000 - number))
    async with desk(bus, settings, reddit, clock) as one:
        await one.rounds(6)
    clock.move(days=5)
    await bus.jetstream.delete_stream(POSTS.name)
    await bus.declare()
    async with desk(bus, settings, reddit, clock) as one:
        await one.rounds(4)
    assert len({post.id for post in await posts(bus)}) == 120


async def test_odd_things_are_rejected_alone(bus: Bus, settings: Settings, reddit: RedditFarSide) -> None:
    reddit.submit("Bins")
    odd = [None, 5, {"kind": "more", "data": {"id": "_"}}, {"kind": "t3", "data": {"name": "t3_a", "title": 5}}]
    good = [{"kind": "t3", "data": reddit.things[name]} for name in reddit.places["penmarrow"].listed["t3"]]
    reddit.refuse("/r/Penmarrow/new", 200, listing([*odd, *good]))
    async with desk(bus, settings, reddit) as one:
        await one.turn()
    (post,) = await posts(bus)
    assert post.text == "Bins"
    found = await rejects(bus)
    kinds = {"is neither a comment nor a submission", "is without an id"}
    assert {one.reason for one in found} == {f"a thing that Reddit lists {kind}" for kind in kinds} | {
        "its text is no text"
    }
    assert len(found) == len(odd) < IN_A_ROW and not any(one.body for one in found)


async def test_a_community_that_left_the_council_file_is_ended(
    bus: Bus, settings: Settings, reddit: RedditFarSide
) -> None:
    clock = Clock()
    async with desk(bus, settings, reddit, clock, places=[{"name": "Nowhere"}]) as one:
        await one.turn()
    clock.move(hours=2)
    for _ in range(2):
        async with desk(bus, settings, reddit, clock) as one:
            await one.reddit.begin()
    told, ended = await gaps(bus)
    assert told.end is None and ended.end == clock() and abs(told.start - NOON) < timedelta(seconds=5)
    assert (ended.start, ended.why) == (told.start, "r/nowhere is no longer listened to")


async def test_it_follows_until_it_is_told_to_stop_and_a_silent_server_does_not_hold_it(
    bus: Bus, settings: Settings, reddit: RedditFarSide
) -> None:
    reddit.submit("Bins")
    silent = asyncio.Event()
    loop, times = asyncio.get_running_loop(), 0
    held = threading.Event()

    def hold(path: str) -> None:
        nonlocal times
        times += path == "/r/Penmarrow/new"
        if times == 2:
            loop.call_soon_threadsafe(silent.set)
            held.wait(30)

    reddit.before_answer = hold
    clock = Clock()
    heard = await bus.client.subscribe(POSTS.subjects)
    async with outlet(bus, settings, clock, "reddit") as out:
        task = asyncio.create_task(Reddit(table(reddit), out, COUNCIL, clock, Sleeper(clock)).listen())
        await heard.next_msg(timeout=10)
        await asyncio.wait_for(silent.wait(), 10)
        before = loop.time()
        await end(task)
        assert loop.time() - before < 2
    held.set()


async def test_without_its_key_it_says_what_to_do(
    bus: Bus, settings: Settings, reddit: RedditFarSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOUNDINGS_REDDIT_CLIENT_SECRET")
    async with outlet(bus, settings, Clock(), "reddit") as out:
        with pytest.raises(BadInput, match="SOUNDINGS_REDDIT_CLIENT_SECRET"):
            await Reddit(table(reddit, PENMARROW), out, COUNCIL, Clock()).listen()
    assert not reddit.asked
