"""Reads one listing of Reddit's, newest first, page by page back to what is known of it.

Known are the last twenty ids: what is deleted leaves the listing, and one of them is still there. A page is always read
to its end: Reddit's order is not quite that of time (docs/decisions/0024-reddit.md). Knows nothing of what things say.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from listeners.reddit_answers import Unanswered
from listeners.reddit_posts import created, name_of

Ask = Callable[[str, Mapping[str, str | int]], Awaitable[Any]]
"""Asks Reddit for a path with these parameters."""

PAGE = 100
"""What Reddit gives at once."""
MOST = 1_000
"""About as many it lists at all."""
FULL = 500
"""A listing that ended with fewer has shown all that there is; with more it may have been cut."""
ANCHORS = 20
ASIDE = 3
"""How many earlier ids are tried when nothing follows the last one: it was deleted while we read."""
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Walk:
    """What was read, newest first."""

    things: tuple[Any, ...]
    whole: bool
    """Nothing is missing between the newest and what was known or wanted."""

    @property
    def anchors(self) -> list[str]:
        """The ids by which the next walk knows where to stop."""
        return [name for thing in self.things if (name := name_of(thing))][:ANCHORS]

    @property
    def newest(self) -> datetime | None:
        """When the newest was written."""
        return max(self._instants, default=None)

    @property
    def oldest(self) -> datetime | None:
        """When the last of them was written, so far back it was read."""
        return min(self._instants, default=None)

    @property
    def _instants(self) -> list[datetime]:
        return [at for thing in self.things if (at := created(thing))]


async def walk(ask: Ask, path: str, known: Container[str], wanted: datetime | None) -> Walk:
    """Read back to one of the known ids, or to an instant, or as far as Reddit lists. Raises what asking raises."""
    things: dict[str, Any] = {}
    after = ""
    while True:
        page, following = await _page(ask, path, after, list(things))
        things |= {name_of(thing) or f"#{len(things)}-{at}": thing for at, thing in enumerate(page)}
        found = tuple(things.values())
        if _reaches(page, known) or (wanted and page and (created_last(page) or wanted) < wanted):
            return Walk(found, True)
        if not following:
            return Walk(found, len(found) < FULL)
        if not page or following == after or len(found) >= MOST:
            return Walk(found, False)
        after = following


def things_of(answer: Any) -> tuple[list[Any], str]:
    """What a listing holds, and the id after which the next page begins; empty at the end. Raises Unanswered."""
    data = answer.get("data") if isinstance(answer, dict) else None
    things = data.get("children") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(things, list):
        raise Unanswered("its answer is no listing")
    after = data.get("after")
    return things, after if isinstance(after, str) else ""


def created_last(page: Sequence[Any]) -> datetime | None:
    """When the last thing of a page that has a date was written."""
    return next((at for thing in reversed(page) if (at := created(thing))), None)


async def _page(ask: Ask, path: str, after: str, read: Sequence[str]) -> tuple[list[Any], str]:
    if not after:
        return things_of(await ask(path, {"limit": PAGE}))
    for anchor in dict.fromkeys([after, *read[: -ASIDE - 2 : -1]]):
        page, following = things_of(await ask(path, {"limit": PAGE, "after": anchor}))
        if page:
            return page, following
    return [], after


def _reaches(page: Sequence[Any], known: Container[str]) -> bool:
    """Whether a page goes back to what is known. One that Reddit shows again among newer ones does not count."""
    anchors = [created(thing) or LONG_AGO for thing in page if name_of(thing) in known]
    return bool(anchors) and (created_last(page) or LONG_AGO) <= max(anchors)
