"""Reddit refuses, is away, or asks to wait: what is told, when it is asked again, and that the others go on."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime

import pytest

from listeners.reddit import PAUSES
from soundings.bus import Bus
from soundings.settings import Settings
from tests.listeners.kit import NOON, Clock, posts
from tests.listeners.reddit_desk import desk, gaps
from tests.listeners.reddit_far_side import RedditFarSide

pytestmark = pytest.mark.servers

TWO = [{"name": "Closed", "local": True}, {"name": "Penmarrow", "local": True}]


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (403, {"reason": "private"}, "it is private; ask its moderators"),
        (403, {"reason": "quarantined"}, "Reddit has quarantined it"),
        (403, b"<html>blocked</html>", "Reddit refuses it (403)"),
        (404, {"reason": "banned"}, "Reddit has banned it; take it out of the council file"),
        (404, {}, "there is no such community"),
        (302, b"", "there is no such community"),
        (451, {"reason": 5}, "Reddit refuses it (451)"),
    ],
)
async def test_a_closed_community_is_told_once_and_the_others_go_on(
    bus: Bus, settings: Settings, reddit: RedditFarSide, status: int, body: object, words: str
) -> None:
    reddit.submit("Bins")
    reddit.submit("Hidden", place="Closed")
    reddit.refuse("/r/Closed", status, body, Location="/subreddits/search")
    async with desk(bus, settings, reddit, places=TWO) as one:
        await one.turn()
        for hours in (1, 2, 3):
            await one.turn(hours=hours)
        assert [post.text for post in await posts(bus)] == ["Bins"]
        asked = len(reddit.questions("/r/Closed"))
        await one.turn(minutes=2)
        assert len(reddit.questions("/r/Closed")) == asked, "not every minute"
        (told,) = await gaps(bus)
        assert told.end is None and words in told.why and told.why.startswith("r/Closed is not heard: ")
        reddit.refusals.clear()
        await one.turn(hours=7)
    _, ended = await gaps(bus)
    assert (ended.start, ended.why) == (told.start, "r/Closed was not heard") and ended.end is not None
    assert {post.text for post in await posts(bus)} == {"Bins", "Hidden"}


@pytest.mark.parametrize(
    ("path", "status"), [("/api/v1/access_token", 401), ("/api/v1/access_token", 403), ("/r", 401)]
)
async def test_a_key_that_is_refused_is_told_at_once_and_only_once(
    bus: Bus, settings: Settings, reddit: RedditFarSide, path: str, status: int
) -> None:
    reddit.submit("Bins")
    reddit.refuse(path, status)
    async with desk(bus, settings, reddit) as one:
        for _ in range(8):
            await one.rounds(1)
        (told,) = await gaps(bus)
        assert told.end is None and "SOUNDINGS_REDDIT_CLIENT_SECRET" in told.why and str(status) in told.why
        assert sum(one.sleeper.slept) > 3000, "it does not hammer"
        reddit.refusals.clear()
        await one.rounds(1)
    _, ended = await gaps(bus)
    assert ended.start == told.start and ended.end is not None and len(await posts(bus)) == 1


async def test_a_refusal_in_words_is_one_as_well(bus: Bus, settings: Settings, reddit: RedditFarSide) -> None:
    reddit.refuse("/api/v1/access_token", 200, {"error": "invalid_grant"})
    async with desk(bus, settings, reddit) as one:
        await one.turn()
    assert "it does not take our key" in (await gaps(bus))[0].why


async def test_a_token_that_ends_early_is_replaced_without_a_word(
    bus: Bus, settings: Settings, reddit: RedditFarSide
) -> None:
    reddit.submit("Bins")
    reddit.refuse("/r/Penmarrow/new", 401, times=1)
    async with desk(bus, settings, reddit) as one:
        await one.turn()
    assert len(await posts(bus)) == 1 and not await gaps(bus)
    assert len(reddit.questions("/api/v1/access_token")) == 2


async def test_pauses_grow_while_it_is_away_and_it_is_said_when_it_lasts(
    bus: Bus, settings: Settings, reddit: RedditFarSide
) -> None:
    clock = Clock()
    async with desk(bus, settings, reddit, clock) as one:
        await one.turn(seconds=0)
        start = clock()
        clock.move(minutes=1)
        reddit.refuse("/", 503)
        reddit.submit("Bins", at=clock())
        waits = []
        for _ in range(6):
            await one.reddit.turn(one.line.ask)
            waits.append(round(one.reddit.seconds_until_due()))
            await one.sleeper(one.reddit.seconds_until_due())
        assert waits == [*PAUSES, PAUSES[-1]]
        (told,) = await gaps(bus)
        assert "it answers 503" in told.why and start - timedelta(seconds=30) < told.start <= start
        assert len([question for question in reddit.asked if question.path == "/r/Penmarrow/new"]) == 7
        reddit.refusals.clear()
        await one.rounds(1)
    _, ended = await gaps(bus)
    assert ended.start == told.start and "read afterwards" in ended.why
    assert [post.text for post in await posts(bus)] == ["Bins"], "nothing is lost by it"


@pytest.mark.parametrize("asked", ["in seconds", "until a time", "by its window", "not at all"])
async def test_when_it_asks_to_wait_it_is_obeyed(
    bus: Bus, settings: Settings, reddit: RedditFarSide, asked: str
) -> None:
    clock = Clock()
    reddit.submit("Bins")
    headers = {
        "in seconds": {"Retry_After": "400"},
        "until a time": {"Retry_After": format_datetime(NOON + timedelta(seconds=400), usegmt=True)},
        "by its window": {"x_ratelimit_remaining": "0.0", "x_ratelimit_used": "100.0", "x_ratelimit_reset": "400"},
        "not at all": {},
    }[asked]
    reddit.refuse("/r", 429, times=1, **headers)
    async with desk(bus, settings, reddit, clock) as one:
        await one.reddit.turn(one.line.ask)
        wait = one.reddit.seconds_until_due()
        assert 380 <= wait <= 400 if headers else wait == PAUSES[0]
        await one.rounds(1)
    assert len(await posts(bus)) == 1 and len(reddit.questions("/r/Penmarrow/new")) == 2
    assert not await gaps(bus)


async def test_what_is_left_of_the_window_is_spread_over_it(
    bus: Bus, settings: Settings, reddit: RedditFarSide
) -> None:
    """By our clock, and never by praw's own sleep, which nobody could wake."""
    reddit.counts = {"x-ratelimit-remaining": "10.0", "x-ratelimit-used": "90.0", "x-ratelimit-reset": "300"}
    async with desk(bus, settings, reddit) as one:
        await one.turn()
        assert one.sleeper.slept[:2] == [0.0, 30.0]
        reddit.counts = {"x-ratelimit-remaining": "0", "x-ratelimit-used": "odd", "x-ratelimit-reset": "500"}
        await one.turn(minutes=2)
        assert one.sleeper.slept[-1] == 500.0


