"""The council's own YouTube channel against a Data API of ours on loopback. The people are invented."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any

import pytest

from listeners.youtube import KEY, YouTube, YouTubeSettings, lacking
from soundings.bus import Bus
from soundings.errors import BadInput
from soundings.messages import AuthorKind, Kind
from soundings.settings import Settings
from tests.listeners.kit import COUNCIL, NOON, Clock, outlet, rejects
from tests.listeners.pages_desk import LISTED, Desk, at_once, desk
from tests.listeners.youtube_far_side import CHANNEL, YouTubeFarSide, error
from tests.listeners.youtube_far_side import KEY as API_KEY

pytestmark = pytest.mark.servers


@pytest.fixture
def far_side(monkeypatch: pytest.MonkeyPatch) -> Iterator[YouTubeFarSide]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv(KEY, API_KEY)
    server = YouTubeFarSide()
    yield server
    server.close()


def table(far_side: YouTubeFarSide, **more: Any) -> YouTubeSettings:
    return YouTubeSettings(enabled=True, channel=CHANNEL, address=far_side.url, allow_private=True, **more)


def at_work(
    bus: Bus, settings: Settings, far_side: YouTubeFarSide, clock: Clock, **more: Any
) -> AbstractAsyncContextManager[Desk]:
    return desk(bus, settings, YouTube, table(far_side, **more), clock)


@pytest.fixture
async def one(bus: Bus, settings: Settings, far_side: YouTubeFarSide, clock: Clock) -> AsyncIterator[Desk]:
    """A channel with one video, an hour old, and a comment under it."""
    far_side.upload("v1", "Budget 2027", NOON - timedelta(hours=1), "Ask us anything")
    far_side.says("v1", "Ug1", "What about the bins? @anna-jones", NOON - timedelta(minutes=50))
    async with at_work(bus, settings, far_side, clock) as made:
        yield made


async def test_videos_are_the_councils_and_comments_are_the_residents(one: Desk, far_side: YouTubeFarSide) -> None:
    far_side.says("v1", "Ug1.a", "They are in it", NOON - timedelta(minutes=10), CHANNEL, parent="Ug1")
    far_side.says("v1", "Ug2", "Nobody's", NOON, "")
    await one.poll()
    posts = {post.original.native_id: post for post in await one.posts()}
    video, comment, answer, nameless = (posts[name] for name in ("v1", "Ug1", "Ug1.a", "Ug2"))
    assert (video.kind, video.author_kind, video.text) == (
        Kind.POST,
        AuthorKind.COUNCIL,
        "Budget 2027\n\nAsk us anything",
    )
    assert (comment.kind, comment.author_kind, comment.text) == (
        Kind.REPLY,
        AuthorKind.RESIDENT,
        "What about the bins? @[…]",
    )
    assert comment.reply_to == comment.thread == video.id and comment.happened_at == NOON - timedelta(minutes=50)
    assert (answer.author_kind, answer.reply_to, answer.thread) == (AuthorKind.COUNCIL, comment.id, video.id)
    assert answer.account == CHANNEL and comment.addressed_to == (CHANNEL,), "the council file lists it"
    assert not nameless.voice and comment.voice != video.voice


async def test_what_it_asks_and_what_that_costs(one: Desk, far_side: YouTubeFarSide) -> None:
    for number in range(7):
        far_side.says("v1", f"Ug1.{number}", f"Reply {number}", NOON, parent="Ug1")
    state = await one.poll()
    assert far_side.paths() == ["/channels", "/playlistItems", "/commentThreads", "/comments"]
    assert state["quota"] == {"day": "2026-11-10", "units": 4}
    assert len(await one.posts()) == 9, "a video, a comment, and seven replies of which five come along"


async def test_all_pages_of_each_listing_are_read_but_not_what_is_old(one: Desk, far_side: YouTubeFarSide) -> None:
    far_side.most = 2
    for number in range(2, 7):
        far_side.upload(f"v{number}", f"Video {number}", NOON - timedelta(hours=number))
    for number in range(7, 15):
        far_side.upload(f"v{number}", f"Video {number}", NOON - timedelta(days=30 + number))
    for number in range(2, 6):
        far_side.says("v1", f"Ug{number}", f"Comment {number}", NOON - timedelta(minutes=number))
    await one.poll()
    assert len(await one.posts()) == 11
    assert far_side.paths().count("/playlistItems") == 4, "it stops at the first page that is too old"
    await one.poll(minutes=90)
    first, *rest = [given for path, given in far_side.asked if path == "/commentThreads" and given["videoId"] == "v1"]
    assert "pageToken" not in first and len(rest) == 2, "until a page began an hour before the last answer"


async def test_an_edit_comes_with_its_time(one: Desk, far_side: YouTubeFarSide) -> None:
    await one.poll()
    far_side.says("v1", "Ug1", "And the bins?", NOON - timedelta(minutes=50), edited=NOON + timedelta(minutes=5))
    await one.poll(minutes=30)
    *_, edit = await one.posts()
    assert edit.text == "And the bins?" and edit.version == int((NOON + timedelta(minutes=5)).timestamp() * 1000)


async def test_a_comment_that_vanished_is_believed_the_third_time(one: Desk, far_side: YouTubeFarSide) -> None:
    far_side.says("v1", "Ug2", "Thanks", NOON)
    await one.poll()
    del far_side.said["Ug1"]
    await one.poll(hours=21)
    await one.poll(minutes=30)
    assert await one.removed() == set()
    await one.poll(minutes=30)
    assert await one.removed() == {one.post_id("Ug1")}


async def test_a_video_that_is_private_now_goes_with_all_below(one: Desk, far_side: YouTubeFarSide) -> None:
    far_side.upload("v2", "Parking", NOON)
    await one.poll()
    del far_side.videos["v1"]
    for _ in range(3):
        await one.poll(minutes=20)
    assert await one.removed() == {one.post_id("v1"), one.post_id("Ug1")}


async def test_closed_comments_are_no_failure_and_go_when_it_has_lasted_for_days(
    one: Desk, far_side: YouTubeFarSide
) -> None:
    await one.poll()
    far_side.closed.add("v1")
    await one.poll(hours=21)
    for _ in range(3):
        await one.poll(minutes=30)
    await one.poll(hours=20)
    assert await one.removed() == set(), "it says nothing until it has lasted"
    state = await one.poll(hours=21)
    assert state["place"]["failures"] == 0 and await one.gaps() == []
    assert await one.removed() == {one.post_id("Ug1")}


async def test_comments_that_are_open_again_stay(one: Desk, far_side: YouTubeFarSide) -> None:
    for number in range(2, 12):
        far_side.says("v1", f"Ug{number}", f"Comment {number}", NOON)
    await one.poll()
    far_side.closed.add("v1")
    for _ in range(2):
        await one.poll(hours=21)
    far_side.closed.clear()
    await one.poll(hours=21)
    far_side.closed.add("v1")
    for _ in range(2):
        await one.poll(hours=21)
    assert await one.removed() == set()


async def test_a_channel_that_shows_no_video_loses_none(one: Desk, far_side: YouTubeFarSide) -> None:
    await one.poll()
    far_side.instead["/playlistItems"] = error("playlistNotFound", 404)
    for _ in range(5):
        await one.poll(hours=21)
    assert await one.removed() == set()


async def test_a_channel_without_videos_is_no_failure(one: Desk, far_side: YouTubeFarSide) -> None:
    far_side.instead["/playlistItems"] = error("playlistNotFound", 404)
    assert (await one.poll())["place"]["failures"] == 0


async def test_our_share_of_the_quota_is_never_passed(
    bus: Bus, settings: Settings, far_side: YouTubeFarSide, clock: Clock
) -> None:
    for number in range(6):
        far_side.upload(f"v{number}", f"Video {number}", NOON - timedelta(hours=1, minutes=number))
    async with at_work(bus, settings, far_side, clock, units_a_day=100) as one:
        one.source.state["quota"] = {"day": "2026-11-10", "units": 96}
        state = await one.poll()
        assert len(far_side.paths()) == 4 and state["quota"]["units"] == 100
        assert one.minutes == 20 * 60 + 1, "until midnight in California"
        (gap,) = await one.gaps()
        assert "units_a_day" in gap.why and gap.end is None
    async with at_work(bus, settings, far_side, clock, units_a_day=100) as one:
        assert one.minutes == 20 * 60 + 1, "a start does not begin the day anew"
        await one.poll()
        assert far_side.paths() == []
        one.source.state["quota"] = {"day": "2026-11-11", "units": 96}
        await one.poll(hours=20, minutes=1)
        asked = [given["videoId"] for path, given in far_side.asked if path == "/commentThreads"]
        assert asked == ["v2", "v3"], "what was not heard comes first"
        await one.poll(days=1)
        assert len(await one.posts()) == 6 and [gap.end for gap in await one.gaps()] == [None, clock()]


async def test_a_quota_that_google_says_is_used_up_waits_too(one: Desk, far_side: YouTubeFarSide) -> None:
    far_side.instead["/commentThreads"] = error("quotaExceeded")
    await one.poll()
    assert one.minutes == 20 * 60 + 1
    (gap,) = await one.gaps()
    assert "quota of the day is used up" in gap.why and "Anna" not in gap.why


async def test_a_refused_key_is_told_once_with_what_to_do(one: Desk, far_side: YouTubeFarSide) -> None:
    far_side.instead["*"] = error("accessNotConfigured")
    for _ in range(4):
        await one.poll(hours=1)
    (gap,) = await one.gaps()
    assert KEY in gap.why and "accessNotConfigured" in gap.why and one.minutes == 240


async def test_one_video_that_fails_never_stops_another(one: Desk, far_side: YouTubeFarSide) -> None:
    far_side.upload("v2", "Parking", NOON)
    far_side.says("v2", "Ug2", "Fine here", NOON)
    real = far_side.reply

    def forbids(path: str, given: dict[str, str], headers: Any) -> Any:
        return error("forbidden") if given.get("videoId") == "v2" else real(path, given, headers)

    far_side.reply = forbids  # type: ignore[method-assign]
    await one.poll()
    assert "What about the bins? @[…]" in await one.texts() and "Fine here" not in await one.texts()
    far_side.reply = real  # type: ignore[method-assign]
    await one.poll(hours=1)
    assert "Fine here" in await one.texts() and await one.gaps() == []


async def test_what_cannot_be_read_is_rejected_alone(one: Desk, far_side: YouTubeFarSide, bus: Bus) -> None:
    far_side.says("v1", "Ug2", "Fine", NOON)
    far_side.says("v1", "Ug3", "x", NOON, publishedAt="soon", parentId="Ug1")
    far_side.said["Ug4"] = {"id": 4, "snippet": {"videoId": "v1", "publishedAt": "2026-11-10T00:00:00Z"}}
    await one.poll()
    assert "Fine" in await one.texts()
    reasons = {reject.reason for reject in await rejects(bus)}
    assert reasons == {
        "the entry could not be read: snippet.publishedAt (datetime_from_date_parsing)",
        "the entry could not be read: id (string_type)",
    }


async def test_only_a_channel_that_is_listed_as_the_councils_is_read(
    bus: Bus, settings: Settings, far_side: YouTubeFarSide, clock: Clock
) -> None:
    async with outlet(bus, settings, clock, "youtube") as out:
        source = YouTube(table(far_side), out, COUNCIL, clock, at_once)
        with pytest.raises(BadInput, match=r"list the 'channel' of \[sources.youtube\] under \[\[accounts\]\]"):
            await source.listen()
    assert far_side.paths() == []


async def test_without_a_key_it_does_not_start(
    bus: Bus, settings: Settings, far_side: YouTubeFarSide, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = table(far_side)
    assert lacking(ours) == []
    monkeypatch.delenv(KEY)
    async with outlet(bus, settings, clock, "youtube") as out:
        with pytest.raises(BadInput, match=f"set {KEY}"):
            await YouTube(ours, out, LISTED, clock, at_once).listen()
    assert len(lacking(ours)) == 1 and lacking(YouTubeSettings()) == []


def test_its_terms_let_a_text_be_kept_for_thirty_days() -> None:
    assert YouTube.keeps_days == 30


@pytest.mark.parametrize(
    "given",
    [
        {"enabled": True},
        {"enabled": True, "channel": "@PenmarrowCouncil"},
        {"enabled": True, "channel": "UCshort"},
        {"units_a_day": 0},
    ],
)
def test_settings_that_cannot_be(given: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        YouTubeSettings(**given)


@pytest.mark.parametrize(
    "address",
    [
        "http://www.googleapis.com",
        "https://www.googleapis.com.example",
        "https://proxy.council.example",
        "https://www.googleapis.com:8443",
    ],
)
def test_the_key_goes_to_its_platform_alone(address: str) -> None:
    with pytest.raises(ValueError, match="key"):
        YouTubeSettings(address=address)


@pytest.mark.parametrize(
    "address", ["https://www.googleapis.com", "http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:1"]
)
def test_or_to_this_machine_for_trials(address: str) -> None:
    assert YouTubeSettings(address=address).address == address


@pytest.mark.parametrize("given", [12345, "@PenmarrowCouncil", "https://host.example/PenmarrowCouncil"])
def test_how_to_name_the_page_is_said_once_it_is_switched_on(given: object) -> None:
    with pytest.raises(ValueError, match="begins with UC"):
        YouTubeSettings.model_validate({"enabled": True, "channel": given})
    assert YouTubeSettings.model_validate({"channel": given}).channel == str(given)
