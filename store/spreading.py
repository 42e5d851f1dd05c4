"""Stories as flat rows, for `soundings ask`: neither terminal nor spreadsheet can nest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from store.answers import Story


@dataclass(frozen=True)
class Spread:
    """What was said more than once."""

    said: str
    """In the words of the oldest of its posts."""
    voices: int
    posts: int
    reposts: int
    unnamed: int
    sources: tuple[str, ...]
    began: datetime
    last: datetime
    first: str
    """Id of its oldest post."""
    cut: bool
    """Whether only the newest posts were looked at: it may have begun earlier."""


def spread(stories: Iterable[Story]) -> Iterator[Spread]:
    """Stories as rows."""
    for one in stories:
        yield Spread(
            said=one.text, voices=one.voices, posts=one.posts, reposts=one.reposts, unnamed=one.unnamed,
            sources=one.sources, began=one.first, last=one.last, first=one.id, cut=one.cut,
        )  # fmt: skip
