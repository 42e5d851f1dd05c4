"""What has been retracted, and whether a post falls under it (invariant R2).

A post's own order holds as long as it is kept, a person's up to when it was observed. `hidden` may return: what was
collected after it was observed is taken again. `blocked` is kept for ever, the others a month longer than posts are
(docs/decisions/0010-erased-for-good.md). Knows nothing of how posts are removed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from soundings.messages import Post, RetractionKind
from store.clickhouse import Client
from store.rows import ask, chunks, literals


@dataclass(frozen=True)
class Tombstone:
    """One order, for one post or one voice of a source."""

    kind: RetractionKind
    observed_at: datetime

    def covers(self, post: Post, *, by_id: bool) -> bool:
        """Whether a post that this names (by its id, or else by its voice) must not be kept."""
        return self.kind.covers(self.observed_at, post.happened_at, post.collected_at, by_id=by_id)


Graves = dict[tuple[str, str], list[Tombstone]]
"""(source, post id or voice) -> the orders about it."""


def find(client: Client, posts: Sequence[Post]) -> Graves:
    """The orders that name these posts or their voices."""
    found: Graves = defaultdict(list)
    for column, names in (("post_id", {post.id for post in posts}), ("voice", {post.voice for post in posts} - {""})):
        for part in chunks(sorted(names)):
            for source, name, kind, observed_at in ask(
                client,
                f"SELECT source, {column}, kind, observed_at FROM tombstones WHERE {column} IN ({literals(part)})",
            ):
                found[source, name].append(Tombstone(RetractionKind(kind), observed_at))
    return found


def orders_taken(client: Client) -> tuple[Any, ...]:
    """Another value means that an order was taken in between. Cheap."""
    return tuple(ask(client, "SELECT count(), max(taken_at) FROM tombstones")[0])


def is_buried(post: Post, graves: Graves) -> bool:
    """Whether an order says that this post must not be kept."""
    return _any_covers(graves.get((post.source, post.id), ()), post, by_id=True) or (
        bool(post.voice) and _any_covers(graves.get((post.source, post.voice), ()), post, by_id=False)
    )


def _any_covers(tombstones: Iterable[Tombstone], post: Post, *, by_id: bool) -> bool:
    return any(tombstone.covers(post, by_id=by_id) for tombstone in tombstones)
