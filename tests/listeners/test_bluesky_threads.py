"""Threads on Bluesky: replies to what we hold, what a kept post answers, accounts that come back, who may be read."""

from __future__ import annotations

import asyncio
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest

from listeners import appview, bluesky, threads
from listeners.bluesky_posts import NOT_IN_PUBLIC
from listeners.ledger import Ledger
from listeners.outlet import Outcome
from listeners.status import totals
from soundings.bus import Bus
from soundings.settings import Settings
from tests.listeners import sky as sky_kit
from tests.listeners.jetstream import (
    ANNA,
    BERT,
    COUNCIL_DID,
    Event,
    Jetstream,
    account,
    answering,
    post,
    record,
    ref,
    removal,
    stamp,
    uri,
)
from tests.listeners.kit import NOON, Clock, posts
from tests.listeners.sky import latest, listening, says, texts
from tests.listeners.web import Web

pytestmark = pytest.mark.servers

LOCAL = "The tip in Penmarrow is shut"
ROOT = ref(ANNA, "root")


def reply(name: str, text: str = "Yes", to: dict[str, str] | None = None, **after: float) -> Event:
    """A reply in the thread of ROOT, so long after its beginning."""
    return post(BERT, name, text, NOON + timedelta(**after), reply=answering(ROOT, to))


async def test_replies_are_kept_down_the_thread_though_they_name_nothing(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream
) -> None:
    async with listening(bus, settings, clock, jetstream) as sky:
        below, deep = ref(BERT, "1"), ref(BERT, "missing")
        stranger = post(BERT, "9", "Yes", reply=answering(ref(ANNA, "another")))
        last = jetstream.add(post(ANNA, "root", LOCAL), reply("1"), reply("2", to=below), reply("3", to=deep), stranger)
        await sky.heard(last)
    kept = await latest(bus)
    assert set(kept) == {uri(ANNA, "root"), *(uri(BERT, name) for name in "123")}
    answer = kept[uri(BERT, "2")]
    assert answer.area_match.reason == "in a conversation about the area"
    assert (answer.thread, answer.reply_to) == (kept[uri(ANNA, "root")].id, kept[uri(BERT, "1")].id)


async def test_threads_can_be_left_alone(bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream) -> None:
    async with listening(bus, settings, clock, jetstream, threads=False) as sky:
        named = reply("2", "In Penmarrow too")
        await sky.heard(jetstream.add(post(ANNA, "root", LOCAL), reply("1"), named))
    assert set(await latest(bus)) == {uri(ANNA, "root"), uri(BERT, "2")}


async def test_a_thread_ends_after_fourteen_days(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream
) -> None:
    clock.move(days=20)  # we were down: what counts is when it was said
    async with listening(bus, settings, clock, jetstream) as sky:
        late = [reply("2", days=14, seconds=1), reply("3", "Penmarrow again", days=15)]
        await sky.heard(jetstream.add(post(ANNA, "root", LOCAL), reply("1", days=14), *late))
        assert sky.out.counts[Outcome.CUT] == 1
    assert set(await latest(bus)) == {uri(ANNA, "root"), uri(BERT, "1"), uri(BERT, "3")}
    assert totals(settings) == {"published": 3, "cut": 1}


async def test_a_thread_ends_with_its_five_hundredth_reply(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "MOST", 5)
    async with listening(bus, settings, clock, jetstream) as sky:
        many = [reply(f"{number}", f"Yes {number}", seconds=number) for number in range(8)]
        await sky.heard(jetstream.add(post(ANNA, "root", LOCAL), *many))
        assert sky.out.counts == {Outcome.NEW: 6, Outcome.CUT: 3}
        edited = {**reply("1", "Yes indeed", minutes=9), "operation": "update"}
        await sky.heard(jetstream.add(edited, reply("8", "Another", minutes=10)))
        assert (sky.out.counts[Outcome.CHANGED], sky.out.counts[Outcome.CUT]) == (1, 4)
    assert totals(settings) == {"published": 6, "cut": 4}
    async with listening(bus, settings, clock, jetstream) as sky:
        await sky.heard(jetstream.add(reply("9", "And another", minutes=11)))
    assert totals(settings)["cut"] == 6, "the last event was given once more, and one is new"


def thread_of(*views: dict[str, Any]) -> dict[str, Any]:
    """What getPostThread answers: the posts above, from the parent up."""
    above: dict[str, Any] = {}
    for view in reversed(views):
        above = {"$type": "app.bsky.feed.defs#threadViewPost", "post": view, **({"parent": above} if above else {})}
    return {"thread": {"$type": "app.bsky.feed.defs#threadViewPost", "post": {}, "parent": above}}


