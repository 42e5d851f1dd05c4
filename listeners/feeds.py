"""RSS and Atom feeds: local news, committee pages, FixMyStreet. Asks each now and then, politely.

What a feed answered is remembered in the checkpoint: ETag, Last-Modified, a new address, when to ask again. A
feed that fails never stops another. Knows nothing of HTTP and XML themselves.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit

from listeners.entries import NotAFeed, Unread, natives, parse
from listeners.feed_settings import Feed, FeedsSettings
from listeners.fetching import Answer, Fetcher, FetchFailed
from listeners.outlet import Outlet
from listeners.sources import SourceSettings
from listeners.supervising import place_of
from soundings.council import CouncilFile
from soundings.errors import SoundingsError
from soundings.messages import Kind
from soundings.rejects import make_reject

log = logging.getLogger("listeners")

LONGEST = timedelta(hours=6)
"""The longest pause between two tries of a feed that fails, unless its server asks for more."""
TELL_AFTER = 3
"""Failures in a row after which pages say that the feed is not heard; a refusal is told at once."""
GONE, NOT_MODIFIED = 410, 304
MOVES = ("heard", "undated", "told", "again")
"""What is still true of a feed once the council file has its new address."""

State = dict[str, Any]


class FeedFailed(Exception):
    """The feed could not be heard. `at_once`: trying again soon will not mend it. `wait`: what its server asks for."""

    def __init__(self, why: str, at_once: bool = False, wait: timedelta = timedelta(0)) -> None:
        super().__init__(why)
        self.at_once, self.wait = at_once, wait


class Feeds:
    """All feeds of the council file as one source."""

    Settings: ClassVar[type[SourceSettings]] = FeedsSettings
    local: ClassVar[bool] = False
    look_back: ClassVar[timedelta] = timedelta(days=14)
    gap_after: ClassVar[timedelta | None] = timedelta(days=1)
    gives_again: ClassVar[bool] = True

    def __init__(
        self,
        settings: FeedsSettings,
        outlet: Outlet,
        council_file: CouncilFile,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._settings, self._outlet, self._clock, self._sleep = settings, outlet, clock, sleep
        self._contact = council_file.council.contact or council_file.council.name
        self._zone = council_file.council.zone
        before = (outlet.before.state if outlet.before else {}).get("feeds", {})
        self._left: dict[str, State] = dict(before)
        self._states: dict[str, State] = {feed.url: dict(self._left.pop(feed.url, {})) for feed in settings.feed}
        for url in [url for url, state in self._states.items() if not state]:
            self._states[url] = self._moved_here(url)
        if outlet.rewound:  # entries leave a feed: it is asked at once, unless it fails and has its own pause
            for state in self._states.values():
                state.pop("conditions", None)
                if not state.get("failures"):
                    state.pop("due", None)

    def _moved_here(self, url: str) -> State:
        """What is known of a feed under the address that the council file had before, should it have moved here: the
        ids of its entries are told apart by the first, or all of them would come in again.
        """
        for former, state in self._left.items():
            if url in (state.get("url"), state.get("ids")):
                del self._left[former]
                kept = {name: state[name] for name in MOVES if name in state}
                return {**kept, "ids": state.get("ids", former)}
        return {}

    async def listen(self) -> None:
        """Follow every feed until cancelled."""
        await self.leave_unlisted()
        async with (
            Fetcher(self._contact, self._settings.allow_private, self._sleep) as fetcher,
            asyncio.TaskGroup() as group,
        ):
            for feed in self._settings.feed:
                group.create_task(self._follow(feed, fetcher))
            await asyncio.Event().wait()

    async def leave_unlisted(self) -> None:
        """End what was told of feeds that the council file lists no more, and forget them."""
        for url, state in self._left.items():
            if told := state.get("told"):
                why = f"the feed {urlsplit(url).hostname} is no longer listened to"
                await self._outlet.notices.gap(datetime.fromisoformat(told), self._clock(), why)
        if self._left:
            self._left = {}
            await self._outlet.flush({"feeds": self._states}, heard=False)

    async def _follow(self, feed: Feed, fetcher: Fetcher) -> None:
        while not self._states[feed.url].get("gone"):
            await self._sleep(self._seconds_until_due(feed))
            await self.poll(feed, fetcher)
        log.warning("feeds: %s is gone for good (410): remove it from the council file", feed.called)

    def _seconds_until_due(self, feed: Feed) -> float:
        due = self._states[feed.url].get("due")
        wait = (datetime.fromisoformat(due) - self._clock()).total_seconds() if due else 0.0
        return min(max(wait, 0.0), timedelta(days=1).total_seconds())

    async def poll(self, feed: Feed, fetcher: Fetcher) -> None:
        """Ask one feed once, and note when to ask again."""
        state = dict(self._states[feed.url])
        try:
            state |= await self._hear(feed, state, fetcher)
            state |= {"due": self._later(timedelta(minutes=feed.interval_minutes)), "failures": 0}
            await self._tell_recovery(feed, state)
            state["heard"] = self._clock().isoformat()
        except FeedFailed as failure:
            await self._failed(feed, state, failure)
        except SoundingsError:
            raise
        except Exception as error:  # one feed never stops another: it is told, and tried again
            log.error("feeds: %s failed: %s", feed.called, place_of(error))
            await self._failed(feed, state, FeedFailed("something in its answer could not be worked"))
        self._states[feed.url] = state
        await self._outlet.flush({"feeds": self._states}, heard=state["failures"] == 0)

    async def _hear(self, feed: Feed, state: State, fetcher: Fetcher) -> State:
        """What the feed answers, offered to the outlet. Returns what to remember. Raises FeedFailed."""
        order = await self._outlet.look_again()
        conditions = state.get("conditions", {}) if order in ("", state.get("again")) else {}
        try:
            answer = await fetcher.get(state.get("url", feed.url), conditions)
        except FetchFailed as error:
            raise FeedFailed(str(error)) from None
        self._check(answer)
        changes: State = {"again": order} if order else {}
        if answer.moved_to:
            log.warning("feeds: %s has moved for good: please change its address in the council file", feed.called)
            changes["url"] = answer.moved_to
        if answer.status == NOT_MODIFIED:
            return changes
        undated = await self._offer(feed, state, answer)
        return changes | {"conditions": _conditions(answer), "undated": undated}

    def _check(self, answer: Answer) -> None:
        if answer.status == GONE:
            raise FeedFailed("it is gone for good (410)", at_once=True)
        if answer.status in (429, 503):
            wait = answer.retry_after(self._clock())
            raise FeedFailed(f"its server asks us to wait ({answer.status})", wait=wait)
        if answer.status not in (200, NOT_MODIFIED):
            raise FeedFailed(f"its server answers {answer.status}", at_once=400 <= answer.status < 500)

    async def _offer(self, feed: Feed, state: State, answer: Answer) -> list[str]:
        """Offer what is news. Returns the ids of entries without a date that stood there when we first asked."""
        try:
            entries = await asyncio.to_thread(parse, answer.body, answer.headers)
        except NotAFeed as error:
            raise FeedFailed(str(error), at_once=True) from None
        oldest, old, undated = self._clock() - self.look_back, 0, []
        account, ids = "" if feed.kind is Kind.REPORT else feed.called, state.get("ids", feed.url)
        for native in natives(entries, ids, account, Kind(feed.kind), feed.author_kind, feed.local, self._zone):
            if isinstance(native, Unread):
                await self._put_aside(native)
                continue
            held = self._outlet.held(native.native_id)
            if not held and native.created_at and native.created_at < oldest:
                old += 1  # an old entry is no news, and it would count as said today
            elif (
                not held
                and not native.created_at
                and ("heard" not in state or native.native_id in state.get("undated", ()))
            ):
                undated.append(native.native_id)  # it may be as old
            else:
                await self._outlet.offer(native)
        if old or undated:
            log.debug("feeds: %s: %d entries left out: %d older than %d days, %d without a date that were there first",
                      feed.called, old + len(undated), old, self.look_back.days, len(undated))  # fmt: skip
        return undated

    async def _put_aside(self, entry: Unread) -> None:
        reason = f"the entry could not be read: {place_of(entry.error)}"
        ref = self._outlet.notices.post_id(entry.native_id)
        await self._outlet.reject(make_reject("listeners", "feeds", ref, reason, entry.body, self._clock()))

    async def _failed(self, feed: Feed, state: State, failure: FeedFailed) -> None:
        state["failures"] = count = state.get("failures", 0) + 1
        state["gone"] = str(failure).endswith("(410)")
        pause = min(timedelta(minutes=feed.interval_minutes) * 2 ** min(count, 10), LONGEST)
        state["due"] = self._later(max(pause, failure.wait))
        log.warning(
            "feeds: %s is not heard, try %d: %s; again in %s", feed.called, count, failure, max(pause, failure.wait)
        )
        if not state.get("told") and (failure.at_once or count >= TELL_AFTER):
            start = datetime.fromisoformat(state["heard"]) if "heard" in state else self._clock()
            state["told"] = start.isoformat()
            await self._outlet.notices.gap(start, None, f"the feed {feed.called} is not heard: {failure}")

    async def _tell_recovery(self, feed: Feed, state: State) -> None:
        if told := state.pop("told", None):
            start = datetime.fromisoformat(told)
            await self._outlet.notices.gap(start, self._clock(), f"the feed {feed.called} was not heard")

    def _later(self, wait: timedelta) -> str:
        return (self._clock() + wait).isoformat()


def _conditions(answer: Answer) -> dict[str, str]:
    """What to send next time so that an unchanged feed costs its server nothing."""
    found = {"If-None-Match": answer.headers.get("etag"), "If-Modified-Since": answer.headers.get("last-modified")}
    return {name: value for name, value in found.items() if value}
