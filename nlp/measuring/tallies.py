"""Which counting goes with which task, and the reports by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from nlp.measuring.acts import ActReport, ActTally
from nlp.measuring.labels import Meaning, Truth
from nlp.measuring.moods import MoodReport, MoodTally
from nlp.measuring.places import PlaceReport, PlaceTally
from nlp.measuring.surest import Mistake, Surest
from nlp.measuring.topics import TopicReport, TopicTally
from nlp.measuring.yesno import YesNoReport, YesNoTally
from soundings.messages import Understanding

Report = MoodReport | ActReport | TopicReport | PlaceReport | YesNoReport


class Tally(Protocol):
    """Counts what coincides, text by text."""

    @property
    def mistakes(self) -> Mapping[str, Surest]:
        """The surest errors of each class."""

    def add(self, text: str, truth: Truth, understood: Understanding) -> None:
        """One more text."""

    def report(self) -> Report:
        """All figures of what was counted."""


def tally_for(meaning: Meaning, most: int = 0) -> Tally:
    """An empty one. `most`: errors kept of each class."""
    if meaning.only:
        return YesNoTally(meaning.task, meaning.only, most)
    kinds: dict[str, Callable[[int], Tally]] = {
        "sentiment": MoodTally,
        "acts": ActTally,
        "topics": TopicTally,
        "places": PlaceTally,
    }
    return kinds[meaning.task](most)


def surest(tally: Tally, most: int) -> list[Mistake]:
    """The surest errors of all classes together; a text once."""
    every = sorted(
        (one for kept in tally.mistakes.values() for one in kept.list()), key=lambda one: (-one.confidence, one)
    )
    once = {mistake.text: mistake for mistake in reversed(every)}
    return sorted(once.values(), key=lambda one: (-one.confidence, one))[:most]