def view(did: str, rkey: str, text: str, labels: tuple[str, ...] = (), replies: int = 1, **more: Any) -> dict[str, Any]:
    """A post as the AppView shows it."""
    author = {"did": did, "handle": "x.example", "labels": [{"val": label, "src": did} for label in labels]}
    shown = {"uri": uri(did, rkey), "cid": "x", "author": author, "record": record(text, **more)}
    return {**shown, "indexedAt": stamp(NOON), "replyCount": replies}


ABOVE, POSTS = "app.bsky.feed.getPostThread", "app.bsky.feed.getPosts"


def asked_above(name: str) -> tuple[tuple[str, str], ...]:
    return (("uri", uri(BERT, name)), ("depth", "0"), ("parentHeight", "80"))


PROFILE = ("app.bsky.actor.getProfile", {"did": BERT}, ("actor", BERT))


async def test_what_a_kept_reply_answers_is_kept_with_it(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream, web: Web
) -> None:
    middle = view(COUNCIL_DID, "mid", "Which one?", reply=answering(ROOT))
    says(web, *PROFILE)
    says(web, ABOVE, thread_of(middle, view(ANNA, "root", "When does it open?")), *asked_above("1"))
    async with listening(bus, settings, clock, jetstream, appview=web.url) as sky:
        await sky.heard(jetstream.add(reply("1", "The one in Penmarrow", to=ref(COUNCIL_DID, "mid"))))
        await sky.heard(jetstream.add(reply("2", "At nine", minutes=5)))
    kept = await latest(bus)
    assert kept[uri(ANNA, "root")].area_match.reason == "answered by a post about the area"
    assert kept[uri(COUNCIL_DID, "mid")].area_match.reason == "written by an account of the council"
    assert kept[uri(BERT, "2")].thread == kept[uri(ANNA, "root")].id, "and now its thread is followed"


async def test_a_whole_networks_talk_is_not_drawn_in(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream, web: Web
) -> None:
    says(web, *PROFILE)
    says(web, ABOVE, thread_of(view(ANNA, "root", "What is your town like?", replies=90_000)), *asked_above("1"))
    async with listening(bus, settings, clock, jetstream, appview=web.url) as sky:
        await sky.heard(jetstream.add(reply("1", "Penmarrow is lovely"), reply("2", "Lisbon")))
        assert sky.out.counts[Outcome.CUT] == 1
    assert set(await latest(bus)) == {uri(BERT, "1")}


@pytest.mark.parametrize("status", [400, 500, 503])
async def test_what_cannot_be_asked_is_counted_and_stops_nothing(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream, web: Web, status: int
) -> None:
    says(web, PROFILE[0], {"error": "InvalidRequest"}, PROFILE[2], status=status)
    says(web, ABOVE, {"error": "NotFound"}, *asked_above("1"), status=status)
    async with listening(bus, settings, clock, jetstream, appview=web.url) as sky:
        await sky.heard(jetstream.add(reply("1", LOCAL)))
        assert sky.out.counts["posts that could not be had"] == 1
        assert sky.out.counts["writers who could not be asked for"] == 1
    assert await texts(bus) == [LOCAL]


@pytest.mark.parametrize("answer", [[], 5, {"thread": 5}, thread_of({}), thread_of(view(ANNA, "root", "")),
                                    thread_of({"uri": "at://x/y/z", "record": {}, "indexedAt": "never"})])  # fmt: skip
async def test_no_answer_breaks_it(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream, web: Web, answer: Any
) -> None:
    says(web, PROFILE[0], answer, PROFILE[2])
    says(web, ABOVE, answer, *asked_above("1"))
    async with listening(bus, settings, clock, jetstream, appview=web.url) as sky:
        await sky.heard(jetstream.add(reply("1", LOCAL)))
        assert sky.out.counts["posts that could not be had"] == 1
    assert await texts(bus) == [LOCAL]


async def test_after_an_answer_that_did_not_come_nothing_is_asked_for_a_while(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream, web: Web
) -> None:
    web.close()
    async with listening(bus, settings, clock, jetstream, appview=web.url) as sky:
        await sky.heard(jetstream.add(post(ANNA, "1", LOCAL), post(BERT, "2", LOCAL)))
        assert sky.out.counts["writers who could not be asked for"] == 2
    assert len(await posts(bus)) == 2


