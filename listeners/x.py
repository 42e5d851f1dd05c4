"""X, heard by its filtered stream, and by its search for what was missed: a paid service, and only with its consent.

Where we are is the instant up to which all was offered, as an id of X; it is kept with what the bus has acknowledged.
Knows nothing of tweepy and of what a post says.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from listeners.outlet import Outcome, Outlet
from listeners.sources import SourceSettings
from listeners.x_alone import alone
from listeners.x_compliance import Compliance
from listeners.x_events import Busy, Disconnected, Ended, How, Line, NotUnderstood, Refused
from listeners.x_filling import Filling
from listeners.x_gaps import Gaps
from listeners.x_hearing import Hearing
from listeners.x_pacing import Pacing
from listeners.x_posts import id_at, instant_of
from listeners.x_preparing import Preparing
from listeners.x_rules import rules
from listeners.x_settings import XSettings, token
from listeners.x_spending import Spending
from soundings import settings as settings_module
from soundings.council import CouncilFile
from soundings.tasks import end

if TYPE_CHECKING:
    from listeners.x_stream import Stream

log = logging.getLogger("listeners")

KEEP_EVERY = 5.0
"""Seconds between two checkpoints."""
OVERLAP = timedelta(minutes=2)
"""How far X's stream may lag (its makers say 7 s) and our clock be wrong: as much is asked for twice, and paid once."""
SETTLES = 40.0
"""Seconds until X's search knows what was said before its stream was opened (its makers say 30)."""
REACH = timedelta(days=7) - timedelta(hours=1)
"""How far back X's search answers."""
TELL_AFTER = timedelta(minutes=10)
"""How long nothing must come before pages say so."""
NAP = 3600.0
"""The longest sleep while a cap is reached: the clock may be set meanwhile."""


