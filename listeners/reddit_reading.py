"""Reads a community's listings from where they were left, and offers what is new, the oldest first.

Where a listing was left is changed only when all of it was offered; the checkpoint takes it after the bus did. Knows
nothing of schedules and of failures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from listeners.outlet import Outlet
from listeners.reddit_hearing import Hearing
from listeners.reddit_listing import Ask, Walk, walk
from listeners.reddit_posts import created, name_of
from listeners.reddit_settings import Community, RedditSettings

LISTINGS = ("new", "comments/")
"""Submissions first, so that what answers them finds them held."""


class Reading:
    """What one source reads."""

    def __init__(
        self, outlet: Outlet, hearing: Hearing, settings: RedditSettings, clock: Callable[[], datetime]
    ) -> None:
        self._outlet, self._hearing, self._clock = outlet, hearing, clock
        self._look_back = timedelta(hours=settings.look_back_hours)
        self._read: set[tuple[str, str]] = set()

    async def read(self, community: Community, listing: str, state: dict[str, Any], ask: Ask) -> None:
        """Read one listing. `state`: where it was left, which is changed. Raises what asking raises."""
        now = self._clock()
        back = now - self._look_back
        state.setdefault("since", back.isoformat())
        until = datetime.fromisoformat(state["until"]) if state.get("until") else None
        rewinds = self._outlet.rewound and (community.key, listing) not in self._read
        known = frozenset() if rewinds else frozenset(state.get("known", ()))
        wanted = None if known else min(back, until or back)
        found = await walk(ask, f"r/{community.name}/{listing}", known, wanted)
        for thing in self._news(found, datetime.fromisoformat(state["since"])):
            await self._hearing.take(thing)
        if until and not found.whole:
            await self._tell_missing(community, found, wanted or until)
        state["until"] = (found.newest or until or now).isoformat()
        state["known"] = found.anchors or state.get("known", [])
        self._read.add((community.key, listing))

    def _news(self, found: Walk, since: datetime) -> Iterator[Any]:
        """What was written before we began to listen is no news, unless it is held."""
        for thing in reversed(found.things):
            at = created(thing)
            if at is None or at >= since or self._outlet.held(name_of(thing)):
                yield thing

    async def _tell_missing(self, community: Community, found: Walk, start: datetime) -> None:
        """Reddit lists about a thousand: what lay between is lost."""
        end = found.oldest or self._clock()
        if end > start:
            why = f"more was said in {community.called} than Reddit lists"
            await self._outlet.notices.gap(start, end, why)
