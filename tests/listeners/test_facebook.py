"""The council's own Facebook Page against a Graph API of ours on loopback. The people are invented."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any

import pytest

from listeners.facebook import KEY, Facebook, FacebookSettings, lacking
from listeners.notices import Notices
from listeners.outlet import Outlet
from soundings.bus import Bus
from soundings.errors import BadInput
from soundings.messages import AuthorKind, Kind
from soundings.settings import Settings
from soundings.streams import POSTS
from soundings.tasks import end
from tests.listeners.facebook_far_side import PAGE, TOKEN, FacebookFarSide, error
from tests.listeners.json_far_side import Reply
from tests.listeners.kit import NOON, Clock, outlet, rejects
from tests.listeners.pages_desk import LISTED, Desk, at_once, desk

pytestmark = pytest.mark.servers

COMMENTS = f"/v26.0/{PAGE}_1/comments"
POSTS_OF_PAGE = f"/v26.0/{PAGE}/posts"


@pytest.fixture
def far_side(monkeypatch: pytest.MonkeyPatch) -> Iterator[FacebookFarSide]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv(KEY, TOKEN)
    server = FacebookFarSide()
    yield server
    server.close()


def table(far_side: FacebookFarSide, **more: Any) -> FacebookSettings:
    return FacebookSettings(enabled=True, page=PAGE, address=far_side.url, allow_private=True, **more)


def at_work(bus: Bus, settings: Settings, far_side: FacebookFarSide, clock: Clock) -> AbstractAsyncContextManager[Desk]:
    return desk(bus, settings, Facebook, table(far_side), clock)


@pytest.fixture
async def one(bus: Bus, settings: Settings, far_side: FacebookFarSide, clock: Clock) -> AsyncIterator[Desk]:
    """A Page with one post, an hour old, and a comment under it."""
    post = far_side.publish(1, "Bins will be late", NOON - timedelta(hours=1))
    far_side.says(post, 1, "Again? I am Anna Jones of Tolgarth Road", NOON - timedelta(minutes=50))
    async with at_work(bus, settings, far_side, clock) as made:
        yield made


async def test_posts_are_the_councils_and_comments_are_the_residents(one: Desk, far_side: FacebookFarSide) -> None:
    reply = far_side.says(f"{PAGE}_1", 2, "Sorry, tomorrow", NOON - timedelta(minutes=9), PAGE, parent="1_1")
    far_side.says(f"{PAGE}_1", 3, "Jo Smith look", NOON, "", message_tags=[{"id": "3", "name": "Jo Smith"}])
    await one.poll()
    post, comment, answer, nameless = await one.posts()
    assert (post.kind, post.author_kind, post.text) == (Kind.POST, AuthorKind.COUNCIL, "Bins will be late")
    assert (comment.kind, comment.author_kind) == (Kind.REPLY, AuthorKind.RESIDENT)
    assert comment.text == "Again? I am […] of Tolgarth Road" and comment.happened_at == NOON - timedelta(minutes=50)
    assert comment.reply_to == comment.thread == post.id and comment.voice
    assert answer.author_kind is AuthorKind.COUNCIL and answer.reply_to == comment.id and answer.thread == post.id
    assert answer.id == one.post_id(reply) and answer.voice == post.voice
    assert nameless.text == "@[…] look" and not nameless.voice
    assert comment.area_match.reason == "from a source about this area"


async def test_only_what_is_new_is_asked_for_and_rarely_under_what_is_old(one: Desk, far_side: FacebookFarSide) -> None:
    await one.poll()
    assert "since" not in dict(far_side.asked)[COMMENTS] and one.minutes == 15
    far_side.paths()
    far_side.says(f"{PAGE}_1", 2, "Thanks", NOON + timedelta(minutes=20))
    await one.poll(minutes=30)
    heard = int((NOON - timedelta(hours=1)).timestamp())
    assert dict(far_side.asked)[COMMENTS]["since"] == str(heard), "an hour further back than the last answer"
    assert len(await one.posts()) == 3
    far_side.paths()
    await one.poll(hours=12)
    await one.poll(minutes=20)
    assert far_side.paths() == [POSTS_OF_PAGE, COMMENTS, POSTS_OF_PAGE], "half a day old: asked every half hour"


async def test_all_pages_of_a_listing_are_read(one: Desk, far_side: FacebookFarSide) -> None:
    for number in range(2, 9):
        far_side.says(f"{PAGE}_1", number, f"Comment {number}", NOON)
    far_side.publish(2, "", NOON)
    far_side.publish(3, "Flood warning", NOON)
    far_side.most = 2
    await one.poll()
    assert len(await one.posts()) == 10
    assert f"/v26.0/{PAGE}_2/comments" in far_side.paths(), "also under a picture without words"


async def test_an_edit_is_found_by_its_words(one: Desk, far_side: FacebookFarSide) -> None:
    await one.poll()
    far_side.said[f"{PAGE}_1"]["1_1"]["message"] = "Again? Shame"
    await one.poll(hours=21)
    first, edit = (post for post in await one.posts() if post.kind is Kind.REPLY)
    assert edit.id == first.id and edit.version > first.version and edit.text == "Again? Shame"


async def test_a_comment_that_vanished_is_believed_the_third_time(one: Desk, far_side: FacebookFarSide) -> None:
    far_side.says(f"{PAGE}_1", 2, "Thanks", NOON)
    await one.poll()
    del far_side.said[f"{PAGE}_1"]["1_1"]
    await one.poll(minutes=30)
    assert await one.removed() == set(), "what is new says nothing of what is gone"
    await one.poll(hours=21)
    await one.poll(minutes=30)
    assert await one.removed() == set()
    await one.poll(minutes=30)
    assert await one.removed() == {one.post_id("1_1")}
    far_side.says(f"{PAGE}_1", 1, "Back", NOON)
    await one.poll(hours=21)
    assert "Back" not in await one.texts(), "what was removed does not come in again"


async def test_when_nothing_is_left_it_is_believed_on_the_third_day(one: Desk, far_side: FacebookFarSide) -> None:
    await one.poll()
    far_side.said[f"{PAGE}_1"].clear()
    for _ in range(8):
        await one.poll(hours=7)
        assert await one.removed() == set()
    await one.poll(hours=7)
    assert await one.removed() == {one.post_id("1_1")}


def much(far_side: FacebookFarSide, posts: int = 3, comments: int = 6) -> None:
    """So many more posts, with so many comments under each."""
    for number in range(2, 2 + posts):
        name = far_side.publish(number, f"Post {number}", NOON)
        for comment in range(comments):
            far_side.says(name, comment, f"Comment {comment} under {number}", NOON)


@pytest.mark.parametrize("path", [POSTS_OF_PAGE, "comments"])
async def test_empty_answers_for_an_hour_or_for_days_remove_nothing(
    one: Desk, far_side: FacebookFarSide, path: str
) -> None:
    much(far_side)
    await one.poll()
    for name in [path] if path.startswith("/") else [f"/v26.0/{post}/comments" for post in far_side.posts]:
        far_side.instead[name] = (200, {}, {"data": []})
    await one.poll(hours=21)
    for _ in range(4):
        await one.poll(minutes=15)
    for _ in range(6):
        await one.poll(hours=21)
    assert await one.removed() == set()


async def test_empty_answers_under_posts_with_one_comment_each_remove_nothing(
    one: Desk, far_side: FacebookFarSide
) -> None:
    much(far_side, posts=7, comments=1)
    await one.poll()
    for post in far_side.posts:
        far_side.instead[f"/v26.0/{post}/comments"] = (200, {}, {"data": []})
    for _ in range(6):
        await one.poll(hours=21)
    assert await one.removed() == set()


async def test_many_that_vanish_are_believed_on_the_third_day_when_others_are_shown(
    one: Desk, far_side: FacebookFarSide
) -> None:
    much(far_side)
    await one.poll()
    gone = {one.post_id(name) for name in far_side.said[f"{PAGE}_2"]}
    far_side.said[f"{PAGE}_2"].clear()
    await one.poll(hours=21)
    for _ in range(4):
        await one.poll(minutes=15)
    await one.poll(hours=21)
    assert await one.removed() == set()
    await one.poll(hours=21)
    assert await one.removed() == gone


async def test_a_post_whose_words_are_missing_once_stays(one: Desk, far_side: FacebookFarSide) -> None:
    far_side.publish(2, "Other", NOON)
    await one.poll()
    words = far_side.posts[f"{PAGE}_1"].pop("message")
    await one.poll(minutes=20)
    far_side.posts[f"{PAGE}_1"]["message"] = words
    await one.poll(minutes=20)
    del far_side.posts[f"{PAGE}_1"]["message"]
    for _ in range(2):
        await one.poll(minutes=20)
    assert await one.removed() == set()
    await one.poll(minutes=20)
    assert await one.removed() == {one.post_id(f"{PAGE}_1")}, "and what was said below it stays"


async def test_one_short_answer_removes_nothing(one: Desk, far_side: FacebookFarSide) -> None:
    for number in range(2, 9):
        far_side.says(f"{PAGE}_1", number, f"Comment {number}", NOON)
    await one.poll()
    far_side.instead[COMMENTS] = (200, {}, {"data": []})
    far_side.instead[POSTS_OF_PAGE] = (200, {}, {"data": []})
    for _ in range(2):
        await one.poll(hours=21)
    far_side.instead.clear()
    for _ in range(4):
        await one.poll(hours=21)
    assert await one.removed() == set()


async def test_an_error_says_nothing_of_what_is_gone(one: Desk, far_side: FacebookFarSide) -> None:
    await one.poll()
    moved: Reply = (302, {"Location": "/x"}, {})
    broken: list[Reply] = [error(1, 500), (200, {}, {"data": "x"}), (200, {}, b"{"), (200, {}, {}), moved]
    for bad in broken:
        far_side.instead[COMMENTS] = bad
        await one.poll(hours=21)
    far_side.instead.clear()
    await one.poll(hours=21)
    assert await one.removed() == set()
    silent, heard = await one.gaps()
    assert silent.end is None and heard.end == one.clock() and silent.start == heard.start == NOON


async def test_what_the_council_takes_off_its_page_goes_with_all_below(one: Desk, far_side: FacebookFarSide) -> None:
    far_side.publish(2, "Other", NOON)
    await one.poll()
    del far_side.posts[f"{PAGE}_1"]
    for _ in range(2):
        await one.poll(minutes=20)
    assert await one.removed() == set()
    state = await one.poll(minutes=20)
    assert await one.removed() == {one.post_id(f"{PAGE}_1"), one.post_id("1_1")}
    assert list(state["parts"]) == [f"{PAGE}_2"] and not state["missing"]


async def test_what_is_only_too_old_stays(one: Desk, far_side: FacebookFarSide) -> None:
    await one.poll()
    for _ in range(4):
        state = await one.poll(days=15)
    assert await one.removed() == set() and state["parts"] == {}


@pytest.mark.parametrize("how", ["is_hidden", "is_private"])
async def test_what_the_page_hides_goes_at_once(one: Desk, far_side: FacebookFarSide, how: str) -> None:
    far_side.says(f"{PAGE}_1", 2, "Never seen", NOON, "77", **{how: True})
    await one.poll()
    assert "Never seen" not in await one.texts()
    far_side.said[f"{PAGE}_1"]["1_1"][how] = True
    await one.poll(minutes=30)
    assert await one.removed() == {one.post_id("1_1")}


async def test_a_token_that_expired_is_told_once_with_what_to_do(one: Desk, far_side: FacebookFarSide) -> None:
    await one.poll()
    far_side.instead["*"] = error(190, 401)
    for _ in range(5):
        await one.poll(hours=1)
    (gap,) = await one.gaps()
    assert "renew it" in gap.why and KEY in gap.why and "Anna" not in gap.why
    assert (gap.start, gap.end) == (NOON, None) and one.minutes == 6 * 60


async def test_a_mended_token_is_tried_at_the_next_start(
    bus: Bus, settings: Settings, far_side: FacebookFarSide, clock: Clock
) -> None:
    far_side.publish(1, "Bins", NOON)
    far_side.instead["*"] = error(200, 403)
    async with at_work(bus, settings, far_side, clock) as one:
        await one.poll()
        assert one.minutes == 30
    far_side.instead.clear()
    async with at_work(bus, settings, far_side, clock) as one:
        assert one.minutes == 0
        await one.poll(minutes=1)
        assert [gap.end for gap in await one.gaps()] == [None, clock()]


async def test_too_many_calls_are_a_pause_of_all(one: Desk, far_side: FacebookFarSide) -> None:
    far_side.publish(2, "Other", NOON)
    usage = '{"1001": [{"type": "pages", "estimated_time_to_regain_access": 77}]}'
    far_side.instead[COMMENTS] = (403, {"X-Business-Use-Case-Usage": usage}, error(32)[2])
    await one.poll()
    assert far_side.paths()[-1] == COMMENTS and one.minutes == 77, "the next post is not asked either"
    assert await one.gaps() == []


async def test_it_rests_when_it_has_asked_much(one: Desk, far_side: FacebookFarSide) -> None:
    far_side.usage = '{"1001": [{"type": "pages", "call_count": 93, "estimated_time_to_regain_access": 0}]}'
    state = await one.poll()
    assert one.minutes == 30 and state["place"]["failures"] == 0 and len(await one.posts()) == 2


@pytest.mark.parametrize("status", [429, 503])
async def test_a_server_that_asks_to_wait_is_obeyed(one: Desk, far_side: FacebookFarSide, status: int) -> None:
    far_side.instead["*"] = (status, {"Retry-After": "7200"}, {})
    await one.poll()
    assert one.minutes == 120


async def test_pauses_grow_and_the_silence_is_told(one: Desk, far_side: FacebookFarSide) -> None:
    await one.poll()
    far_side.instead["*"] = (500, {}, b"")
    pauses = []
    for _ in range(6):
        await one.poll(minutes=1)
        pauses.append(one.minutes)
    assert pauses == [30, 60, 120, 240, 360, 360]
    far_side.instead.clear()
    await one.poll(minutes=1)
    silent, heard = await one.gaps()
    assert silent.start == NOON and silent.end is None and "500" in silent.why and heard.end == one.clock()


async def test_one_post_that_fails_never_stops_another(one: Desk, far_side: FacebookFarSide) -> None:
    far_side.publish(2, "Other", NOON)
    far_side.says(f"{PAGE}_2", 9, "Fine here", NOON)
    far_side.instead[COMMENTS] = error(100)
    for _ in range(3):
        state = await one.poll(hours=3)
    assert "Fine here" in await one.texts() and state["place"]["failures"] == 0
    (gap,) = await one.gaps()
    assert gap.why.startswith("a post of the council's Facebook Page is not heard") and gap.end is None
    far_side.instead.clear()
    await one.poll(hours=7)
    assert len(await one.gaps()) == 2 and "Again? I am […] of Tolgarth Road" in await one.texts()


async def test_one_post_that_refuses_us_silences_no_other(one: Desk, far_side: FacebookFarSide) -> None:
    far_side.publish(2, "Other", NOON - timedelta(hours=9))
    far_side.says(f"{PAGE}_2", 9, "Fine here", NOON)
    far_side.instead[COMMENTS] = (404, {}, {})
    state = await one.poll()
    assert "Fine here" in await one.texts() and state["place"]["failures"] == 0
    far_side.paths()
    state = await one.poll(minutes=31)
    assert COMMENTS in far_side.paths() and state["place"]["failures"] == 0
    (gap,) = await one.gaps()
    assert gap.why.startswith("a post of the council's Facebook Page is not heard") and "404" in gap.why


async def test_two_posts_that_refuse_us_are_the_page(one: Desk, far_side: FacebookFarSide) -> None:
    for number in (2, 3, 4):
        far_side.publish(number, "Other", NOON)
        far_side.says(f"{PAGE}_{number}", number, f"Fine under {number}", NOON)
    far_side.instead |= {f"/v26.0/{PAGE}_{number}/comments": error(200, 403) for number in (1, 2)}
    state = await one.poll()
    assert state["place"]["failures"] == 1 and far_side.paths()[-1].split("/")[2] == f"{PAGE}_2"
    (gap,) = await one.gaps()
    assert gap.why.startswith("the council's Facebook Page is not heard") and "pages_read_user_content" in gap.why
    await one.poll(minutes=30)
    assert {"Fine under 3", "Fine under 4"} <= set(await one.texts()), "the same two do not end each round"
    state = await one.poll(hours=7)
    assert state["place"]["failures"] == 0


async def test_a_page_that_refuses_every_post_stays_told(one: Desk, far_side: FacebookFarSide) -> None:
    for number in (2, 3, 4):
        far_side.publish(number, "Other", NOON)
    far_side.instead |= {f"/v26.0/{PAGE}_{number}/comments": error(200, 403) for number in range(1, 5)}
    for hours in (0, 1, 7, 7):
        state = await one.poll(hours=hours)
    assert state["place"]["failures"] == 4
    assert [gap.end for gap in await one.gaps() if gap.why.startswith("the council's Facebook Page")] == [None]


async def test_what_breaks_our_reading_breaks_no_other(
    one: Desk, far_side: FacebookFarSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    far_side.publish(2, "Other", NOON)
    far_side.says(f"{PAGE}_2", 9, "Fine here", NOON)
    real = Facebook.comments

    def breaks(self: Facebook, under: Any, since: Any) -> Any:
        return real(self, under, since) if under.native_id.endswith("_2") else 1 / 0

    monkeypatch.setattr(Facebook, "comments", breaks)
    await one.poll()
    assert "Fine here" in await one.texts()


async def test_what_cannot_be_read_is_rejected_alone(one: Desk, far_side: FacebookFarSide, bus: Bus) -> None:
    said = far_side.said[f"{PAGE}_1"]
    said["x"] = {"id": "1_2", "message": ["Anna Jones"], "created_time": "2026-11-10T11:00:00+0000"}
    said["y"] = {"message": "Anna Jones has no id", "created_time": "2026-11-10T11:00:00+0000"}
    far_side.says(f"{PAGE}_1", 5, "Fine \ud83d", NOON)
    far_side.says(f"{PAGE}_1", 6, "Fine", NOON)
    await one.poll()
    assert "Fine" in await one.texts()
    reasons = sorted(reject.reason for reject in await rejects(bus))
    assert reasons == [
        "it holds half a character (a lone surrogate such as \\ud800)",
        "the entry could not be read: id (missing)",
        "the entry could not be read: message (string_type)",
    ]
    assert not any(reject.body or "1_2" in reject.ref for reject in await rejects(bus))


async def test_a_post_that_cannot_be_read_makes_none_seem_gone(one: Desk, far_side: FacebookFarSide) -> None:
    await one.poll()
    far_side.posts[f"{PAGE}_1"]["message"] = 5
    for _ in range(4):
        await one.poll(hours=1)
    assert await one.removed() == set()


async def test_a_start_after_a_kill_loses_nothing_and_counts_nothing_twice(
    bus: Bus, settings: Settings, far_side: FacebookFarSide, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between the acknowledgement and the memory of it, in the middle of a round."""
    for number in (1, 2, 3):
        post = far_side.publish(number, f"Post {number}", NOON)
        far_side.says(post, number, f"Comment {number}", NOON)

    class Killed(BaseException):
        pass

    real, saves = Outlet._save, 0

    async def dies(self: Outlet, rows: Any, checkpoint: Any = None) -> None:
        nonlocal saves
        saves += checkpoint is not None
        if saves == 2:
            raise Killed
        await real(self, rows, checkpoint)

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(Outlet, "_save", dies)
        async with at_work(bus, settings, far_side, clock) as one:
            await one.poll()
    async with at_work(bus, settings, far_side, clock) as one:
        assert len(await one.posts()) == 4
        await one.poll()
        by_id = {post.id: {other.model_dump_json() for other in await one.posts() if other.id == post.id}
                 for post in await one.posts()}  # fmt: skip
        assert len(by_id) == 6 and all(len(same) == 1 for same in by_id.values()), "each repeat is the same post"
        before = len(await one.posts())
        await one.poll(hours=21)
        assert len(await one.posts()) == before


