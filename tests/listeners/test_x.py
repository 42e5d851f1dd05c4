"""X end to end: tweepy against a far side on loopback, and the real bus."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from listeners import x, x_compliance
from listeners.area import AreaFinder
from listeners.status import spent
from listeners.x_alone import alone
from listeners.x_api import XApi
from listeners.x_events import Busy
from listeners.x_rules import Rule, rules
from soundings.bus import Bus
from soundings.errors import BadInput, SoundingsError, TooManyRejects
from soundings.messages import AuthorKind, Kind, Retraction
from soundings.rejects import RejectLimit
from soundings.settings import Settings
from tests.listeners.kit import COUNCIL, NOON, Clock, notices, posts, rejects
from tests.listeners.x_far_side import (
    ANNA,
    BARE_GOODBYE,
    COUNCIL_ID,
    FULL,
    GOODBYE,
    PRESS_ID,
    RULES,
    SEARCH,
    STREAM,
    TOKEN,
    USERS,
    FarSide,
    id_of,
    post,
    sent,
)  # fmt: skip
from tests.listeners.x_kit import FILE, gaps, listening, texts

pytestmark = pytest.mark.servers

HERE = '"Penmarrow"'


@pytest.fixture
def far(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[FarSide]:
    """X on loopback. Whatever a test does, all that it answered was as X's schema says."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("SOUNDINGS_X_BEARER_TOKEN", TOKEN)
    server = FarSide(clock)
    yield server
    server.close()
    assert server.faults == []


async def test_a_post_is_heard_as_it_is_said(bus: Bus, settings: Settings, far: FarSide, clock: Clock) -> None:
    async with listening(bus, settings, far, clock) as desk:
        await desk.caught_up()
        said = post("Bins in Penmarrow &amp; Saltings", clock.now, geo={"place_id": "p"})
        far.stream.send(sent(said, "soundings: area 1", includes={"places": [{"id": "p", "full_name": "Weir, UK"}]}))
        await desk.until(lambda: desk.out.counts["new"], "the post")
    (heard,) = await posts(bus)
    assert (heard.text, heard.place_hint) == ("Bins in Penmarrow & Saltings", "Weir, UK")
    assert (heard.source, heard.kind, heard.author_kind) == ("x", Kind.POST, AuthorKind.RESIDENT)
    assert heard.original.link == f"https://x.com/i/status/{said['id']}" and ANNA not in heard.voice


async def test_the_councils_accounts_are_known_by_their_number(
    bus: Bus, settings: Settings, far: FarSide, clock: Clock
) -> None:
    """A handle says nothing: somebody else may have taken it since."""
    async with listening(bus, settings, far, clock) as desk:
        await desk.caught_up()
        far.stream.send(
            sent(post("We are sorry about that", clock.now, 1, COUNCIL_ID, in_reply_to_user_id=ANNA)),
            sent(post("Rugby tonight", clock.now, 2, PRESS_ID)),
            sent(post("Penmarrow floods", clock.now, 3, PRESS_ID)),
            sent(post("@PenmarrowCncl when?", clock.now, 4, ANNA, in_reply_to_user_id=COUNCIL_ID)),
            sent(post("We are sorry about that", clock.now, 5, "3003")),
        )
        await desk.until(lambda: desk.out.counts["elsewhere"] == 2 and desk.out.counts["new"] == 3, "all of them")
        await desk.until(lambda: desk.state.get("accounts"), "a checkpoint")
        assert desk.state["accounts"]["penmarrowcncl"] == COUNCIL_ID
    kinds = {one.text: (one.author_kind, one.account, one.addressed_to) for one in await posts(bus)}
    assert kinds == {
        "We are sorry about that": (AuthorKind.COUNCIL, "PenmarrowCncl", ()),
        "Penmarrow floods": (AuthorKind.PRESS, "", ()),
        "@PenmarrowCncl when?": (AuthorKind.RESIDENT, "", ("PenmarrowCncl",)),
    }


