"""Orders to hear posts once more that nlp or the store rejected: in the key-value bucket `guidance`, by source.

No text of a live source is kept, so only the source can give such a post again, when it is next asked. Knows
nothing of why a post was rejected.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from nats.js.errors import KeyNotFoundError

from listeners.ledger import Held
from soundings.bus import Bus, persist
from soundings.messages import Post
from soundings.streams import GUIDANCE

PREFIX = "again."
LATEST_ONES = 10_000
"""Posts in one order: it must fit into one message of the bus."""


@dataclass(frozen=True)
class Order:
    """Which posts are to be sent again although nothing changed, and since when that is wanted."""

    at: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    posts: frozenset[str] = frozenset()

    def names(self, held: Held) -> bool:
        """Whether a held post was asked for, and was not sent again since."""
        return held.post_id in self.posts and held.last_checked < self.at

    def marked(self, post: Post) -> Post:
        """A post as it is sent: within two minutes the bus would take the same bytes for a repeat, and drop them."""
        return post.model_copy(update={"rejected_at": self.at}) if post.id in self.posts else post


async def ask_again(bus: Bus, source: str, posts: Sequence[str], at: datetime) -> frozenset[str]:
    """Order that a source's posts are taken once more when it next gives them; of too many the last ones. Returns
    which they are.
    """
    latest = posts[-LATEST_ONES:]
    note = json.dumps({"at": at.isoformat(), "posts": latest}).encode()

    async def put() -> None:
        await (await bus.bucket(GUIDANCE)).put(PREFIX + source, note)

    await persist("ordering posts once more", put)
    return frozenset(latest)


async def ordered(bus: Bus, source: str) -> Order:
    """The order for a source; an empty one when there is none."""

    async def get() -> Order:
        try:
            entry = await (await bus.bucket(GUIDANCE)).get(PREFIX + source)
        except KeyNotFoundError:
            return Order()
        note = json.loads(entry.value or b"{}")
        return Order(datetime.fromisoformat(note["at"]), frozenset(note["posts"]))

    return await persist("reading which posts are wanted once more", get)
