"""Feeds against a real HTTP server on loopback and the real bus."""

from __future__ import annotations

import asyncio
import gzip
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from unittest.mock import Mock

import pytest

from listeners import entries
from listeners.feed_settings import Feed, FeedsSettings
from listeners.feeds import Feeds
from listeners.fetching import Fetcher, FetchFailed
from listeners.notices import Notices
from listeners.outlet import Outlet
from listeners.posting import Rules
from soundings.bus import Bus
from soundings.council import Council
from soundings.messages import AuthorKind, Gap, Kind
from soundings.settings import Settings
from soundings.streams import NOTICES, POSTS
from soundings.tasks import end
from tests.listeners.feed_texts import HTML, item, rss
from tests.listeners.kit import COUNCIL, NOON, Clock, notices, outlet, posts, rejects
from tests.listeners.web import Web

pytestmark = pytest.mark.servers

NEWS = rss(item("1", "Penmarrow bins"))


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = Web()
    yield server
    server.close()


class Sleeper:
    """Notes how long it was asked to sleep, and does not."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)


@dataclass
class Desk:
    """One feed under test: ask it once with `poll`."""

    feeds: Feeds
    feed: Feed
    fetcher: Fetcher
    out: Outlet
    clock: Clock

    async def poll(self) -> dict[str, Any]:
        """Ask once; what was remembered."""
        await self.feeds.poll(self.feed, self.fetcher)
        checkpoint = self.out.ledger.checkpoint()
        assert checkpoint is not None
        state: dict[str, Any] = checkpoint.state["feeds"][self.feed.url]
        return state

    def due_in(self, state: dict[str, Any]) -> timedelta:
        """How long until the feed is asked again."""
        return timedelta(seconds=round(self.feeds._seconds_until_due(self.feed)))


@asynccontextmanager
async def desk(
    bus: Bus, settings: Settings, url: str, clock: Clock | None = None, council: Council = COUNCIL.council, **more: Any
) -> AsyncIterator[Desk]:
    clock, council_file = clock or Clock(), replace(COUNCIL, council=council)
    feed = Feed(url=url, name="Chron", **more)
    table = FeedsSettings(enabled=True, feed=(feed,), allow_private=True)
    async with (
        outlet(bus, settings, clock, "feeds", rules=Rules(look_back=Feeds.look_back)) as out,
        Fetcher("listening@penmarrow.example", True, Sleeper()) as fetcher,
    ):
        yield Desk(Feeds(table, out, council_file, clock, Sleeper()), feed, fetcher, out, clock)


async def test_an_unchanged_feed_costs_its_server_nothing(bus: Bus, settings: Settings, web: Web) -> None:
    page = web.says("/rss", 200, NEWS, ETag='"a"', Last_Modified="Mon, 09 Nov 2026 08:00:00 GMT")
    web.says("/rss", 304)
    async with desk(bus, settings, f"{web.url}/rss") as one:
        state = await one.poll()
        assert one.due_in(state) == timedelta(minutes=10)
        await one.poll()
    first, second = page.asked
    assert "penmarrow.example" in first["user-agent"] and "if-none-match" not in first
    assert second["if-none-match"] == '"a"' and second["if-modified-since"].startswith("Mon")
    (post,) = await posts(bus)
    assert (post.kind, post.author_kind, post.area_match.reason) == (Kind.ARTICLE, AuthorKind.PRESS, "names Penmarrow")


async def test_its_memory_outlives_a_restart(bus: Bus, settings: Settings, web: Web) -> None:
    page = web.says("/rss", 200, NEWS, ETag='"a"')
    web.says("/rss", 304)
    clock = Clock()
    for _ in range(2):
        async with desk(bus, settings, f"{web.url}/rss", clock) as one:
            await one.poll()
    assert page.asked[1]["if-none-match"] == '"a"'


async def test_another_bus_asks_for_everything_again(bus: Bus, settings: Settings, web: Web) -> None:
    page = web.says("/rss", 200, NEWS, ETag='"a"')
    async with desk(bus, settings, f"{web.url}/rss") as one:
        await one.poll()
    await bus.jetstream.delete_stream(POSTS.name)
    await bus.declare()
    async with desk(bus, settings, f"{web.url}/rss") as one:
        assert one.feeds._seconds_until_due(one.feed) == 0, "at once: entries leave a feed"
        await one.poll()
    assert "if-none-match" not in page.asked[1]
    assert len(await posts(bus)) == 1


async def test_an_entry_changes_only_with_its_words(bus: Bus, settings: Settings, web: Web) -> None:
    for text, date in (("Penmarrow", "08:00:00"), ("Penmarrow", "09:00:00"), ("Penmarrow flood", "09:00:00")):
        web.says("/rss", 200, rss(item("1", text, f"Mon, 09 Nov 2026 {date} GMT")))
    async with desk(bus, settings, f"{web.url}/rss") as one:
        for _ in range(3):
            await one.poll()
    first, edit = await posts(bus)
    assert (first.text, edit.text, edit.version) == ("Penmarrow", "Penmarrow flood", first.version + 1)


@pytest.mark.parametrize(("written", "read_as"), [("&#xD83D;&#xDE00;", "😀"), ("&#55357;", "\ufffd")])
async def test_half_a_character_costs_no_other_entry(
    bus: Bus, settings: Settings, web: Web, written: str, read_as: str
) -> None:
    web.says("/rss", 200, rss(item("1", f"Penmarrow {written}"), item("2", "Penmarrow bins")))
    async with desk(bus, settings, f"{web.url}/rss") as one:
        assert (await one.poll())["failures"] == 0
    assert [post.text for post in await posts(bus)] == ["Penmarrow bins", f"Penmarrow {read_as}"]


async def test_old_entries_are_no_news(bus: Bus, settings: Settings, web: Web) -> None:
    web.says("/rss", 200, rss(item("1", "Penmarrow", "Mon, 09 Nov 2020 08:00:00 GMT"), item("2", "Penmarrow")))
    async with desk(bus, settings, f"{web.url}/rss") as one:
        await one.poll()
    (post,) = await posts(bus)
    assert post.original.native_id == "urn:2"


async def test_a_local_feed_of_reports(bus: Bus, settings: Settings, web: Web) -> None:
    web.says("/rss", 200, rss(item("1", "A pothole")))
    async with desk(bus, settings, f"{web.url}/rss", kind="report", local=True, author_kind="resident") as one:
        await one.poll()
    (post,) = await posts(bus)
    assert (post.kind, post.voice, post.author_kind) == (Kind.REPORT, "", AuthorKind.RESIDENT)


@pytest.mark.parametrize("status", [429, 503])
async def test_a_server_that_asks_to_wait_is_obeyed(bus: Bus, settings: Settings, web: Web, status: int) -> None:
    web.says("/rss", status, Retry_After="7200")
    async with desk(bus, settings, f"{web.url}/rss") as one:
        assert one.due_in(await one.poll()) == timedelta(hours=2)
    assert await notices(bus) == []


@pytest.mark.parametrize("status", [401, 403])
async def test_a_refusal_is_told_at_once_and_not_hammered(bus: Bus, settings: Settings, web: Web, status: int) -> None:
    page = web.says("/rss", status)
    async with desk(bus, settings, f"{web.url}/rss") as one:
        assert one.due_in(await one.poll()) == timedelta(minutes=20)
        assert one.due_in(await one.poll()) == timedelta(minutes=40)
    (gap,) = await notices(bus)
    assert isinstance(gap, Gap) and str(status) in gap.why and len(page.asked) == 2


async def test_a_connection_that_breaks_off_is_a_failure_and_half_an_answer_is_none(
    bus: Bus, settings: Settings, web: Web
) -> None:
    """The server resets the connection (TCP RST) in the middle of its answer."""
    web.drip = web.reset
    web.says("/rss", 200, NEWS, ETag='"a"')
    async with desk(bus, settings, f"{web.url}/rss") as one:
        state = await one.poll()
        assert state["failures"] == 1 and "conditions" not in state
        web.drip = lambda: None
        assert (await one.poll())["failures"] == 0
    assert len(await posts(bus)) == 1


async def test_a_wait_may_be_a_date(bus: Bus, settings: Settings, web: Web) -> None:
    web.says("/rss", 429, Retry_After="Tue, 10 Nov 2026 15:00:00 GMT")
    async with desk(bus, settings, f"{web.url}/rss") as one:
        assert one.due_in(await one.poll()) == timedelta(hours=3)


async def test_pauses_grow_and_the_silence_is_told(bus: Bus, settings: Settings, web: Web) -> None:
    web.says("/rss", 200, NEWS, ETag='"a"')
    for _ in range(12):
        web.says("/rss", 500)
    page = web.says("/rss", 200, NEWS)
    async with desk(bus, settings, f"{web.url}/rss") as one:
        await one.poll()
        start = one.clock()
        pauses = []
        for _ in range(12):
            one.clock.move(minutes=1)
            pauses.append(one.due_in(await one.poll()))
        state = await one.poll()
    assert pauses[:3] == [timedelta(minutes=minutes) for minutes in (20, 40, 80)] and pauses[-1] == timedelta(hours=6)
    silent, heard = await notices(bus)
    assert isinstance(silent, Gap) and silent.start == start and silent.end is None and "500" in silent.why
    assert isinstance(heard, Gap) and heard.start == start and heard.end == one.clock()
    assert state["failures"] == 0 and page.asked[5]["if-none-match"] == '"a"'


async def test_a_kill_right_after_a_silence_was_told_leaves_no_gap_open(
    bus: Bus, settings: Settings, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    real = Notices.gap

    async def dies(self: Notices, *told: Any) -> None:
        await real(self, *told)
        raise Killed

    web.says("/rss", 403)
    web.says("/rss", 200, NEWS)
    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(Notices, "gap", dies)
        async with desk(bus, settings, f"{web.url}/rss") as one:
            await one.poll()
    async with desk(bus, settings, f"{web.url}/rss") as one:
        one.clock.move(hours=1)
        await one.poll()
        assert [gap.end for gap in await notices(bus) if isinstance(gap, Gap)] == [None, one.clock()]


@pytest.mark.parametrize("now_listed", ["/new", None])
async def test_the_silence_of_a_feed_that_left_the_council_file_ends(
    bus: Bus, settings: Settings, web: Web, now_listed: str | None
) -> None:
    web.says("/rss", 404)
    web.says("/fine", 200, NEWS)
    clock = Clock()
    async with desk(bus, settings, f"{web.url}/rss", clock) as one:
        await one.poll()
    start = clock()
    clock.move(hours=3)
    listed = (Feed(url=f"{web.url}{now_listed}"),) if now_listed else ()

    async def never(_: float) -> None:
        await asyncio.Event().wait()

    for _ in range(2):
        async with outlet(bus, settings, clock, "feeds", rules=Rules(look_back=Feeds.look_back)) as out:
            feeds = Feeds(FeedsSettings(feed=listed, allow_private=True), out, COUNCIL, clock, never)
            await feeds.leave_unlisted()
            checkpoint = out.ledger.checkpoint()
            assert checkpoint is not None and f"{web.url}/rss" not in checkpoint.state["feeds"]
    _, ended = await notices(bus)
    assert isinstance(ended, Gap) and (ended.start, ended.end) == (start, clock())
    assert ended.why == "the feed 127.0.0.1 is no longer listened to"


async def test_a_feed_under_its_new_address_is_the_same_feed(bus: Bus, settings: Settings, web: Web) -> None:
    """It moved for good and said so, and then the council file was changed: nothing comes in again."""
    plain = rss(
        "<item><guid>7</guid><title>Penmarrow bins</title></item>", "<item><title>Penmarrow lamps</title></item>"
    )
    web.says("/new", 200, plain)
    web.says("/old", 301, Location=f"{web.url}/new")
    clock = Clock()
    async with desk(bus, settings, f"{web.url}/old", clock, local=True) as one:
        await one.poll()
        one.feeds._states[one.feed.url]["undated"] = []  # as if they had come after the first look
        await one.poll()
        assert len(await posts(bus)) == 2
        await one.out.retract(f"{web.url}/old#7", "its author removed it")
    for address in ("new", "new", "old"):
        async with desk(bus, settings, f"{web.url}/{address}", clock, local=True) as one:
            await one.feeds.leave_unlisted()
            state = await one.poll()
            assert state["ids"] == f"{web.url}/old"
    assert len(await posts(bus)) == 2
    assert not any(isinstance(notice, Gap) for notice in await notices(bus))


async def test_an_entry_that_cannot_be_read_is_rejected_alone(
    bus: Bus, settings: Settings, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "_point", Mock(side_effect=[None, ValueError("Anna"), None]))
    web.says("/rss", 200, rss(*(item(name, f"Penmarrow {name}") for name in "321")))
    async with desk(bus, settings, f"{web.url}/rss") as one:
        assert (await one.poll())["failures"] == 0
    assert [post.text for post in await posts(bus)] == ["Penmarrow 1", "Penmarrow 3"]
    (reject,) = await rejects(bus)
    assert reject.reason.startswith("the entry could not be read: ValueError at ") and "Anna" not in reject.reason
    assert reject.ref.startswith("feeds:") and not reject.body


async def test_what_left_the_council_file_is_ended_when_it_begins_to_listen(
    bus: Bus, settings: Settings, web: Web
) -> None:
    web.says("/rss", 404)
    async with desk(bus, settings, f"{web.url}/rss") as one:
        await one.poll()
    told = await bus.client.subscribe(NOTICES.subjects)
    async with outlet(bus, settings, Clock(), "feeds", rules=Rules(look_back=Feeds.look_back)) as out:
        task = asyncio.create_task(Feeds(FeedsSettings(), out, COUNCIL, Clock()).listen())
        await told.next_msg(timeout=10)
        await end(task)
    assert len(await notices(bus)) == 2


async def test_a_feed_that_is_gone_is_asked_no_more(bus: Bus, settings: Settings, web: Web) -> None:
    page = web.says("/rss", 410)
    async with desk(bus, settings, f"{web.url}/rss") as one:
        await one.feeds._follow(one.feed, one.fetcher)
        await one.feeds._follow(one.feed, one.fetcher)
    assert len(page.asked) == 1
    (gap,) = await notices(bus)
    assert isinstance(gap, Gap) and "the feed Chron is not heard: it is gone for good (410)" in gap.why


async def test_a_page_instead_of_a_feed_is_a_failure(bus: Bus, settings: Settings, web: Web) -> None:
    web.says("/rss", 200, NEWS, ETag='"a"')
    page = web.says("/rss", 200, HTML, ETag='"wall"', Content_Type="text/html")
    async with desk(bus, settings, f"{web.url}/rss") as one:
        await one.poll()
        state = await one.poll()
        assert state["failures"] == 1 and state["conditions"] == {"If-None-Match": '"a"'}
        await one.poll()
    assert page.asked[2]["if-none-match"] == '"a"'
    (gap,) = await notices(bus)
    assert isinstance(gap, Gap) and "no feed" in gap.why


async def test_packed_bodies_are_unpacked_and_bombs_refused(bus: Bus, settings: Settings, web: Web) -> None:
    web.says("/rss", 200, gzip.compress(NEWS.encode()), Content_Encoding="gzip")
    web.says("/rss", 200, gzip.compress(b"x" * 60_000_000), Content_Encoding="gzip")
    async with desk(bus, settings, f"{web.url}/rss") as one:
        assert (await one.poll())["failures"] == 0
        assert (await one.poll())["failures"] == 1
    assert len(await posts(bus)) == 1


async def test_a_body_that_is_too_long_is_refused_not_cut(web: Web) -> None:
    web.says("/rss", 200, b"x" * 6_000_000)
    async with Fetcher("", True, Sleeper()) as fetcher:
        with pytest.raises(FetchFailed, match="longer than 5 MB"):
            await fetcher.get(f"{web.url}/rss", {})


async def test_a_server_that_drips_may_not_hold_us(web: Web) -> None:
    done = threading.Event()

    def wait() -> None:
        done.wait(20)

    web.drip = wait
    web.says("/rss", 200, b"x" * 2000)
    async with Fetcher("", True, Sleeper(), deadline=0.3) as fetcher:
        with pytest.raises(FetchFailed, match="in time"):
            await fetcher.get(f"{web.url}/rss", {})
    done.set()


async def test_a_feed_that_moved_for_good_is_remembered(bus: Bus, settings: Settings, web: Web) -> None:
    old = web.says("/old", 301, Location="/new")
    web.says("/new", 200, NEWS)
    async with desk(bus, settings, f"{web.url}/old") as one:
        assert (await one.poll())["url"] == f"{web.url}/new"
        await one.poll()
    assert len(old.asked) == 1


async def test_a_detour_is_not_remembered_and_a_circle_ends(web: Web) -> None:
    web.says("/old", 302, Location="/new")
    web.says("/new", 200, NEWS)
    web.says("/round", 301, Location="/round")
    async with Fetcher("", True, Sleeper()) as fetcher:
        assert (await fetcher.get(f"{web.url}/old", {})).moved_to == ""
        with pytest.raises(FetchFailed, match="sends us on"):
            await fetcher.get(f"{web.url}/round", {})


async def test_one_request_at_a_time_and_two_seconds_apart(web: Web) -> None:
    web.says("/rss", 200, NEWS)
    sleeper = Sleeper()
    async with Fetcher("", True, sleeper) as fetcher:
        await asyncio.gather(*(fetcher.get(f"{web.url}/rss", {}) for _ in range(3)))
    assert len(sleeper.slept) == 2 and all(1.5 < wait <= 2.0 for wait in sleeper.slept)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/x",
        "http://localhost:9/x",
        "http://[::1]:9/",
        "http://169.254.169.254/latest",
        "http://10.0.0.1/",
        "http://[::ffff:127.0.0.1]/",
        "http://0.0.0.0/",
    ],
)
async def test_addresses_of_the_own_network_are_refused(url: str) -> None:
    async with Fetcher("", False, Sleeper()) as fetcher:
        with pytest.raises(FetchFailed, match="private network"):
            await fetcher.get(url, {})


async def test_a_public_address_may_not_send_us_inside(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    web.says("/rss", 302, Location="file:///etc/passwd")
    async with Fetcher("", True, Sleeper()) as fetcher:
        with pytest.raises(FetchFailed, match="http://"):
            await fetcher.get(f"{web.url}/rss", {})


async def test_one_feed_that_breaks_does_not_stop_another(
    bus: Bus, settings: Settings, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.says("/rss", 200, NEWS)
    async with desk(bus, settings, f"{web.url}/rss") as one:
        monkeypatch.setattr("listeners.feeds.parse", lambda *_: 1 / 0)
        assert (await one.poll())["failures"] == 1


async def test_it_follows_all_feeds_until_it_is_told_to_stop(bus: Bus, settings: Settings, web: Web) -> None:
    web.says("/a", 200, rss(item("a", "Penmarrow one")))
    web.says("/b", 410)
    table = FeedsSettings(
        enabled=True, allow_private=True, feed=(Feed(url=f"{web.url}/a"), Feed(url=f"{web.url}/b", name="Gone"))
    )
    heard = await bus.client.subscribe(POSTS.subjects)
    clock = Clock()

    async def at_once_then_never(seconds: float) -> None:
        if seconds > 2:
            await asyncio.Event().wait()

    async with outlet(bus, settings, clock, "feeds", rules=Rules()) as out:
        task = asyncio.create_task(Feeds(table, out, COUNCIL, clock, at_once_then_never).listen())
        await heard.next_msg(timeout=10)
        await heard.unsubscribe()
        await end(task)


@pytest.mark.parametrize(
    "given",
    [
        {"url": "ftp://x.example/"},
        {"url": "x"},
        {"url": "https://a:b@x.example/"},
        {"url": "https://x.example", "kind": "reply"},
        {"url": "https://x.example", "author_kind": "resident"},
        {"url": "https://x.example", "interval_minutes": 1},
    ],
)
def test_settings_that_cannot_be(given: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Feed(**given)


async def test_old_entries_without_a_date_are_not_of_today(bus: Bus, settings: Settings, web: Web) -> None:
    """A feed that is new to us may list what is years old: only what comes later is known to be new."""
    one, two = (item(name, "Penmarrow bins", "") for name in "12")
    for body in (rss(one), rss(two, one), rss(two)):
        web.says("/rss", 200, body)
    clock = Clock()
    async with desk(bus, settings, f"{web.url}/rss", clock) as first:
        assert len((await first.poll())["undated"]) == 1
    clock.move(hours=1)
    async with desk(bus, settings, f"{web.url}/rss", clock) as again:
        await again.poll()
        assert (await again.poll())["undated"] == []
    (post,) = await posts(bus)
    assert post.original.native_id == "urn:2" and post.happened_at == clock()


async def test_a_date_without_a_zone_is_the_councils(bus: Bus, settings: Settings, web: Web) -> None:
    web.says(
        "/rss",
        200,
        rss(item("1", "Penmarrow bins", "2026-11-10 11:00:00"), item("2", "Penmarrow", "10 Nov 2026 11:30")),
    )
    berlin = COUNCIL.council.model_copy(update={"timezone": "Europe/Berlin"})
    async with desk(bus, settings, f"{web.url}/rss", council=berlin) as one:
        await one.poll()
    assert [post.happened_at for post in await posts(bus)] == [NOON - timedelta(hours=1.5), NOON - timedelta(hours=2)]
