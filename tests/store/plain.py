"""What the store promises, as a dictionary would do it: for comparing. Short enough to be believed by reading it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from soundings.messages import Reading, Retraction, RetractionKind


def rank(reading: Reading) -> tuple[int, int]:
    """What makes one version of a post newer than another."""
    return reading.post.version, reading.reading_version


def covers(order: Retraction, reading: Reading) -> bool:
    """Whether an order says that this is not to be kept."""
    post = reading.post
    if order.source != post.source or (order.post_id != post.id and post.voice not in order.voices):
        return False
    match order.kind:
        case RetractionKind.BLOCKED:
            return True
        case RetractionKind.HIDDEN:
            return post.collected_at <= order.observed_at
        case RetractionKind.GONE:
            return bool(order.post_id) or min(post.happened_at, post.collected_at) <= order.observed_at


@dataclass
class PlainStore:
    """The posts that are held, by id, and every order that was written down."""

    cutoff: datetime
    held: dict[str, Reading] = field(default_factory=dict)
    orders: list[Retraction] = field(default_factory=list)
    decisions: list[tuple[str, str, str]] = field(default_factory=list)

    def take(self, readings: Iterable[Reading], only: Collection[str] | None = None) -> None:
        """Take a batch; `only` these ids of it, when its taker died half way."""
        after = dict(self.held)
        for reading in readings:
            if not any(covers(order, reading) for order in self.orders):
                _take(after, reading)
        for post_id, reading in after.items():
            if only is None or post_id in only:
                self.held[post_id] = reading
        self.expire(self.cutoff)

    def retract(self, orders: Iterable[Retraction]) -> None:
        """Obey orders, now and for what comes later."""
        for order in orders:
            self.orders.append(order)
            self.held = {name: one for name, one in self.held.items() if not covers(order, one)}

    def expire(self, cutoff: datetime) -> None:
        """Let time pass: what was collected until `cutoff` is past its time."""
        self.cutoff = cutoff
        self.held = {name: one for name, one in self.held.items() if one.post.collected_at > cutoff}

    @property
    def rows(self) -> set[tuple[str, str, datetime, datetime, int, int]]:
        """What the table holds of each post."""
        return {
            (one.post.id, one.post.text, one.post.happened_at, one.post.collected_at, *rank(one))
            for one in self.held.values()
        }

    @property
    def sources(self) -> dict[str, tuple[int, int]]:
        """Posts and voices of each source."""
        posts = Counter(one.post.source for one in self.held.values())
        return {
            source: (count, len({one.post.voice for one in self.held.values() if one.post.source == source}))
            for source, count in posts.items()
        }


def _take(held: dict[str, Reading], reading: Reading) -> None:
    known = held.get(reading.post.id)
    if known is None:
        held[reading.post.id] = reading
    elif rank(reading) > rank(known):
        decided = {
            "happened_at": known.post.happened_at,
            "collected_at": max(known.post.collected_at, reading.post.collected_at),
        }
        held[reading.post.id] = reading.model_copy(update={"post": reading.post.model_copy(update=decided)})
