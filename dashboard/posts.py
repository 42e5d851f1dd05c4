"""Posts as pages show them: on cards, which may stand for several in nearly the same words.

Knows nothing of where they come from (`source`) or how they are drawn (`components`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class Shown(Protocol):
    """What is on a page of one post, so that the page notices when it may no longer be there."""

    @property
    def id(self) -> str:
        """Our own."""

    @property
    def happened_at(self) -> datetime:
        """With the id, where the store finds it."""


@dataclass(frozen=True)
class Same:
    """How often what a card says was said in nearly the same words."""

    voices: int
    posts: int
    reposts: int
    first: datetime
    others: tuple[Card, ...]
    """The newest of its other posts, newest first; none where all are one voice's (invariant R4)."""
    cut: bool
    """Whether it may have begun earlier: only the newest posts are looked at."""
    ids: tuple[str, ...] = ()
    """Of all its posts."""
    slugs: tuple[str, ...] = ()
    """What an officer said that the newest of those others is about of which one said it."""
    topics: tuple[str, ...] = ()
    """The names of these topics."""
    council: int = 0
    """How many are by the council's own accounts, which are none of the voices."""


@dataclass(frozen=True)
class Saying:
    """What was said again and again, in the words of one of its posts, which `id` and `happened_at` are of."""

    id: str
    happened_at: datetime
    text: str
    same: Same
    last: datetime
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Card:
    """One post as a reader of the page sees it. `text` goes through `inert.resident_text` and nowhere else."""

    id: str
    text: str
    topics: tuple[str, ...]
    act: str
    mood: str
    source: str
    places: tuple[str, ...]
    happened_at: datetime
    council: bool
    same: Same | None = None
    """For a card that stands for several posts."""
    slugs: tuple[str, ...] = ()
    """All its topics, as an officer would choose them."""
    guessed: tuple[str, ...] = ()
    """Names of the topics that the reader guessed."""
    corrected: bool = False
    """Whether an officer said what it is about."""
    barred: frozenset[str] = frozenset()
    """Topics that its source's terms do not allow to be kept about it."""


def stands_for(card: Card) -> tuple[str, ...]:
    """The ids of all posts that a card stands for."""
    return (card.same.ids if card.same else ()) or (card.id,)


def on_page(cards: Iterable[Card]) -> tuple[Shown, ...]:
    """Every post that some cards show, opened or not."""
    return tuple(post for card in cards for post in (card, *(card.same.others if card.same else ())))