class X:
    """What X shows of the area, as one source."""

    Settings: ClassVar[type[SourceSettings]] = XSettings
    local: ClassVar[bool] = False
    look_back: ClassVar[timedelta] = timedelta(days=7)
    gap_after: ClassVar[timedelta | None] = None  # what came while we were down is searched for, or else told as a gap
    gives_again: ClassVar[bool] = False

    def __init__(
        self,
        settings: XSettings,
        outlet: Outlet,
        council_file: CouncilFile,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._settings, self._outlet, self._file = settings, outlet, council_file
        self._clock, self._sleep = clock, sleep
        before = outlet.before.state if outlet.before else {}
        self._since: str | None = before.get("since")
        if outlet.rewound or outlet.before is None or self._is_ahead(clock()):
            self._since = self._far_back(clock())
        self._heard = min(outlet.before.heard_at, clock()) if outlet.before else clock()
        self._filled = False
        self._cuts_before = int(before.get("cut", 0))
        self._before = before
        self._spending = Spending(settings, before.get("spent", {}))
        self._pacing = Pacing(before.get("connects", ()))
        self._gaps = Gaps(outlet, before.get("told"))
        self._hearing = Hearing(outlet, self._spending, clock)

    async def listen(self) -> None:
        """Follow the stream until cancelled, or until X refuses us for good. Raises SoundingsError."""
        self._rules = rules(self._file, self._settings.places)
        secret = token()
        with alone(settings_module.load().ledgers, secret):
            from listeners.x_api import XApi  # heavy: every stage that reads the council file comes by here

            self._api = XApi(self._settings.api, secret, self._clock)
            try:
                await self._listen()
            except* Refused as refused:
                status = next(iter(_leaves(refused))).status
                await self._stop(f"X refuses us ({status}): see in its developer console whether the bearer token and "
                                 "the app's access are in order, and start Soundings again")  # fmt: skip

    async def _listen(self) -> None:
        self._preparing = Preparing(self._api, self._file, self._rules, self._spending, self._clock,
                                    self._before.get("accounts", {}))  # fmt: skip
        self._filling = Filling(self._api, self._hearing, self._spending, self._clock, self._sleep)
        plain = self._settings.api.startswith("http:")
        self._compliance = Compliance(self._api, self._outlet, self._clock, self._sleep,
                                      self._before.get("compliance", {}), plain, self._save)  # fmt: skip
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep())
            group.create_task(self._compliance.work())
            await self._follow()

    async def _stop(self, why: str) -> None:
        log.critical("x: it stops, and starts only with the service: %s", why)
        await self._gaps.open(self._missing_since(), f"{why}.", self._save)

    async def _follow(self) -> None:
        while True:
            await self._until_open()
            await self._sleep(self._pacing.wait(self._clock()))
            ended = await self._try()
            self._pacing.ended(ended, self._clock())
            log.warning("x: the connection ended (%s, %d)", ended.how.name.lower(), ended.status)
            if self._clock() - self._heard > TELL_AFTER and not self._spending.closed_until(self._clock()):
                await self._gaps.open(self._missing_since(), _why(ended), self._save)

    async def _until_open(self) -> None:
        """While a cap is reached nothing is asked; nor is what is missed asked for later: it would cost the same."""
        while until := self._spending.closed_until(self._clock()):
            since, self._since = self._missing_since(), None
            why = f"a spending cap of [sources.x] is reached: it is closed until {until.day} {until:%B %Y}"
            await self._gaps.open(since, why, self._save, lost=True)
            await self._sleep(min((until - self._clock()).total_seconds(), NAP))

    async def _try(self) -> Ended:
        try:
            self._hearing.listed = await self._preparing.ready()
            return await self._connection()
        except Busy as busy:
            return Ended(How.REFUSED, busy.status, busy.wait)
        except NotUnderstood as odd:
            return Ended(How.REFUSED, odd.status)

    async def _connection(self) -> Ended:
        """One connection to its end. Raises Refused."""
        self._pacing.begins(self._clock())
        await self._save(heard=False)  # first: a process that dies here again and again must know how often it asked
        self._filled = False
        catching: asyncio.Task[None] | None = None
        async with self._api.stream() as stream:
            try:
                async for line in stream:
                    catching = catching or asyncio.create_task(self._catch_up(line.at, stream))
                    if catching.done():
                        catching.result()
                    await self._take(line, stream)
            except Disconnected as goodbye:
                log.warning("x: it says goodbye: %s", goodbye)
                return Ended(How.CLOSED)
            finally:
                self._filled = False
                if catching:
                    await end(catching)
        if stream.ended.status in (401, 403):
            raise Refused(stream.ended.status)
        return stream.ended

    async def _take(self, line: Line, stream: Stream) -> None:
        if line.raw:
            await self._hearing.line(line.raw)
        self._heard = line.at
        if self._filled and self._since is not None:  # all up to here was offered: the queue keeps the order
            self._since = max(min(self._since, id_at(line.at), key=int), id_at(line.at - OVERLAP), key=int)
        if self._spending.closed_until(self._clock()):
            stream.close()

    async def _catch_up(self, at: datetime, stream: Stream) -> None:
        """Ask for what was said since we last heard all. The stream is open already, so nothing falls in between."""
        if self._since is None:  # a cap was reached: its gap ends here
            self._since = id_at(at)
        if self._is_ahead(at):
            self._since = self._far_back(at)
        floor = id_at(at - REACH)
        if int(self._since) < int(floor):
            if since := instant_of(self._since):
                await self._outlet.notices.gap(since, at - REACH, "X answers for seven days only")
            self._since = floor
        if not self._gaps.lost:
            await self._sleep(SETTLES)
            if not await self._search(self._since, at):
                stream.close()
                return
        await self._gaps.close(at, self._save)
        self._filled = True

    def _is_ahead(self, now: datetime) -> bool:
        """Whether where we are was noted by a clock that was wrong: then it is not known."""
        return self._since is not None and int(self._since) > int(id_at(now))

    def _far_back(self, now: datetime) -> str:
        return id_at(now - timedelta(hours=self._settings.look_back_hours))

    async def _search(self, since: str, at: datetime) -> bool:
        """Whether all was asked for before a cap came."""
        try:
            return await self._filling.fill(self._rules, since)
        except NotUnderstood as error:
            start = instant_of(since) or at
            await self._outlet.notices.gap(start, at, f"what was said meanwhile cannot be asked for: {error}")
            return True

    async def _keep(self) -> None:
        kept: Any = None
        while True:
            await self._sleep(KEEP_EVERY)
            if (state := self._state()) != kept:
                await self._save(heard=self._filled)
                kept = state

    def _missing_since(self) -> datetime:
        return (instant_of(self._since) if self._since else None) or self._heard

    async def _save(self, heard: bool = False) -> None:
        await self._outlet.flush(self._state(), heard)

    def _state(self) -> dict[str, Any]:
        """What the checkpoint keeps. All up to `since` was offered before this is asked for."""
        return {
            "since": self._since, "spent": self._spending.state, "connects": self._pacing.state,
            "cut": self._cuts_before + self._outlet.counts[Outcome.CUT], "told": self._gaps.state,
            "accounts": self._preparing.state, "compliance": dict(self._compliance.state),
        }  # fmt: skip


def _why(ended: Ended) -> str:
    if ended.status == 402:
        return "X says that the council's credits are used up: buy more in its developer console"
    if ended.status == 429:
        return "X says that we ask too often (429), or that another program uses the same token"
    if 400 <= ended.status < 500:
        return f"X does not take our question ({ended.status})"
    return "X cannot be reached, or answers with errors of its own"


def _leaves(group: BaseExceptionGroup[Refused]) -> list[Refused]:
    """The refusals of a group, however deep it is."""
    return [
        one for part in group.exceptions for one in (_leaves(part) if isinstance(part, BaseExceptionGroup) else [part])
    ]
