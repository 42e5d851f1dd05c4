"""RSS and Atom feeds: local news, committee pages, FixMyStreet. Asks each now and then, politely.

What a feed answered is remembered in the checkpoint: ETag, Last-Modified, a new address, when to ask again. A
feed that fails never stops another. Knows nothing of HTTP and XML themselves.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import ClassVar
from urllib.parse import urlsplit

from listeners.entries import NotAFeed, natives, parse
from listeners.feed_settings import Feed, FeedsSettings
from listeners.fetching import Answer, Fetcher, FetchFailed
from listeners.native import Unread
from listeners.outlet import Outlet
from listeners.polling import AskFailed, Polled, State, attempt, put_aside
from listeners.sources import SourceSettings
from soundings.council import CouncilFile
from soundings.messages import Kind

log = logging.getLogger("listeners")

GONE, NOT_MODIFIED = 410, 304
MOVES = ("heard", "undated", "told", "untold", "again")
"""What is still true of a feed once the council file has its new address."""


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
            await Polled(
                f"the feed {urlsplit(url).hostname}", timedelta(0), state, self._outlet.notices, self._clock
            ).left()
        if self._left:
            self._left = {}
            await self._outlet.flush({"feeds": self._states}, heard=False)

    async def _follow(self, feed: Feed, fetcher: Fetcher) -> None:
        while not self._states[feed.url].get("gone"):
            await self._sleep(self._seconds_until_due(feed))
            await self.poll(feed, fetcher)
        log.warning("feeds: %s is gone for good (410): remove it from the council file", feed.called)

    def _seconds_until_due(self, feed: Feed) -> float:
        return self._place(feed, self._states[feed.url]).seconds

    def _place(self, feed: Feed, state: State) -> Polled:
        every = timedelta(minutes=feed.interval_minutes)
        keep = partial(self._keep, feed, state, heard=False)
        return Polled(f"the feed {feed.called}", every, state, self._outlet.notices, self._clock, keep)

    async def _keep(self, feed: Feed, state: State, heard: bool) -> None:
        self._states[feed.url] = state
        await self._outlet.flush({"feeds": self._states}, heard)

    async def poll(self, feed: Feed, fetcher: Fetcher) -> None:
        """Ask one feed once, and note when to ask again."""
        state = dict(self._states[feed.url])
        place = self._place(feed, state)
        if failure := await attempt(place.what, self._hear(feed, state, fetcher)):
            state["gone"] = str(failure).endswith("(410)")
            await place.failed(failure)
        else:
            await place.heard()
        await self._keep(feed, state, heard=not place.fails)

    async def _hear(self, feed: Feed, state: State, fetcher: Fetcher) -> None:
        """Offer what the feed answers, and remember it. Raises AskFailed."""
        order = await self._outlet.look_again()
        conditions = state.get("conditions", {}) if order in ("", state.get("again")) else {}
        try:
            answer = await fetcher.get(state.get("url", feed.url), conditions)
        except FetchFailed as error:
            raise AskFailed(str(error)) from None
        self._check(answer)
        changes: State = {"again": order} if order else {}
        if answer.moved_to:
            log.warning("feeds: %s has moved for good: please change its address in the council file", feed.called)
            changes["url"] = answer.moved_to
        if answer.status != NOT_MODIFIED:
            undated = await self._offer(feed, state, answer)
            changes |= {"conditions": _conditions(answer), "undated": undated}
        state |= changes

    def _check(self, answer: Answer) -> None:
        if answer.status == GONE:
            raise AskFailed("it is gone for good (410)", at_once=True)
        if answer.status in (429, 503):
            wait = answer.retry_after(self._clock())
            raise AskFailed(f"its server asks us to wait ({answer.status})", wait=wait)
        if answer.status not in (200, NOT_MODIFIED):
            raise AskFailed(f"its server answers {answer.status}", at_once=400 <= answer.status < 500)

    async def _offer(self, feed: Feed, state: State, answer: Answer) -> list[str]:
        """Offer what is news. Returns the ids of entries without a date that stood there when we first asked."""
        try:
            entries = await asyncio.to_thread(parse, answer.body, answer.headers)
        except NotAFeed as error:
            raise AskFailed(str(error), at_once=True) from None
        oldest, old, undated = self._clock() - self.look_back, 0, []
        account, ids = "" if feed.kind is Kind.REPORT else feed.called, state.get("ids", feed.url)
        for native in natives(entries, ids, account, Kind(feed.kind), feed.author_kind, feed.local, self._zone):
            if isinstance(native, Unread):
                await put_aside(self._outlet, native, self._clock())
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


def _conditions(answer: Answer) -> dict[str, str]:
    """What to send next time so that an unchanged feed costs its server nothing."""
    found = {"If-None-Match": answer.headers.get("etag"), "If-Modified-Since": answer.headers.get("last-modified")}
    return {name: value for name, value in found.items() if value}