async def test_who_is_known_is_not_asked_for_again(bus: Bus, settings: Settings, far: FarSide, clock: Clock) -> None:
    for _ in range(2):
        async with listening(bus, settings, far, clock) as desk:
            await desk.caught_up()
            await desk.until(lambda desk=desk: desk.state.get("accounts"), "a checkpoint")  # type: ignore[misc]
    (asked,) = far.of(USERS)
    assert asked.query["usernames"] == "PenmarrowCncl,CllrPennoyre,PenmarrowChron"


async def test_rules_are_made_exactly_ours_and_not_touched_when_they_are(
    bus: Bus, settings: Settings, far: FarSide, clock: Clock
) -> None:
    far.rules = [{"id": "5", "value": "cats"}, {"id": "6", "value": "dogs", "tag": "soundings: area 9"}]
    wanted = rules(FILE)
    for _ in range(2):
        async with listening(bus, settings, far, clock) as desk:
            await desk.caught_up()
        assert [(rule["value"], rule["tag"]) for rule in far.rules] == [(rule.value, rule.tag) for rule in wanted]
    removed, added = [json.loads(asked.body) for asked in far.of(RULES) if asked.method == "POST"]
    assert removed == {"delete": {"ids": ["5", "6"]}}
    assert all(rule["tag"].startswith("soundings: ") for rule in added["add"])


