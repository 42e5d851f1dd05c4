"""Where we are in the streams of Mastodon servers: the highest id of each, and how far before it is asked. Pure.

Ids sort within one server, by length and then by letters, and hold the time at which a post was written
(https://docs.joinmastodon.org/api/guidelines/#id). Knows nothing of connections.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from listeners.mastodon_posts import status_id
from listeners.mastodon_settings import LOCAL

MARGINS = {LOCAL: timedelta(minutes=10)}
MARGIN = timedelta(hours=1)
"""How far before the highest id is asked. A post of another server gets an id by when it was written and comes when it
comes, so it can lie below what we hold; and a stream does not keep the order. What is held already is known again."""
LOOK_BACK = timedelta(days=14)
"""What was written longer ago is not asked for."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BITS = 16
"""Below the milliseconds, so that two posts of one millisecond differ."""


def at(moment: datetime) -> str:
    """The lowest id of a post that was written then."""
    return str(max(0, (moment - EPOCH) // timedelta(milliseconds=1)) << BITS)


def written(number: str) -> datetime | None:
    """When a post with this id was written; None where ids hold no time."""
    try:
        return EPOCH + timedelta(milliseconds=int(number) >> BITS) if number.isdecimal() else None
    except (ValueError, OverflowError):
        return None


def higher(one: str, other: str) -> str:
    """The later of two ids of one server."""
    return max(one, other, key=lambda number: (len(number), number))


def highest(page: list[Any]) -> str:
    """The latest id among statuses; empty when there is none."""
    top = ""
    for status in page:
        top = higher(top, status_id(status.get("id")) if isinstance(status, dict) else "")
    return top


def begin(stream: str, reached: str, back: datetime) -> str:
    """From after which id on is asked. `reached`: the highest that was worked; `back`: where a first start begins."""
    if not reached:
        return at(back)
    moment = written(reached)
    return at(moment - MARGINS.get(stream, MARGIN)) if moment else reached