async def test_who_is_not_to_be_shown_in_public_is_not_kept(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream, web: Web
) -> None:
    said = {"did": ANNA, "labels": [{"val": NOT_IN_PUBLIC, "src": ANNA}]}
    page = says(web, PROFILE[0], said, ("actor", ANNA))
    other = says(web, *PROFILE)
    says(web, ABOVE, thread_of(view(ANNA, "root", "When?", labels=(NOT_IN_PUBLIC,))), *asked_above("4"))
    async with listening(bus, settings, clock, jetstream, appview=web.url) as sky:
        await sky.heard(jetstream.add(post(ANNA, "1", LOCAL), post(BERT, "2", LOCAL), post(BERT, "3", f"{LOCAL}!")))
        await sky.heard(jetstream.add(reply("4", LOCAL), post(COUNCIL_DID, "5", "Good morning")))
    assert set(await latest(bus)) == {uri(BERT, "2"), uri(BERT, "3"), uri(BERT, "4"), uri(COUNCIL_DID, "5")}
    assert (len(page.asked), len(other.asked)) == (1, 1), (
        "who may be read is remembered for a day; ours are not asked for"
    )


async def test_an_account_that_comes_back_brings_what_it_still_shows(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream, web: Web
) -> None:
    says(web, *PROFILE)
    back = {"posts": [view(BERT, "1", f"{LOCAL}, edited meanwhile")]}  # and the other was deleted
    says(web, "app.bsky.feed.getPosts", back, ("uris", uri(BERT, "1")), ("uris", uri(BERT, "2")))
    async with listening(bus, settings, clock, jetstream, appview=web.url) as sky:
        await sky.heard(jetstream.add(post(BERT, "1", LOCAL), post(BERT, "2", f"{LOCAL}!"), account(BERT, "suspended")))
        assert sky.out.ledger.count() == 0
        clock.move(hours=2)
        await sky.heard(jetstream.add(account(BERT)))
        assert sky.out.ledger.count() == 1 and sky.out.counts["posts that could not be had"] == 1
    first, _, again = await posts(bus)
    assert (first.id, first.happened_at) == (again.id, again.happened_at)
    assert again.text.endswith("meanwhile") and again.version > first.version


@pytest.mark.parametrize("gone", [removal(ANNA, "root"), account(ANNA, "deactivated"), account(ANNA, "deleted")])
async def test_what_has_gone_does_not_come_in_by_an_older_answer(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream, web: Web, gone: Event
) -> None:
    says(web, *PROFILE)
    says(web, ABOVE, thread_of(view(ANNA, "root", "When does it open?")), *asked_above("1"))
    async with listening(bus, settings, clock, jetstream, appview=web.url) as sky:
        await sky.heard(jetstream.add(gone, reply("1", LOCAL)))
    assert await texts(bus) == [LOCAL]


async def test_a_profile_that_asks_in_words_counts_as_well(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream, web: Web
) -> None:
    says(web, PROFILE[0], {"did": BERT, "description": "gardener, #nobots please"}, PROFILE[2])
    async with listening(bus, settings, clock, jetstream, appview=web.url) as sky:
        await sky.heard(jetstream.add(post(BERT, "1", LOCAL)))
    assert await posts(bus) == []


async def test_who_came_back_is_asked_for_until_it_answers(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream, web: Web
) -> None:
    """Also after a start: the stream does not say it again."""
    says(web, *PROFILE)
    page = says(web, "app.bsky.feed.getPosts", {}, ("uris", uri(BERT, "1")), status=500)
    says(web, "app.bsky.feed.getPosts", {"posts": []}, ("uris", uri(BERT, "1")))
    says(web, "app.bsky.feed.getPosts", {"posts": [view(BERT, "1", LOCAL)]}, ("uris", uri(BERT, "1")))
    jetstream.add(post(BERT, "1", LOCAL), account(BERT, "deactivated"), account(BERT))
    for _ in range(2):
        async with listening(bus, settings, clock, jetstream, appview=web.url, look_back_hours=1) as sky:
            await sky.heard(jetstream.add(post(ANNA, "x", "Lisbon")))
            assert sky.out.ledger.count() == 0 and sky.source._state()["returning"]
        clock.move(minutes=11)
    async with listening(bus, settings, clock, jetstream, appview=web.url) as sky:
        await sky.heard(jetstream.add(post(ANNA, "y", "Lisbon")))
        assert sky.out.ledger.count() == 1 and not sky.source._state()["returning"]
    assert len(page.asked) == 3