@pytest.mark.parametrize("body", [b"<html>", b"", b"[]", b"null", b"5", b'{"data": {"children": 5}}', b'"x"', b"\xff"])
async def test_what_is_no_listing_is_an_outage_and_not_the_end(
    bus: Bus, settings: Settings, reddit: RedditFarSide, body: bytes
) -> None:
    reddit.submit("Bins")
    reddit.refuse("/r/Penmarrow/new", 200, body, times=1)
    async with desk(bus, settings, reddit) as one:
        await one.turn()
        assert not await posts(bus)
        await one.rounds(1)
    assert len(await posts(bus)) == 1


@pytest.mark.parametrize("token", [b"{}", b"[]", b"<html>", b'{"access_token": "t"}'])
async def test_nor_is_what_is_no_token(bus: Bus, settings: Settings, reddit: RedditFarSide, token: bytes) -> None:
    reddit.submit("Bins")
    reddit.refuse("/api/v1/access_token", 200, token, times=1)
    async with desk(bus, settings, reddit) as one:
        await one.rounds(2)
    assert len(await posts(bus)) == 1


async def test_a_server_that_is_not_there(bus: Bus, settings: Settings, reddit: RedditFarSide) -> None:
    address = reddit.url
    async with desk(bus, settings, reddit) as one:
        reddit.close()
        for _ in range(5):
            await one.rounds(1)
    (told,) = await gaps(bus)
    assert "it cannot be reached (ConnectionError)" in told.why and address not in told.why


async def test_a_community_that_reddit_cannot_show_holds_up_no_other(
    bus: Bus, settings: Settings, reddit: RedditFarSide
) -> None:
    reddit.submit("Hidden", place="Closed")
    async with desk(bus, settings, reddit, places=TWO) as one:
        await one.turn()
        reddit.refuse("/r/Closed", 500)
        for number in range(40):
            reddit.submit(f"Bins {number}", at=one.clock())
            await one.rounds(1)
        (told,) = await gaps(bus)
        assert told.why == "r/Closed is not heard: it answers 500" and told.end is None
        assert len(await posts(bus)) > 30, "the other one is heard meanwhile"
        reddit.refusals.clear()
        await one.rounds(3)
    _, ended = await gaps(bus)
    assert (ended.start, ended.why) == (told.start, "r/Closed was not heard") and ended.end is not None
