"""Bluesky, heard by the network's own stream (Jetstream v2): no keys, and nothing is asked of it but to listen.

Where we are in the stream is kept with what the bus has acknowledged, also while nothing concerns us, so that a start
goes on where the last one ended. What a server no longer has is a gap. Knows nothing of what an event means.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, ClassVar

from listeners.appview import APART, AppView
from listeners.appview import PATIENCE as FOR_ANSWERS
from listeners.bluesky_checking import Checking
from listeners.bluesky_context import Context
from listeners.bluesky_events import CursorTooOld, Payload, StreamFailed, Unreadable
from listeners.bluesky_hearing import Hearing
from listeners.bluesky_place import By, Place
from listeners.bluesky_settings import BlueskySettings
from listeners.bluesky_silence import Silence
from listeners.fetching import Fetcher
from listeners.outlet import Outcome, Outlet
from listeners.sources import SourceSettings
from soundings.council import CouncilFile
from soundings.rejects import make_reject

log = logging.getLogger("listeners")

KEEP_EVERY = 3.0
"""Seconds between two checkpoints: as much is heard once more after a crash."""
PATIENCE = 150.0
"""Seconds without any event of the whole network after which the next server is tried."""
PAUSES = (1.0, 5.0, 15.0, 60.0)
"""Seconds before the next connection; the last is repeated. The first again once one has lasted."""
LASTED = timedelta(minutes=2)
ASK_AGAIN = timedelta(minutes=10)
"""How long until an account that came back is asked for once more."""
TELL_AFTER = timedelta(minutes=10)
"""How long nothing must come before pages say so."""
INFO = "network.bsky.jetstream.subscribeEvents#info"


class _AskByTime(Exception):
    """The server does not know our place in the stream by its number."""


class Bluesky:
    """The whole network's posts as one source."""

    Settings: ClassVar[type[SourceSettings]] = BlueskySettings
    local: ClassVar[bool] = False
    look_back: ClassVar[timedelta] = timedelta(hours=36)
    gap_after: ClassVar[timedelta | None] = None  # what came while we were down is given again, or else told as a gap
    gives_again: ClassVar[bool] = False

    def __init__(
        self,
        settings: BlueskySettings,
        outlet: Outlet,
        council_file: CouncilFile,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._settings, self._outlet, self._clock, self._sleep = settings, outlet, clock, sleep
        self._council_file = council_file
        self._hosts = list(settings.hosts)
        outlet.threads.follows = settings.threads
        before = outlet.before.state if outlet.before else {}
        self._place = Place.of(before, clock(), timedelta(hours=settings.look_back_hours), outlet.rewound)
        self._cuts_before, self._returning = int(before.get("cut", 0)), dict(before.get("returning", {}))
        self._unchecked: dict[str, str] = dict(before.get("check", {}))
        self._fresh = True
        self._last_event = clock()
        self._told_counts: dict[str, int] = {}

    async def listen(self) -> None:
        """Follow the stream until cancelled."""
        contact = self._council_file.council.contact or self._council_file.council.name
        private = self._settings.allow_private
        async with Fetcher(contact, private, self._sleep, FOR_ANSWERS, APART) as fetcher, asyncio.TaskGroup() as group:
            self.prepare(fetcher)
            group.create_task(self._context.work())
            group.create_task(self._checking.work())
            group.create_task(self._keep())
            await self._follow()

    def prepare(self, fetcher: Fetcher) -> None:
        """What works the events: before the first one is given to `take`."""
        appview = AppView(self._settings.appview, fetcher, self._clock, self._outlet.counts)
        silence = Silence(self._outlet, self._council_file, appview)
        self._context = Context(self._outlet, appview, silence, self._clock, self._returning, self._sleep)
        self._checking = Checking(self._outlet, appview, self._context, self._sleep, self._unchecked)
        self._hearing = Hearing(self._outlet, self._council_file, silence, self._context, self._clock)

    async def _follow(self) -> None:
        tries = 0
        while True:
            begun = self._clock()
            if why := await self._connect():
                log.warning("bluesky: %s: %s", self._hosts[0], why)
            tries = 0 if self._clock() - begun > LASTED else tries
            await self._sleep(PAUSES[min(tries, len(PAUSES) - 1)])
            tries += 1

    async def _connect(self) -> str:
        """One connection to its end. Returns why it ended; empty when it is to be asked again in another way."""
        from listeners.bluesky_stream import Stream  # heavy: every stage that reads the council file comes by here

        self._fresh = True
        stream = Stream(self._hosts[0], self._place.cursor(self._hosts[0]), self.take)
        try:
            await stream.run(PATIENCE)
        except CursorTooOld:
            await self._missed("its server no longer has what was said then")
            self._place.ask_otherwise()
            return ""
        except _AskByTime:
            self._place.by = By.TIME
            return ""
        except StreamFailed as error:
            self._hosts.append(self._hosts.pop(0))  # the next one, by the time of what we heard last
            return str(error)
        return "its server closed the connection"

    async def take(self, payload: Payload | Unreadable) -> None:
        """One event of the stream, after the one before."""
        if isinstance(payload, Unreadable):
            reason = "a frame of the stream cannot be read"
            await self._outlet.reject(
                make_reject("listeners", "bluesky", "frame", reason, payload.frame, self._clock())
            )
            return
        if payload.get("$type") == INFO:
            await self._told(str(payload.get("name")))
            return
        if self._fresh:
            await self._resume(payload)
        self._last_event = self._clock()
        async with self._context.turn:
            await self._hearing.take(payload)
        self._place.reached(self._hosts[0], payload, self._clock())

    async def _told(self, name: str) -> None:
        """What the server says of our cursor before it gives events."""
        if name == "FutureCursor":
            raise _AskByTime
        if name == "OutdatedCursor" and self._place.heard:
            await self._missed("its server no longer has what was said then")

    async def _resume(self, payload: Payload) -> None:
        """The first event of a connection tells whether it goes on where we were."""
        if self._place.is_elsewhere(payload["seq"]):  # a server that counts otherwise, and did not say so
            raise _AskByTime
        self._fresh = False
        if since := self._place.missing:
            self._checking.begin(since)
            there = max(self._place.time_of(payload, self._clock()), since)
            await self._outlet.notices.gap(since, there, "its server no longer had what was said then")
        if since := self._place.silent:
            why = "it could not be reached; what was said meanwhile was heard afterwards"
            await self._outlet.notices.gap(since, self._clock(), why)
        self._place.missing = self._place.silent = None

    async def _missed(self, why: str) -> None:
        """Say at once that something is lost; how much, only the next event tells."""
        if self._place.heard and not self._place.missing:
            self._place.missing = self._place.heard
            await self._flush(heard=False)  # first: a gap that nobody knows of would never end
            await self._outlet.notices.gap(self._place.heard, None, why)

    async def _keep(self) -> None:
        """Keep the place in the stream, also while nothing concerns us; tell when nothing comes at all."""
        kept: Any = None
        asked = self._clock()
        while True:
            await self._sleep(KEEP_EVERY)
            now = self._clock()
            if now - asked > ASK_AGAIN:
                asked = now
                self._context.bring_back()
                self._tell_counts()
            if not self._place.silent and now - self._last_event > TELL_AFTER:
                self._place.silent = self._last_event
                await self._flush(heard=False)
                await self._outlet.notices.gap(self._last_event, None, "it cannot be reached, or sends nothing")
                self._fresh = True  # the next event ends this gap, also on the same connection
            if (state := self._state()) != kept:
                await self._flush(heard=now - self._last_event < TELL_AFTER)
                kept = state

    def _tell_counts(self) -> None:
        counted = {name: count for name, count in self._outlet.counts.items() if not isinstance(name, Outcome)}
        if counted and counted != self._told_counts:
            log.info("bluesky: since the start: %s", ", ".join(f"{count} {name}" for name, count in counted.items()))
        self._told_counts = counted

    async def _flush(self, heard: bool) -> None:
        await self._outlet.flush(self._state(), heard)

    def _state(self) -> dict[str, Any]:
        """What the checkpoint keeps. All up to this place was offered: the handler of events is never two at once."""
        cut = self._cuts_before + self._outlet.counts[Outcome.CUT]
        returning, check = dict(self._context.returning), self._checking.state
        return {**self._place.state, "cut": cut, "returning": returning, "check": check}