async def test_who_came_back_is_asked_for_until_all_was_answered(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of some posts there is an answer at once, of others later, and one is there no more."""
    monkeypatch.setattr(appview, "A_TIME", 1)
    says(web, *PROFILE)
    pages = [says(web, POSTS, {"posts": [view(BERT, "1", LOCAL)]}, ("uris", uri(BERT, "1")))]
    pages += [says(web, POSTS, {}, ("uris", uri(BERT, name)), status=500) for name in "23"]
    says(web, POSTS, {"posts": [view(BERT, "2", f"{LOCAL}!")]}, ("uris", uri(BERT, "2")))
    says(web, POSTS, {"posts": []}, ("uris", uri(BERT, "3")))
    async with listening(bus, settings, clock, jetstream, appview=web.url) as sky:
        three = [post(BERT, name, LOCAL + text) for name, text in (("1", ""), ("2", "!"), ("3", "?"))]
        await sky.heard(jetstream.add(*three, account(BERT, "deactivated"), account(BERT)))
        assert sky.out.ledger.count() == 1 and sky.source._state()["returning"]
        sky.source._context.bring_back()
        await sky.heard(jetstream.add(post(ANNA, "x", "Lisbon")))
        assert sky.out.ledger.count() == 2 and not sky.source._state()["returning"]
        assert sky.out.counts["posts that could not be had"] == 1
    assert [len(page.asked) for page in pages] == [1, 2, 2]


async def test_who_leaves_and_returns_while_asked_for_is_asked_for_anew(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream, web: Web
) -> None:
    """Else what was taken before they left again would stay hidden."""
    says(web, *PROFILE)
    says(web, POSTS, {"posts": [view(BERT, "1", LOCAL)]}, ("uris", uri(BERT, "1")))
    async with listening(bus, settings, clock, jetstream, appview=web.url) as sky:
        await sky.heard(jetstream.add(post(BERT, "1", LOCAL), account(BERT, "deactivated"), account(BERT)))
        context, hashed = sky.source._context, sky.out.notices.hashed(BERT)
        context.returning[hashed] = clock().isoformat()
        await context._bring_back(hashed, NOON - timedelta(hours=1))  # begun before it left
        assert context.returning == {hashed: clock().isoformat()}


async def test_a_server_that_rests_costs_no_question(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def waits(seconds: float) -> None:
        if seconds > 10:
            clock.move(seconds=seconds)
        await asyncio.sleep(seconds if seconds == bluesky.KEEP_EVERY else 0.001)

    monkeypatch.setattr(sky_kit, "quickly", waits)
    says(web, *PROFILE)
    says(web, PROFILE[0], {"did": ANNA}, ("actor", ANNA))
    page = says(web, ABOVE, {}, *asked_above("1"), status=503)
    for name in "123":
        says(web, ABOVE, thread_of(view(ANNA, f"root {name}", "When?")), *asked_above(name))
    async with listening(bus, settings, clock, jetstream, appview=web.url) as sky:
        replies = [post(BERT, name, f"{LOCAL} {name}", reply=answering(ref(ANNA, f"root {name}"))) for name in "123"]
        await sky.heard(jetstream.add(*replies))
        assert sky.out.ledger.count() == 6 and not sky.out.counts["posts that could not be had"]
    assert len(page.asked) == 2


async def test_who_does_not_answer_for_a_day_is_given_up(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream, web: Web
) -> None:
    says(web, *PROFILE)
    says(web, "app.bsky.feed.getPosts", {"posts": []}, ("uris", uri(BERT, "1")))
    async with listening(bus, settings, clock, jetstream, appview=web.url) as sky:
        await sky.heard(jetstream.add(post(BERT, "1", LOCAL), account(BERT, "deactivated"), account(BERT)))
        assert sky.source._state()["returning"]
        clock.move(hours=25)
        sky.source._context.bring_back()
        await sky.heard(jetstream.add(post(ANNA, "x", "Lisbon")))
        assert not sky.source._state()["returning"]


async def test_questions_have_only_so_much_room(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream, web: Web
) -> None:
    async with listening(bus, settings, clock, jetstream, appview=web.url) as sky:
        for number in range(501):
            sky.source._context.above(uri(BERT, f"{number}"))
        assert sky.out.counts["questions for which there was no room"] == 1
        sky.task.cancel()


def test_a_ledger_without_cuts_counts_none(settings: Settings) -> None:
    with closing(Ledger.open(settings.ledgers, "feeds")):
        assert totals(settings) == {"published": 0, "cut": 0}
    assert appview.A_TIME == 25, "more than that the AppView refuses"
