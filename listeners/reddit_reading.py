"""Reads a community's listings from where they were left, and offers what is new, the oldest first.

Where a listing was left is changed only when all of it was offered; the checkpoint takes it after the bus did. Knows
nothing of schedules and of failures.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from listeners.outlet import Outlet
from listeners.reddit_hearing import Hearing
from listeners.reddit_listing import Ask, Walk, walk
from listeners.reddit_posts import created, name_of
from listeners.reddit_settings import Community

LISTINGS = ("new", "comments/")
"""Submissions first, so that what answers them finds them held."""


def begin(state: dict[str, Any], since: datetime, place: int) -> None:
    """Where the listings of a community are left before the first look: what is older is no news.

    `place`: which community of the council file it is. No two listings begin in the same millisecond: by its start the
    archive tells one gap of a source from another.
    """
    for at, listing in enumerate(LISTINGS, place * len(LISTINGS)):
        left = (since - timedelta(milliseconds=at)).isoformat()
        state.setdefault(listing, {"since": left, "until": left, "known": []})


class Reading:
    """What one source reads."""

    def __init__(self, outlet: Outlet, hearing: Hearing) -> None:
        self._outlet, self._hearing = outlet, hearing

    async def read(self, community: Community, listing: str, state: dict[str, Any], ask: Ask) -> None:
        """Read one listing. `state`: where it was left, which is changed. Raises what asking raises."""
        until, known = datetime.fromisoformat(state["until"]), frozenset(state["known"])
        found = await walk(ask, f"r/{community.name}/{listing}", known, None if known else until)
        for thing in self._news(found, datetime.fromisoformat(state["since"])):
            await self._hearing.take(thing)
        if not found.whole:
            await self._tell_missing(community, found, until)
        state |= {"until": (found.newest or until).isoformat(), "known": found.anchors or state["known"]}

    def _news(self, found: Walk, since: datetime) -> Iterator[Any]:
        """What was written before we began to listen is no news, unless it is held."""
        for thing in reversed(found.things):
            at = created(thing)
            if at is None or at >= since or self._outlet.held(name_of(thing)):
                yield thing

    async def _tell_missing(self, community: Community, found: Walk, start: datetime) -> None:
        """Reddit lists about a thousand: what lay between is lost."""
        if found.oldest and found.oldest > start:
            why = f"more was said in {community.called} than Reddit lists"
            await self._outlet.notices.gap(start, found.oldest, why)
