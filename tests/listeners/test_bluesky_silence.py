"""Who asks not to be read on Bluesky: found late, in a profile that comes by, or behind a post that was fetched."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import cast

import pytest

from listeners import appview, bluesky, bluesky_checking, threads
from listeners.appview import AppView
from listeners.bluesky_posts import NOT_IN_PUBLIC
from listeners.fetching import Answer, Fetcher
from listeners.outlet import Outcome
from soundings.bus import Bus
from soundings.messages import Retraction
from soundings.settings import Settings
from tests.listeners import sky as sky_kit
from tests.listeners.jetstream import (
    ANNA,
    BERT,
    COUNCIL_DID,
    Jetstream,
    post,
    profile,
    uri,
)
from tests.listeners.kit import NOON, Clock, notices
from tests.listeners.sky import latest, listening, says, texts
from tests.listeners.test_bluesky_threads import ABOVE, LOCAL, asked_above, reply, thread_of, view
from tests.listeners.web import Web

pytestmark = pytest.mark.servers

ASKS = "app.bsky.actor.getProfile"
QUIET = {"did": ANNA, "labels": [{"val": NOT_IN_PUBLIC, "src": ANNA}]}


async def removed(bus: Bus) -> list[str]:
    return [one.reason for one in await notices(bus) if isinstance(one, Retraction)]


async def test_who_is_found_late_keeps_nothing_here_and_is_remembered(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream, web: Web
) -> None:
    page = says(web, ASKS, {"did": ANNA}, ("actor", ANNA))
    says(web, ASKS, QUIET, ("actor", ANNA))
    says(web, ASKS, {"did": ANNA}, ("actor", ANNA))
    async with listening(bus, settings, clock, jetstream, appview=web.url) as sky:
        await sky.heard(jetstream.add(post(ANNA, "1", LOCAL), post(ANNA, "2", f"{LOCAL}!")))
        clock.move(days=2)
        await sky.heard(jetstream.add(post(ANNA, "3", f"{LOCAL}?", clock())))
        assert await removed(bus) == ["its author asks not to be read"] * 2
        assert sky.out.ledger.count() == 0
    async with listening(bus, settings, clock, jetstream, appview=web.url) as sky:
        await sky.heard(jetstream.add(post(ANNA, "4", LOCAL, clock())))
        assert sky.out.ledger.count() == 0 and len(page.asked) == 2, "it is not asked for once more"
        await sky.heard(jetstream.add(profile(ANNA, clock()), post(ANNA, "5", LOCAL, clock())))
        assert sky.out.ledger.count() == 1, "until the stream says otherwise"


async def test_a_profile_ends_what_was_known_of_its_owner(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream, web: Web
) -> None:
    """Nothing of them is held: but they were asked about, and would be believed for a day."""
    page = says(web, ASKS, {"did": ANNA}, ("actor", ANNA))
    async with listening(bus, settings, clock, jetstream, appview=web.url) as sky:
        await sky.heard(jetstream.add(post(ANNA, "1", LOCAL)))
        await sky.out.retract(uri(ANNA, "1"), "removed by its author")
        await sky.heard(jetstream.add(profile(ANNA, NOON, NOT_IN_PUBLIC), post(ANNA, "2", f"{LOCAL}!")))
        assert sky.out.ledger.count() == 0 and sky.out.counts[Outcome.ELSEWHERE] == 1
    assert len(page.asked) == 1


async def test_what_is_answered_is_not_kept_of_who_asks_in_words_or_did_so_before(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream, web: Web
) -> None:
    """What is fetched carries the labels of its writer, and not their description."""
    says(web, ASKS, {"did": BERT}, ("actor", BERT))
    page = says(web, ASKS, {"did": ANNA, "description": "cook, #nobots"}, ("actor", ANNA))
    for name in ("1", "2"):
        says(web, ABOVE, thread_of(view(ANNA, f"root {name}", "When?")), *asked_above(name))
    async with listening(bus, settings, clock, jetstream, appview=web.url) as sky:
        await sky.heard(jetstream.add(reply("1", LOCAL)))
        await sky.heard(jetstream.add(reply("2", f"{LOCAL}!")))
    assert set(await latest(bus)) == {uri(BERT, "1"), uri(BERT, "2")}
    assert len(page.asked) == 1


async def test_a_label_beside_what_was_fetched_removes_what_is_held(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream, web: Web
) -> None:
    for did in (ANNA, BERT):
        says(web, ASKS, {"did": did}, ("actor", did))
    says(web, ABOVE, thread_of(view(ANNA, "other", "When?", labels=(NOT_IN_PUBLIC,))), *asked_above("1"))
    async with listening(bus, settings, clock, jetstream, appview=web.url) as sky:
        await sky.heard(jetstream.add(post(ANNA, "1", LOCAL), reply("1", f"{LOCAL}!")))
        assert sky.out.ledger.count() == 1
    assert await removed(bus) == ["its author asks not to be read"]


async def test_nobody_is_asked_about_who_would_not_be_kept(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "MOST", 1)
    first = says(web, ASKS, {"did": ANNA}, ("actor", ANNA))
    page = says(web, ASKS, {"did": BERT}, ("actor", BERT))
    async with listening(bus, settings, clock, jetstream, appview=web.url) as sky:
        told = reply("0") | {"did": ANNA}
        cut, gone = reply("1", "No"), post(BERT, "2", LOCAL)
        await sky.heard(jetstream.add(post(ANNA, "root", LOCAL), told, cut))
        async with sky.out.still():
            await sky.out.notices.gone_unheld(sky.out.notices.post_id(uri(BERT, "2")), "removed by an officer")
        await sky.heard(jetstream.add(gone))
        assert (sky.out.counts[Outcome.CUT], sky.out.counts[Outcome.REMOVED]) == (1, 1)
    assert (len(first.asked), len(page.asked)) == (1, 0)


async def test_new_writers_do_not_hold_the_stream_up(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []

    async def quickly(seconds: float) -> None:
        slept.append(seconds)
        await asyncio.sleep(seconds if seconds == bluesky.KEEP_EVERY else min(seconds, 0.02))

    monkeypatch.setattr(sky_kit, "quickly", quickly)
    for did in (ANNA, BERT):
        says(web, ASKS, {"did": did}, ("actor", did))
    async with listening(bus, settings, clock, jetstream, appview=web.url) as sky:
        await sky.heard(jetstream.add(post(ANNA, "1", LOCAL), post(BERT, "2", LOCAL)))
    others = {bluesky.KEEP_EVERY, bluesky_checking.EVERY}
    assert not [seconds for seconds in slept if seconds > appview.APART and seconds not in others]


async def test_the_stream_waits_only_so_long_in_all(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    class Hangs:
        asked = 0

        async def get(self, *_: object) -> Answer:
            self.asked += 1
            await asyncio.Event().wait()
            raise AssertionError

    monkeypatch.setattr(appview, "WAITS", 0.05)
    counts, fetcher = Counter[str](), Hangs()
    view = AppView("https://x.example", cast(Fetcher, fetcher), clock, counts)
    async with asyncio.timeout(20):
        for number in range(9):
            assert not await view.is_silent(f"did:plc:{number}", hurry=True)
    assert counts["writers who could not be asked for"] == 9 and fetcher.asked < 9
    monkeypatch.setattr(appview, "EACH", 0.0)
    await view.is_silent("did:plc:later", hurry=True)
    assert view._waited >= 0.04, "and after a while it waits again"


async def test_the_councils_own_accounts_are_neither_asked_about_nor_silent(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream, web: Web
) -> None:
    says(web, ASKS, {"did": BERT}, ("actor", BERT))
    says(web, ABOVE, thread_of(view(COUNCIL_DID, "x", "Ask us", labels=(NOT_IN_PUBLIC,))), *asked_above("1"))
    async with listening(bus, settings, clock, jetstream, appview=web.url) as sky:
        await sky.heard(jetstream.add(profile(COUNCIL_DID, NOON, NOT_IN_PUBLIC), reply("1", LOCAL)))
        await sky.heard(jetstream.add(post(COUNCIL_DID, "2", "Good morning")))
    assert await texts(bus) == [LOCAL, "Ask us", "Good morning"]