async def test_a_kill_right_after_a_silence_was_told_leaves_no_gap_open(
    bus: Bus, settings: Settings, far_side: FacebookFarSide, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    real = Notices.gap

    async def dies(self: Notices, *told: Any) -> None:
        await real(self, *told)
        raise Killed

    far_side.publish(1, "Bins", NOON)
    far_side.instead["*"] = error(190, 401)
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(Notices, "gap", dies)
        async with at_work(bus, settings, far_side, clock) as one:
            await one.poll()
    far_side.instead.clear()
    async with at_work(bus, settings, far_side, clock) as one:
        await one.poll(hours=1)
        assert [gap.end for gap in await one.gaps()] == [None, clock()]


async def test_what_was_told_of_another_page_ends(one: Desk, far_side: FacebookFarSide) -> None:
    far_side.publish(2, "Other", NOON)
    far_side.instead[COMMENTS] = (404, {}, {})
    await one.poll()
    one.source.state["of"] = "2002"
    far_side.instead.clear()
    await one.poll(hours=1)
    assert [gap.end for gap in await one.gaps()] == [None, one.clock()]


async def test_a_clock_that_was_ahead_stops_nothing(
    bus: Bus, settings: Settings, far_side: FacebookFarSide, clock: Clock
) -> None:
    post = far_side.publish(1, "Bins", NOON)
    clock.move(days=20)
    async with at_work(bus, settings, far_side, clock) as one:
        await one.poll()
    clock.move(days=-20)
    far_side.says(post, 1, "Late", NOON)
    async with at_work(bus, settings, far_side, clock) as one:
        assert one.minutes == 0
        await one.poll()
        assert "since" not in dict(far_side.asked)[COMMENTS], "all, for it is not known what was missed"
        assert "Late" in await one.texts()


async def test_another_bus_is_given_everything_again(
    bus: Bus, settings: Settings, far_side: FacebookFarSide, clock: Clock
) -> None:
    far_side.says(far_side.publish(1, "Bins", NOON), 1, "Late", NOON)
    async with at_work(bus, settings, far_side, clock) as one:
        await one.poll()
    await bus.jetstream.delete_stream(POSTS.name)
    await bus.declare()
    async with at_work(bus, settings, far_side, clock) as one:
        assert one.minutes == 0
        await one.poll()
        assert await one.texts() == ["Bins", "Late"]


async def test_another_page_makes_nothing_of_the_former_seem_gone(one: Desk, far_side: FacebookFarSide) -> None:
    await one.poll()
    one.source.state["of"] = "2002"
    for _ in range(4):
        await one.poll(hours=1)
    assert await one.removed() == set()


async def test_only_the_councils_own_page_is_read(one: Desk, far_side: FacebookFarSide) -> None:
    far_side.me = "2002"
    with pytest.raises(BadInput, match="only the council's own Page"):
        await one.poll()
    assert far_side.paths() == ["/v26.0/me"]


async def test_it_listens_until_it_is_told_to_stop(
    bus: Bus, settings: Settings, far_side: FacebookFarSide, clock: Clock
) -> None:
    far_side.publish(1, "Bins", NOON)
    heard = await bus.client.subscribe(POSTS.subjects)
    sleeps: list[float] = []

    async def at_once_then_never(seconds: float) -> None:
        sleeps.append(seconds)
        if seconds > 2:
            await asyncio.Event().wait()

    async with outlet(bus, settings, clock, "facebook") as out:
        source = Facebook(table(far_side), out, LISTED, clock, at_once_then_never)
        task = asyncio.create_task(source.listen())
        await heard.next_msg(timeout=20)
        await end(task)
    assert sleeps[0] == 0


async def test_without_a_token_it_does_not_start(
    bus: Bus, settings: Settings, far_side: FacebookFarSide, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = table(far_side)
    assert lacking(ours) == []
    monkeypatch.delenv(KEY)
    async with outlet(bus, settings, clock, "facebook") as out:
        with pytest.raises(BadInput, match=f"set {KEY}"):
            await Facebook(ours, out, LISTED, clock, at_once).listen()
    (sentence,) = lacking(ours)
    assert KEY in sentence and lacking(FacebookSettings()) == [] and far_side.paths() == []


@pytest.mark.parametrize(
    "given",
    [
        {"enabled": True},
        {"enabled": True, "page": "PenmarrowCouncil"},
        {"enabled": True, "page": 123456789},
        {"enabled": True, "page": "https://www.facebook.com/1234"},
        {"enabled": True, "page": "../me"},
        {"version": "26"},
        {"address": "graph.facebook.com"},
        {"address": "https://u:p@x.example"},
        {"days": 400},
        {"interval_minutes": 1},
    ],
)
def test_settings_that_cannot_be(given: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        FacebookSettings(**given)


@pytest.mark.parametrize(
    "address",
    [
        "http://graph.facebook.com",
        "https://graph.facebook.com.example",
        "https://proxy.council.example",
        "https://graph.facebook.com:8443",
    ],
)
def test_the_key_goes_to_its_platform_alone(address: str) -> None:
    with pytest.raises(ValueError, match="key"):
        FacebookSettings(address=address)


@pytest.mark.parametrize(
    "address", ["https://graph.facebook.com", "http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:1"]
)
def test_or_to_this_machine_for_trials(address: str) -> None:
    assert FacebookSettings(address=address).address == address


@pytest.mark.parametrize("given", [12345, "@PenmarrowCouncil", "https://host.example/PenmarrowCouncil"])
def test_how_to_name_the_page_is_said_once_it_is_switched_on(given: object) -> None:
    with pytest.raises(ValueError, match="write the Page's number, digits in quotes"):
        FacebookSettings.model_validate({"enabled": True, "page": given})
    assert FacebookSettings.model_validate({"page": given}).page == str(given)
