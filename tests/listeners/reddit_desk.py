"""Reddit under test: our source with the real praw against the far side, by a clock that moves only when we sleep."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from listeners.outlet import Outlet
from listeners.posting import Rules
from listeners.reddit import Reddit
from listeners.reddit_line import Line
from listeners.reddit_settings import RedditSettings
from soundings.bus import Bus
from soundings.messages import Gap, Retraction
from soundings.settings import Settings
from tests.listeners.kit import COUNCIL, Clock, notices, outlet
from tests.listeners.reddit_far_side import RedditFarSide

PENMARROW = ({"name": "Penmarrow", "local": True},)


class Sleeper:
    """Lets the time pass that it is asked to sleep."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.slept: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._clock.move(seconds=seconds)


def table(far: RedditFarSide, places: Sequence[Mapping[str, Any]] = PENMARROW, **more: Any) -> RedditSettings:
    """A council's settings, pointing at the far side."""
    given = {"enabled": True, "approved": True, "approval_reference": "R-17", "contact_account": "PenmarrowCouncil"}
    return RedditSettings.model_validate({**given, "subreddits": places, "api": far.url, "login": far.url, **more})


@dataclass
class Desk:
    """The source: `turn` is one look at all that is due."""

    reddit: Reddit
    line: Line
    out: Outlet
    clock: Clock
    sleeper: Sleeper

    async def turn(self, **later: float) -> None:
        """One look, after so much time."""
        self.clock.move(**later)
        await self.reddit.turn(self.line.ask)

    async def rounds(self, turns: int) -> None:
        """So many turns, each when it is due."""
        for _ in range(turns):
            await self.sleeper(self.reddit.seconds_until_due())
            await self.reddit.turn(self.line.ask)

    @property
    def state(self) -> dict[str, Any]:
        """What the checkpoint keeps."""
        checkpoint = self.out.ledger.checkpoint()
        assert checkpoint is not None
        return dict(checkpoint.state)


@asynccontextmanager
async def desk(
    bus: Bus,
    settings: Settings,
    far: RedditFarSide,
    clock: Clock | None = None,
    places: Sequence[Mapping[str, Any]] = PENMARROW,
    **more: Any,
) -> AsyncIterator[Desk]:
    """The source on its own ledger. Open it again for another start."""
    clock = clock or Clock()
    sleeper, given = Sleeper(clock), table(far, places, **more)
    async with outlet(bus, settings, clock, "reddit", rules=Rules(look_back=Reddit.look_back)) as out:
        reddit = Reddit(given, out, COUNCIL, clock, sleeper)
        yield Desk(reddit, Line(given, clock, sleeper), out, clock, sleeper)


async def gaps(bus: Bus) -> list[Gap]:
    """What was said not to be heard."""
    return [notice for notice in await notices(bus) if isinstance(notice, Gap)]


async def removals(bus: Bus) -> list[tuple[str | None, str]]:
    """Which posts were ordered to be removed, and why."""
    return [(one.post_id, one.reason) for one in await notices(bus) if isinstance(one, Retraction)]
