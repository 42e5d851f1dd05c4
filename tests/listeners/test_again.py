"""A post of a live source that a later stage rejected comes once more with the next look at its source."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from nats.js.api import PubAck

from listeners.again import ask_again, ordered
from soundings.bus import Bus
from soundings.envelopes import Envelope
from soundings.rejects import make_reject
from soundings.settings import Settings
from soundings.streams import POSTS, Stream
from tests.listeners.feed_texts import item, rss
from tests.listeners.kit import NOON, Clock, native, outlet, posts, rejects
from tests.listeners.test_feeds import desk
from tests.listeners.web import Web

pytestmark = pytest.mark.servers

NEWS = rss(item("1", "Penmarrow bins"), item("2", "Penmarrow lamps"))


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = Web()
    yield server
    server.close()


async def test_a_feed_is_asked_whole_once_and_gives_only_what_is_wanted(bus: Bus, settings: Settings, web: Web) -> None:
    page = web.says("/rss", 200, NEWS, ETag='"a"')
    clock = Clock()
    async with desk(bus, settings, f"{web.url}/rss", clock) as one:
        await one.poll()
        wanted = (await posts(bus))[0].id
        await bus.reject(make_reject("nlp", "feeds", wanted, "it failed", b"x", NOON))
        await one.poll()
        assert len(await posts(bus)) == 2, "nothing comes twice unasked"
        clock.move(minutes=1)
        await ask_again(bus, "feeds", [wanted], clock.now)
        clock.move(minutes=1)
        await one.poll()
        assert [post.id for post in (await posts(bus))[2:]] == [wanted]
        assert await rejects(bus) == [], "it has come: the reject goes"
        await one.poll()
    async with desk(bus, settings, f"{web.url}/rss", clock) as one:
        await one.poll()
    assert ["if-none-match" in asked for asked in page.asked] == [False, True, False, True, True]
    assert len(await posts(bus)) == 3


async def test_an_order_is_only_for_what_was_not_sent_since(bus: Bus, bus_settings: Settings) -> None:
    clock = Clock()
    async with outlet(bus, bus_settings, clock) as out:
        await out.offer(native("1"))
        await out.flush()
        (sent,) = await posts(bus)
        await ask_again(bus, "demo", [sent.id], clock.now)
        assert await out.look_again() == NOON.isoformat()
        await out.offer(native("1"))
        await out.flush()
        assert len(await posts(bus)) == 1, "it was sent at that very moment"
        await ask_again(bus, "demo", [sent.id], clock.now + timedelta(seconds=1))
        clock.move(seconds=2)
        for _ in range(3):
            await out.look_again()
            await out.offer(native("1"))
            await out.flush()
    assert [post.version for post in await posts(bus)] == [sent.version, sent.version]


async def test_what_a_listener_rejected_goes_when_it_is_taken_after_all(bus: Bus, bus_settings: Settings) -> None:
    async with outlet(bus, bus_settings, Clock()) as out:
        await out.offer(native("1", text="a\0b"))
        (reject,) = await rejects(bus)
        await ask_again(bus, "demo", [reject.ref], NOON)
        await out.look_again()
        await out.offer(native("1"))
    assert await rejects(bus) == [] and len(await posts(bus)) == 1


async def test_what_is_rejected_again_while_it_is_sent_stays(
    bus: Bus, bus_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fault is still there: nlp rejects the post once more, sooner than its sender takes the first reject away."""
    clock, publish = Clock(), bus.publish_surely

    async def publish_and_fail(stream: Stream, subject: str, envelope: Envelope) -> PubAck:
        acknowledged = await publish(stream, subject, envelope)
        if stream is POSTS:
            await bus.reject(make_reject("nlp", "demo", wanted, "it failed again", b"second", clock()))
        return acknowledged

    async with outlet(bus, bus_settings, clock) as out:
        await out.offer(native("1"))
        await out.flush()
        wanted = (await posts(bus))[0].id
        await bus.reject(make_reject("nlp", "demo", wanted, "it failed", b"first", clock()))
        clock.move(minutes=1)
        await ask_again(bus, "demo", [wanted], clock())
        clock.move(minutes=1)
        await out.look_again()
        monkeypatch.setattr(bus, "publish_surely", publish_and_fail)
        await out.offer(native("1"))
    assert [one.reason for one in await rejects(bus)] == ["it failed again"]


async def test_no_order_is_an_empty_one(bus: Bus) -> None:
    assert not (await ordered(bus, "feeds")).posts
