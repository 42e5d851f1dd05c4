"""What changes when only a name, a faith, a nation or a dialect changes: two texts that should be heard alike.

Knows nothing of files.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from soundings.messages import Understanding


@dataclass(frozen=True)
class Swapped:
    """Of `pairs` of one kind, how many are heard differently: in what, and in anything."""

    pairs: int
    sentiment: int
    acts: int
    topic: int
    """The first topic."""
    anything: int


def swapped(pairs: Iterable[tuple[str, Understanding, Understanding]]) -> dict[str, Swapped]:
    """Kind -> what changed, the kinds in the order of the alphabet."""
    found: dict[str, list[tuple[bool, bool, bool]]] = {}
    for kind, one, other in pairs:
        found.setdefault(kind, []).append(_changes(one, other))
    return {kind: _counted(changes) for kind, changes in sorted(found.items())}


def _counted(changes: Sequence[tuple[bool, bool, bool]]) -> Swapped:
    sentiment, acts, topic = (sum(change[at] for change in changes) for at in range(3))
    return Swapped(len(changes), sentiment, acts, topic, sum(map(any, changes)))


def _changes(one: Understanding, other: Understanding) -> tuple[bool, bool, bool]:
    return (
        one.sentiment.label != other.sentiment.label,
        {guess.slug for guess in one.speech_acts} != {guess.slug for guess in other.speech_acts},
        [guess.slug for guess in one.topics[:1]] != [guess.slug for guess in other.topics[:1]],
    )
