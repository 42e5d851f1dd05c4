"""What a gap swallowed on Bluesky: removals, edits and wishes not to be read are asked for afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from listeners import appview, bluesky_checking
from listeners.bluesky_posts import NOT_IN_PUBLIC
from soundings.bus import Bus
from soundings.messages import Retraction
from soundings.settings import Settings
from tests.listeners.jetstream import ANNA, BERT, COUNCIL_DID, Jetstream, account, post, uri
from tests.listeners.kit import NOON, Clock, notices
from tests.listeners.sky import Sky, latest, listening, says, until
from tests.listeners.test_bluesky_threads import LOCAL, POSTS, view
from tests.listeners.web import Web

pytestmark = pytest.mark.servers

ASKS = "app.bsky.actor.getProfile"


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    monkeypatch.setattr(appview, "A_TIME", 1)
    server = Web()
    for did in (ANNA, BERT):
        says(server, ASKS, {"did": did}, ("actor", did))
    yield server
    server.close()


async def removed(bus: Bus) -> list[str]:
    return [one.reason for one in await notices(bus) if isinstance(one, Retraction)]


def lose(jetstream: Jetstream, clock: Clock) -> None:
    """Two days pass, of which the server has only the last event: it concerns us."""
    clock.move(hours=48)
    later = clock() - timedelta(hours=1)
    last = jetstream.add(post(BERT, "lost", LOCAL, clock() - timedelta(hours=40)), post(BERT, "new", LOCAL, later))
    jetstream.forget(last)


async def checked(sky: Sky, last: int) -> None:
    await sky.heard(last)
    await until(lambda: sky.task.done() or not sky.source._state()["check"], "the check")
    await sky.out.flush(sky.source._state())


async def test_what_was_removed_edited_or_silenced_in_a_gap_is_made_good(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream, web: Web
) -> None:
    answers = {"1": [view(ANNA, "1", LOCAL)], "2": [], "3": [view(ANNA, "3", f"{LOCAL}, or not")]}
    pages = [says(web, POSTS, {"posts": shown}, ("uris", uri(ANNA, name))) for name, shown in answers.items()]
    pages.append(says(web, POSTS, {"posts": []}, ("uris", uri(ANNA, "hidden"))))
    says(web, POSTS, {"posts": [view(BERT, "4", LOCAL, labels=(NOT_IN_PUBLIC,))]}, ("uris", uri(BERT, "4")))
    async with listening(bus, settings, clock, jetstream, appview=web.url) as sky:
        mine = [post(ANNA, name, LOCAL) for name in answers]
        await sky.heard(jetstream.add(*mine, post(BERT, "4", LOCAL)))
    lose(jetstream, clock)
    async with listening(bus, settings, clock, jetstream, appview=web.url) as sky:
        await checked(sky, jetstream.last)
        assert {name for name in answers if sky.out.held(uri(ANNA, name))} == {"1", "3"}
        assert not sky.out.held(uri(BERT, "4"))
        assert sky.out.counts["posts that went unheard"] == 1
    assert sorted({*await removed(bus)}) == ["its author asks not to be read", "its platform no longer shows it"]
    assert (await latest(bus))[uri(ANNA, "3")].text.endswith("or not")
    async with listening(bus, settings, clock, jetstream, appview=web.url) as sky:
        await checked(sky, jetstream.add(post(ANNA, "x", "Lisbon", clock())))
    assert [len(page.asked) for page in pages] == [1, 1, 1, 0], "once"


async def test_a_failure_removes_nothing_and_is_asked_again_also_after_a_start(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream, web: Web
) -> None:
    page = says(web, POSTS, {"posts": []}, ("uris", uri(ANNA, "1")), status=500)
    says(web, POSTS, {"error": "what"}, ("uris", uri(ANNA, "1")))
    says(web, POSTS, {"error": "what"}, ("uris", uri(ANNA, "1")), status=500)
    async with listening(bus, settings, clock, jetstream, appview=web.url) as sky:
        await sky.heard(jetstream.add(post(ANNA, "1", LOCAL)))
    lose(jetstream, clock)
    async with listening(bus, settings, clock, jetstream, appview=web.url) as sky:
        await sky.heard(jetstream.last)
        await until(lambda: len(page.asked) > 3, "some questions")
        await sky.out.flush(sky.source._state())
        assert sky.out.held(uri(ANNA, "1")) and sky.source._state()["check"]
    page.answers[:] = [(200, {}, b'{"posts": []}')]
    async with listening(bus, settings, clock, jetstream, appview=web.url) as sky:
        await checked(sky, jetstream.last)
        assert not sky.out.held(uri(ANNA, "1"))


async def test_a_server_that_shows_nothing_at_all_is_not_believed(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bluesky_checking, "SEVERAL", 1)
    page = says(web, POSTS, {"posts": []}, ("uris", uri(ANNA, "1")))
    async with listening(bus, settings, clock, jetstream, appview=web.url) as sky:
        await sky.heard(jetstream.add(post(ANNA, "1", LOCAL)))
    lose(jetstream, clock)
    async with listening(bus, settings, clock, jetstream, appview=web.url) as sky:
        await checked(sky, jetstream.last)
        assert sky.out.held(uri(ANNA, "1")) and sky.out.counts["posts that could not be checked"] == 1
    assert len(page.asked) == 3


async def test_what_is_hidden_is_not_asked_for_and_without_a_server_nothing_is(
    bus: Bus, settings: Settings, clock: Clock, jetstream: Jetstream, web: Web
) -> None:
    async with listening(bus, settings, clock, jetstream) as sky:
        await sky.heard(jetstream.add(post(ANNA, "1", LOCAL), account(ANNA, "deactivated")))
        assert sky.out.ledger.taken_until(NOON + timedelta(days=1), "", 9) == []
        await sky.heard(jetstream.add(post(COUNCIL_DID, "2", LOCAL)))
        assert len(sky.out.ledger.taken_until(NOON + timedelta(days=1), "", 9)) == 1
    lose(jetstream, clock)
    async with listening(bus, settings, clock, jetstream) as sky:
        await sky.heard(jetstream.last)
        assert not sky.source._state()["check"] and sky.out.held(uri(COUNCIL_DID, "2"))
