"""Reddit, by praw: the new submissions and comments of the communities that the council file lists.

Each listing is read back to what is known of it, now and then; what is held is looked up in rounds. What could not be
heard, and what Reddit lists no more, is a gap. Knows nothing of praw and of what a thing says.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, ClassVar

from listeners.outlet import Outlet
from listeners.reddit_answers import Closed, NotLetIn, Unanswered
from listeners.reddit_hearing import Hearing
from listeners.reddit_listing import Ask
from listeners.reddit_reading import LISTINGS, Reading, begin
from listeners.reddit_settings import CLIENT_ID, CLIENT_SECRET, Community, RedditSettings
from listeners.reddit_sweep import Sweep, not_ahead
from listeners.sources import SourceSettings
from soundings.council import CouncilFile

log = logging.getLogger("listeners")

PAUSES = (5.0, 15.0, 60.0, 300.0, 900.0)
"""Seconds before Reddit is asked again after a failure; the last is repeated. It may ask for more itself."""
TELL_AFTER = timedelta(minutes=10)
"""How long Reddit will not have answered when pages say so; that it does not let us in is said at once."""
LONGEST = timedelta(hours=6)
"""The longest pause between two looks at a community that is closed to us."""
SPARED = timedelta(days=7)
"""How long a community may be closed before what is looked up in vain counts as gone."""

State = dict[str, Any]


class Reddit:
    """All communities of the council file as one source."""

    Settings: ClassVar[type[SourceSettings]] = RedditSettings
    local: ClassVar[bool] = False
    look_back: ClassVar[timedelta] = timedelta(days=90)  # of `check_days`: another bus is given what is looked up
    gap_after: ClassVar[timedelta | None] = None  # a listing goes back to where we were, or else that is told as a gap
    gives_again: ClassVar[bool] = True

    def __init__(
        self,
        settings: RedditSettings,
        outlet: Outlet,
        council_file: CouncilFile,  # noqa: ARG002 - every source is given it
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._settings, self._outlet, self._clock, self._sleep = settings, outlet, clock, sleep
        before = outlet.before.state if outlet.before else {}
        self._hearing = Hearing(outlet, settings, clock, before.get("left", ()))
        self._left: dict[str, State] = dict(before.get("communities", {}))
        self._states = {community.key: dict(self._left.pop(community.key, {})) for community in settings.subreddits}
        for at, state in enumerate(self._states.values()):
            state.pop("due", None)  # whoever starts it may have mended what was in the way
            begin(state, clock() - timedelta(hours=settings.look_back_hours), at)
        self._order = list(settings.subreddits)
        """Who failed last is asked last: one that Reddit cannot show must not hold up the others."""
        self._line: State = dict(before.get("line", {}))
        self._again = str(before.get("again", ""))
        self._sweep = Sweep(outlet, self._hearing, settings, clock, before.get("sweep", {}))
        self._reading = Reading(outlet, self._hearing)
        self._ask_at = clock()
        if outlet.rewound:
            self._sweep.begin_anew()

    async def listen(self) -> None:
        """Follow every community until cancelled. Raises BadInput when the environment lacks the app's id or secret."""
        from listeners.reddit_line import Line  # heavy: every stage that reads the council file comes by here

        line = Line(self._settings, self._clock, self._sleep)
        await self.begin()
        while True:
            await self._sleep(self.seconds_until_due())
            await self.turn(line.ask)

    async def begin(self) -> None:
        """Forget communities that the council file lists no more, and note from when on the others are heard."""
        for key, state in self._left.items():
            if told := state.get("told"):
                why = f"r/{key} is no longer listened to"
                await self._outlet.notices.gap(_instant(told), self._clock(), why)
        self._left = {}
        await self._keep(heard=False)

    def seconds_until_due(self) -> float:
        """How long until there is something to ask for."""
        due = min([self._sweep.due, *map(self._due, self._order)])
        now = self._clock()
        wait = max(due, not_ahead(self._ask_at, LONGEST, now)) - now
        return min(max(wait, timedelta(0)), LONGEST).total_seconds()

    def _due(self, community: Community) -> datetime:
        due, now = self._states[community.key].get("due"), self._clock()
        return not_ahead(_instant(due), LONGEST, now) if due else now

    async def turn(self, ask: Ask) -> None:
        """Ask for all that is due, and for a part of what is held."""
        try:
            await self._look_again()
            for community in list(self._order):
                if self._due(community) <= self._clock():
                    await self._poll(community, ask)
                    await self._answered()
            await self._settle()
            if self._sweep.due <= self._clock():
                await self._check(ask)
                await self._answered()
        except (NotLetIn, Unanswered) as error:
            await self._unanswered(error)

    async def _look_again(self) -> None:
        """Posts that were rejected and are wanted once more come by when they are looked up."""
        order = await self._outlet.look_again()
        if order not in ("", self._again):
            self._again = order
            self._sweep.begin_anew()

    async def _poll(self, community: Community, ask: Ask) -> None:
        """Look at one community, and note when to look again. Raises NotLetIn and Unanswered."""
        state = self._states[community.key]
        try:
            for listing in LISTINGS:
                await self._reading.read(community, listing, state[listing], ask)
        except Closed as error:
            await self._closed(community, state, error)
            return
        except Unanswered as error:
            await self._failed(community, state, error)
            raise
        if told := state.pop("told", None):
            start = _instant(told)
            await self._outlet.notices.gap(start, self._clock(), f"{community.called} was not heard")
        now = self._clock()
        state |= {"heard": now.isoformat(), "failures": 0, "gone": False}
        state["due"] = (now + timedelta(seconds=self._settings.interval_seconds)).isoformat()
        self._sweep.heard(community.key)
        await self._keep(heard=True)

    async def _closed(self, community: Community, state: State, error: Closed) -> None:
        """Reddit does not show this community: the others go on."""
        state["failures"] = count = state.get("failures", 0) + 1
        pause = min(timedelta(seconds=self._settings.interval_seconds) * 2 ** min(count, 12), LONGEST)
        now = self._clock()
        state |= {"due": (now + pause).isoformat(), "gone": error.gone}
        log.warning("reddit: %s is not heard, try %d: %s; again in %s", community.called, count, error, pause)
        start = _instant(state.setdefault("heard", now.isoformat()))
        await self._tell(state, start, f"{community.called} is not heard: {error}")

    async def _failed(self, community: Community, state: State, error: Unanswered) -> None:
        """Reddit did not give it. When it gives the others, that is told of this one alone."""
        self._order.remove(community)
        self._order.append(community)
        heard = str(state.setdefault("heard", self._clock().isoformat()))
        others = str(self._line.get("heard", heard))
        if _instant(others) - _instant(heard) >= TELL_AFTER:
            state["gone"] = False
            await self._tell(state, _instant(heard), f"{community.called} is not heard: {error}")

    async def _check(self, ask: Ask) -> None:
        """Look up a part of what is held."""
        try:
            await self._sweep.step(ask, believed=not self._spared)
        except Closed as error:
            log.error("reddit: what is held cannot be looked up: %s", error)
            self._sweep.later()
        await self._keep(heard=False)

    async def _settle(self) -> None:
        """Let what was looked up in vain count, unless a community is closed for now: then it proves nothing."""
        open_ones = [key for key, state in self._states.items() if not state.get("told")]
        await self._sweep.settle(open_ones, believed=not self._spared)

    @property
    def _spared(self) -> bool:
        """Whether a community is closed, and not gone or closed for long."""
        now, closed = self._clock(), [state for state in self._states.values() if state.get("told")]
        return any(not state["gone"] and now - _instant(state["told"]) < SPARED for state in closed)

    async def _unanswered(self, error: NotLetIn | Unanswered) -> None:
        """Nothing is heard of Reddit at all: wait, and say so when it lasts."""
        self._line["failures"] = count = self._line.get("failures", 0) + 1
        pause = timedelta(seconds=PAUSES[min(count, len(PAUSES)) - 1])
        if isinstance(error, Unanswered):
            pause = max(pause, error.wait)
        now = self._clock()
        self._ask_at = now + pause
        log.warning("reddit: not heard, try %d: %s; again in %s", count, error, pause)
        start = _instant(self._line.setdefault("heard", now.isoformat()))
        why = f"Reddit is not heard: {error}"
        if isinstance(error, NotLetIn):
            why += f". See whether {CLIENT_ID} and {CLIENT_SECRET} are right and its approval still holds"
        if isinstance(error, NotLetIn) or self._ask_at - start >= TELL_AFTER:
            await self._tell(self._line, start, why)
        else:
            await self._keep(heard=False)

    async def _answered(self) -> None:
        """Reddit answers, whatever it says."""
        if told := self._line.pop("told", None):
            why = "Reddit could not be heard; what was said meanwhile was read afterwards"
            await self._outlet.notices.gap(_instant(told), self._clock(), why)
        self._line |= {"heard": self._clock().isoformat(), "failures": 0}

    async def _tell(self, state: State, start: datetime, why: str) -> None:
        """Say once that something is not heard. Noted first: a gap that nobody knows of would never end."""
        is_news = "told" not in state
        state.setdefault("told", start.isoformat())
        await self._keep(heard=False)
        if is_news:
            await self._outlet.notices.gap(start, None, why)

    async def _keep(self, heard: bool) -> None:
        """Remember it, once the bus has acknowledged all that was offered."""
        state = {"communities": self._states, "line": self._line, "sweep": self._sweep.state, "again": self._again}
        await self._outlet.flush({**state, "left": self._hearing.left}, heard)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