async def test_a_rule_that_x_does_not_take_stops_it_and_says_what_to_do(
    bus: Bus, settings: Settings, far: FarSide, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(x, "rules", lambda *_: (Rule("a" * 1025, "soundings: area 1"), *rules(FILE)))
    async with listening(bus, settings, far, clock) as desk:
        with pytest.raises(ExceptionGroup) as raised:
            await desk.task
    (error,) = raised.value.exceptions
    assert isinstance(error, BadInput) and "does not take 1 of 4 rules" in str(error) and "Penmarrow" not in str(error)


@pytest.mark.parametrize("line", [GOODBYE, BARE_GOODBYE, FULL, {"errors": [FULL]}])
async def test_a_goodbye_is_heard_in_all_its_forms(
    bus: Bus, settings: Settings, far: FarSide, clock: Clock, line: Any
) -> None:
    async with listening(bus, settings, far, clock) as desk:
        await desk.caught_up()
        far.stream.send(line)
        await desk.until(lambda: len(far.connections) == 2, "the next connection")
        await desk.caught_up()
    assert await rejects(bus) == [] and await gaps(bus) == []
    assert 20 <= next(nap for nap in desk.naps.slept if 0 < nap != x.SETTLES) <= 25


async def test_a_match_without_a_tag_and_lines_that_are_none_stop_nothing(
    bus: Bus, settings: Settings, far: FarSide, clock: Clock
) -> None:
    async with listening(bus, settings, far, clock) as desk:
        await desk.caught_up()
        far.stream.send(
            sent(post("Penmarrow one", clock.now, 1), None),
            b"{not json",
            b"\xff\xfe",
            [1],
            {"errors": [{"title": "Not Found Error", "type": "https://api.x.com/2/problems/resource-not-found"}]},
            {"data": {"id": "7", "text": 5}},
            {"data": {"text": "Penmarrow"}},
            {"data": post("Penmarrow two", clock.now, 2), "errors": [{"title": "Not Found Error", "type": "x"}]},
            {"data": post("Penmarrow three", clock.now, 3), "matching_rules": "odd", "includes": 5},
        )
        await desk.until(lambda: desk.out.counts["new"] == 3, "the last one")
        assert len(far.connections) == 1
    assert await texts(bus) == ["Penmarrow one", "Penmarrow two", "Penmarrow three"]
    found = await rejects(bus)
    assert len(found) == 6 and not any(reject.body or "Penmarrow" in reject.reason for reject in found)


async def test_nothing_but_rubbish_stops_it_loudly(bus: Bus, settings: Settings, far: FarSide, clock: Clock) -> None:
    async with listening(bus, settings, far, clock, limit=RejectLimit()) as desk:
        await desk.caught_up()
        far.stream.send(*(b"{%d" % number for number in range(20)))
        with pytest.raises(ExceptionGroup) as raised:
            await desk.task
    assert isinstance(raised.value.exceptions[0], TooManyRejects)


async def test_what_was_said_while_the_stream_was_closed_is_searched_for(
    bus: Bus, settings: Settings, far: FarSide, clock: Clock
) -> None:
    async with listening(bus, settings, far, clock) as desk:
        await desk.caught_up()
        far.stream.send(sent(post("Penmarrow before", clock.now, 1)))
        await desk.until(lambda: desk.out.counts["new"] == 1, "the first")
        far.posts = [
            (HERE, post(f"Penmarrow {number}", clock.now + timedelta(seconds=1), number)) for number in range(250)
        ]
        far.stream.close()
        await desk.until(lambda: desk.out.counts["new"] == 251, "all that was missed")
        far.stream.send(sent(far.posts[0][1]), sent(post("Penmarrow after", clock.now, 1)))
        await desk.until(lambda: desk.out.counts["new"] == 252, "what came later")
    said = await texts(bus)
    assert len(said) == len(set(said)) == 252 and await gaps(bus) == []
    pages = [asked.query for asked in far.of(SEARCH) if "next_token" in asked.query]
    assert [page["next_token"] for page in pages] == ["100", "200"]
    assert {page["expansions"] for page in pages} == {"attachments.media_keys,geo.place_id"}, "nobody is paid for"


async def test_killed_in_mid_stream_nothing_is_lost_and_nothing_twice(
    bus: Bus, settings: Settings, far: FarSide, clock: Clock
) -> None:
    """Saved is only what the bus has acknowledged; the rest is searched for at the next start."""
    async with listening(bus, settings, far, clock, killed=True) as desk:
        await desk.caught_up()
        clock.move(minutes=5)
        far.stream.send(sent(post("Penmarrow one", clock.now)))
        far.stream.alive()
        await desk.until(lambda: int(desk.state.get("since") or 0) >= int(id_of(clock.now - x.OVERLAP)), "a checkpoint")
        desk.out._moving.cancel()  # from here on nothing more is published
        async with desk.out._lock:
            far.stream.send(sent(post("Penmarrow two", clock.now, 2)))
            await asyncio.sleep(0)
    far.stream.close()
    far.posts = [(HERE, post("Penmarrow one", clock.now)), (HERE, post("Penmarrow two", clock.now, 2))]
    clock.move(hours=30)
    far.posts.append((HERE, post("Penmarrow three", clock.now - timedelta(hours=1))))
    async with listening(bus, settings, far, clock) as desk:
        await desk.caught_up()
        await desk.out.flush()
    assert sorted(await texts(bus)) == ["Penmarrow one", "Penmarrow three", "Penmarrow two"]
    assert await gaps(bus) == []


async def test_what_search_no_longer_has_is_a_gap(bus: Bus, settings: Settings, far: FarSide, clock: Clock) -> None:
    async with listening(bus, settings, far, clock) as desk:
        await desk.caught_up()
        await desk.until(lambda: desk.state.get("since"), "a checkpoint")
        start = int(desk.state["since"])
    far.stream.close()
    clock.move(days=9)
    connected = clock.now
    async with listening(bus, settings, far, clock) as desk:
        await desk.caught_up()
    (gap,) = await gaps(bus)
    assert gap.why == "X answers for seven days only"
    assert (id_of(gap.start), gap.end) == (str(start), connected - x.REACH)


async def test_a_first_start_and_another_bus_look_back(
    bus: Bus, settings: Settings, far: FarSide, clock: Clock
) -> None:
    far.posts = [(HERE, post(f"Penmarrow {hours}", NOON - timedelta(hours=hours))) for hours in (1, 30)]
    async with listening(bus, settings, far, clock, look_back_hours=24) as desk:
        await desk.caught_up()
        await desk.out.flush()
    assert await texts(bus) == ["Penmarrow 1"]
    assert far.of(SEARCH)[0].query["since_id"] == id_of(NOON - timedelta(hours=24))


async def test_a_server_that_always_closes_gets_no_storm(
    bus: Bus, settings: Settings, far: FarSide, clock: Clock
) -> None:
    """Measured with the library alone: 68 connections in three seconds."""
    far.at_once = lambda connection: connection.close()
    async with listening(bus, settings, far, clock) as desk:
        await desk.until(lambda: len(far.begun) >= 60, "sixty connections")
    assert (
        max(sum(later - at < timedelta(minutes=15) for later in far.begun[here:]) for here, at in enumerate(far.begun))
        <= 40
    )
    assert far.begun[-1] - far.begun[0] > timedelta(hours=1)


async def test_a_process_that_dies_again_and_again_keeps_the_budget(
    bus: Bus, settings: Settings, far: FarSide, clock: Clock
) -> None:
    for _ in range(3):
        async with listening(bus, settings, far, clock, killed=True) as desk:
            await desk.until(lambda: far.is_open, "a connection")
        far.stream.close()
    async with listening(bus, settings, far, clock) as desk:
        assert len(desk.source._pacing.state) == 3


async def test_too_many_is_waited_out_as_long_as_x_says(
    bus: Bus, settings: Settings, far: FarSide, clock: Clock
) -> None:
    far.says(STREAM, 429, FULL, x_rate_limit_reset=str(int(NOON.timestamp()) + 500))
    far.says(STREAM, 429, FULL)
    far.says(STREAM, 503, b"<html>", Retry_After="77")
    async with listening(bus, settings, far, clock) as desk:
        await desk.caught_up()
    first, second, third = [nap for nap in desk.naps.slept if nap not in (0.0, x.SETTLES)]
    assert 500 <= first <= 625 and 120 <= second <= 150 and 77 <= third <= 97 * 1.25


async def test_searches_that_fail_are_asked_again(bus: Bus, settings: Settings, far: FarSide, clock: Clock) -> None:
    far.posts = [(HERE, post("Penmarrow", NOON))]
    far.says(SEARCH, 429, {"title": "Too Many Requests"}, Retry_After="33")
    far.says(SEARCH, 500, b"")
    far.says(SEARCH, 200, b"[]")
    far.says(SEARCH, 503, b"null")
    async with listening(bus, settings, far, clock, look_back_hours=1) as desk:
        await desk.caught_up()
        assert desk.out.counts["new"] == 1
    assert [nap for nap in desk.naps.slept if nap in (33, 15, 300)] == [33, 15, 300]


async def test_after_a_clock_that_was_ahead_what_is_missed_is_searched_for(
    bus: Bus, settings: Settings, far: FarSide, clock: Clock
) -> None:
    clock.move(days=40)
    async with listening(bus, settings, far, clock) as desk:
        await desk.caught_up()
        await desk.out.flush(desk.source._state(), True)
    far.stream.close()
    clock.now = NOON + timedelta(hours=2)
    far.begun.clear()
    far.posts = [(HERE, post("Penmarrow", NOON + timedelta(hours=1)))]
    async with listening(bus, settings, far, clock, look_back_hours=3) as desk:
        await desk.caught_up()
        far.stream.alive()
        assert desk.out.counts["new"] == 1 and desk.source._heard <= clock.now
    assert int(desk.source._since or 0) <= int(id_of(clock.now)) and await gaps(bus) == []


async def test_a_clock_that_is_set_right_while_it_listens_leaves_no_future_behind(
    bus: Bus, settings: Settings, far: FarSide, clock: Clock
) -> None:
    clock.move(days=3)
    async with listening(bus, settings, far, clock) as desk:
        await desk.caught_up()
        far.stream.alive()
        await desk.until(lambda: int(desk.source._since or 0) > int(id_of(NOON + timedelta(days=2))), "the wrong time")
        clock.now = NOON
        far.stream.alive()
        await desk.until(lambda: int(desk.source._since or 0) <= int(id_of(NOON)), "the right time")


@pytest.mark.parametrize(
    "body", [{"errors": [{"title": "oh"}]}, {"meta": {}}, {"data": None, "meta": {"result_count": 3}}]
)
async def test_errors_in_place_of_posts_are_no_empty_page(
    bus: Bus, settings: Settings, far: FarSide, clock: Clock, body: dict[str, Any]
) -> None:
    far.posts = [(HERE, post("Penmarrow", NOON))]
    far.says(SEARCH, 200, body)
    async with listening(bus, settings, far, clock, look_back_hours=1) as desk:
        await desk.caught_up()
        assert desk.out.counts["new"] == 1


async def test_errors_in_place_of_rules_are_no_empty_list(far: FarSide, clock: Clock) -> None:
    far.says(RULES, 200, {"errors": [{"title": "oh"}]})
    api = XApi(far.url, TOKEN, clock)
    with pytest.raises(Busy):
        await api.rules()
    assert await api.rules() == []


async def test_a_search_that_x_does_not_take_is_a_gap_and_the_stream_goes_on(
    bus: Bus, settings: Settings, far: FarSide, clock: Clock
) -> None:
    far.says(SEARCH, 400)
    async with listening(bus, settings, far, clock, look_back_hours=3) as desk:
        await desk.caught_up()
        far.stream.send(sent(post("Penmarrow", clock.now)))
        await desk.until(lambda: desk.out.counts["new"], "the post")
    (gap,) = await gaps(bus)
    assert gap.start == NOON - timedelta(hours=3) and "cannot be asked for" in gap.why


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("path", [STREAM, RULES, SEARCH])
async def test_a_refusal_ends_it_and_is_told_once(
    bus: Bus, settings: Settings, far: FarSide, clock: Clock, path: str, status: int
) -> None:
    for _ in range(2):
        far.says(path, status)
        async with listening(bus, settings, far, clock, look_back_hours=1) as desk:
            await desk.until(lambda: far.of(path), "the question")
            if path == SEARCH:
                while not desk.task.done():
                    far.stream.alive()
                    await asyncio.sleep(0.01)
            await desk.task
        if path == SEARCH:
            far.stream.close()
    (gap,) = await gaps(bus)
    assert gap.end is None and f"({status})" in gap.why and "start Soundings again" in gap.why
    assert len(far.of(path)) == 2
    async with listening(bus, settings, far, clock, look_back_hours=1) as desk:
        await desk.caught_up()
    assert (await gaps(bus))[1].end is not None


async def test_credits_that_are_used_up_are_told_and_asked_for_again(
    bus: Bus, settings: Settings, far: FarSide, clock: Clock
) -> None:
    for _ in range(9):
        far.says(STREAM, 402, {"title": "CreditsDepleted"})
    async with listening(bus, settings, far, clock) as desk:
        await desk.caught_up()
    opened, closed = await gaps(bus)
    assert "credits are used up" in opened.why and opened.end is None
    assert closed.start == opened.start and closed.end and closed.why.endswith("was asked for afterwards")


async def test_silence_is_told_and_ended(bus: Bus, settings: Settings, far: FarSide, clock: Clock) -> None:
    for _ in range(12):
        far.says(STREAM, 503)
    far.posts = [(HERE, post("Penmarrow", NOON + timedelta(minutes=1)))]
    async with listening(bus, settings, far, clock) as desk:
        await desk.caught_up()
        await desk.out.flush()
    opened, closed = await gaps(bus)
    assert "cannot be reached" in opened.why and closed.end is not None and opened.end is None
    assert await texts(bus) == ["Penmarrow"]


async def test_a_cap_of_posts_closes_it_until_the_next_day(
    bus: Bus, settings: Settings, far: FarSide, clock: Clock
) -> None:
    async with listening(bus, settings, far, clock, posts_a_day=12) as desk:
        await desk.caught_up()
        far.stream.send(*(sent(post(f"Penmarrow {number}", clock.now, number)) for number in range(3)))
        far.at_once = lambda connection: far.posts.append((HERE, post("Penmarrow dear", NOON + timedelta(hours=2))))
        await desk.until(lambda: len(far.connections) == 2, "the next day")
        await desk.caught_up()
        assert len(far.of(SEARCH)) == len(rules(FILE)), "what was missed is not asked for: it would cost the same"
    opened, closed = await gaps(bus)
    assert "closed until 11 November 2026" in opened.why and opened.end is None
    assert closed.end is not None and closed.end.date().isoformat() == "2026-11-11"
    assert closed.why.endswith("was not asked for") and len(await texts(bus)) == 3


async def test_a_cap_of_money_closes_it_until_the_next_month_and_status_says_so(
    bus: Bus, settings: Settings, far: FarSide, clock: Clock
) -> None:
    table: dict[str, Any] = {"dollars_a_month": 0.1, "dollars_a_user": 0.01}
    async with listening(bus, settings, far, clock, held=lambda nap: nap > 1000, **table) as desk:
        await desk.caught_up()
        far.stream.send(*(sent(post(f"Penmarrow {number}", clock.now, number)) for number in range(5)))
        await desk.until(lambda: (desk.state.get("told") or {}).get("said"), "the cap")
    shown = spent(settings, clock.now)["x"]
    assert (shown["posts"], shown["dollars"], shown["of"]) == (5, 0.055, 0.1)
    assert shown["says"] == (
        "x: 5 posts this month, $0.06 of $0.10; a cap is reached, and it is closed until 1 December"
    )
    asked = len(far.asked)
    async with listening(bus, settings, far, clock, held=lambda nap: nap > 1000, **table) as desk:
        await desk.until(lambda: desk.naps.slept, "the pause")
    assert len(far.asked) == asked, "nor after a start"
    clock.move(days=21)
    async with listening(bus, settings, far, clock, **table) as desk:
        await desk.caught_up()
    assert len(await gaps(bus)) == 2 and spent(settings, clock.now)["x"]["posts"] == 0


async def test_an_edit_is_the_same_post_whatever_its_id(
    bus: Bus, settings: Settings, far: FarSide, clock: Clock
) -> None:
    async with listening(bus, settings, far, clock) as desk:
        await desk.caught_up()
        first = post("Penmarrow bins late", clock.now)
        both = [first["id"], id_of(clock.now + timedelta(minutes=9))]
        later = {**first, "id": both[1], "text": "Penmarrow bins early", "edit_history_post_ids": both}
        del later["edit_history_tweet_ids"]
        far.stream.send(sent(first))
        await desk.until(lambda: desk.out.counts["new"], "the first")
        await desk.out.flush()
        far.stream.send(sent(later), sent(first))
        await desk.until(lambda: desk.out.counts["older"], "all three")
        await desk.out.flush()
    one, *_, two = await posts(bus)
    assert (two.id, two.text, two.original.native_id) == (one.id, "Penmarrow bins early", first["id"])
    assert two.happened_at == one.happened_at and {post.id for post in await posts(bus)} == {one.id}


async def test_what_was_removed_on_x_is_removed_here(bus: Bus, settings: Settings, far: FarSide, clock: Clock) -> None:
    reasons = ["deleted", "suspended", "protected", "deactivated", "scrub_geo", "bounced", "something new"]
    async with listening(bus, settings, far, clock) as desk:
        await desk.caught_up()
        said = [post(f"Penmarrow {why}", clock.now, at) for at, why in enumerate([*reasons, "stays"])]
        far.removals = [
            {"id": one["id"], "action": "delete", "reason": why} for one, why in zip(said, reasons, strict=False)
        ]
        far.removals += ["{not json", {"id": "12345", "action": "delete", "reason": "deleted"}, {"id": 5}]
        far.stream.send(*map(sent, said))
        await desk.until(lambda: desk.out.counts["new"] == 8, "the posts")
        await desk.out.flush()
        clock.move(hours=25)
        await desk.until(lambda: len(list(desk.out.ledger.taken_until(clock.now, "", 100))) == 1, "the removals")
        await desk.until(lambda: "job" not in desk.source._compliance.state, "the end of the job")
        await desk.out.flush()
        far.stream.send(sent(said[0]))
        await desk.until(lambda: desk.out.counts["removed before"], "that nothing comes back")
    (uploaded,) = far.uploads.values()
    assert sorted(uploaded) == sorted(one["id"] for one in said)
    orders = [notice for notice in await notices(bus) if isinstance(notice, Retraction)]
    assert {order.reason for order in orders} == {*x_compliance.REASONS.values(), "its platform no longer shows it"}
    assert len(orders) == 7 and len(await rejects(bus)) == 2


async def test_a_job_that_a_killed_process_left_is_taken_up_again(
    bus: Bus, settings: Settings, far: FarSide, clock: Clock
) -> None:
    async with listening(bus, settings, far, clock) as desk:
        await desk.caught_up()
        said = post("Penmarrow", clock.now)
        far.stream.send(sent(said))
        await desk.until(lambda: desk.out.counts["new"], "the post")
        await desk.out.flush(desk.source._state())
    far.stream.close()
    for name, status in (("40", "complete"), ("41", "created")):
        stores = {way: f"{far.url}/store/{name}/{way}" for way in ("upload_url", "download_url")}
        far.jobs[name] = {"id": name, "type": "tweets", "status": status, "name": "soundings", **stores}
    far.removals = [{"id": said["id"], "action": "delete", "reason": "deleted"}]
    clock.move(hours=25)
    async with listening(bus, settings, far, clock) as desk:
        await desk.until(lambda: desk.out.ledger.count() == 0, "the removal")
    assert [*far.uploads] == ["41"] and len(far.jobs) == 2


async def test_another_programs_job_is_left_alone(
    bus: Bus, settings: Settings, far: FarSide, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    stores = {way: f"{far.url}/store/40/{way}" for way in ("upload_url", "download_url")}
    far.jobs["40"] = {"id": "40", "type": "tweets", "status": "in_progress", "name": "theirs", **stores}
    async with listening(bus, settings, far, clock, held=lambda nap: nap == x_compliance.REST) as desk:
        await desk.caught_up()
        far.stream.send(sent(post("Penmarrow", clock.now)))
        await desk.until(lambda: desk.out.counts["new"], "the post")
        await desk.out.flush()
        clock.move(hours=49)
        await desk.until(lambda: x_compliance.REST in desk.naps.slept, "a rest")
    assert not far.uploads and [*far.jobs] == ["40"]
    assert any(record.levelname == "ERROR" and "another program's job" in record.message for record in caplog.records)


async def test_one_process_a_token(bus: Bus, settings: Settings, far: FarSide, clock: Clock) -> None:
    with alone(settings.ledgers, TOKEN):
        async with listening(bus, settings, far, clock) as desk:
            with pytest.raises(SoundingsError, match="X allows one"):
                await desk.task
    assert far.asked == []


async def test_it_stops_at_once_though_nothing_comes(bus: Bus, settings: Settings, far: FarSide, clock: Clock) -> None:
    """The library alone waits for the next line: twenty seconds."""
    async with listening(bus, settings, far, clock) as desk:
        await desk.caught_up()
        async with asyncio.timeout(3):
            desk.task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await desk.task
        connection = far.stream
        assert await asyncio.to_thread(_is_shut, connection), "and the connection is gone"


def _is_shut(connection: Any) -> bool:
    for _ in range(50):
        connection.alive()
        if connection.over.wait(0.1):
            return True
    return False


async def test_without_a_token_it_says_what_to_do(
    bus: Bus, settings: Settings, far: FarSide, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOUNDINGS_X_BEARER_TOKEN")
    async with listening(bus, settings, far, clock) as desk:
        with pytest.raises(BadInput, match="set SOUNDINGS_X_BEARER_TOKEN"):
            await desk.task


async def test_without_a_name_there_is_nothing_to_ask_for(
    bus: Bus, settings: Settings, far: FarSide, clock: Clock
) -> None:
    file = replace(COUNCIL, area=COUNCIL.area.model_copy(update={"names": ()}), tables={})
    assert not AreaFinder(file.area).find(HERE)
    async with listening(bus, settings, far, clock, file=file) as desk:
        with pytest.raises(BadInput, match="names of your area"):
            await desk.task
