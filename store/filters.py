"""What part of the posts a question is about, and the SQL condition that says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from soundings.words import PEOPLE
from store import corrected
from store.rows import literals, milliseconds
from store.windows import Window

MOODS = {"negative": "mood = 'negative' AND clear", "neutral": "mood = 'neutral' AND clear",
         "positive": "mood = 'positive' AND clear", "unclear": "NOT clear"}  # fmt: skip


@dataclass(frozen=True)
class Filters:
    """Each None means: all. `mood` is negative, neutral, positive (each: clearly so) or unclear."""

    topic: str | None = None
    place: str | None = None
    source: str | None = None
    mood: str | None = None
    act: str | None = None

    def __post_init__(self) -> None:
        if self.mood is not None and self.mood not in MOODS:
            raise ValueError(f"'{self.mood}' is not a mood; there are: {', '.join(MOODS)}")


BY_PEOPLE = f"author_kind IN ({literals([kind.value for kind in PEOPLE])})"
"""The posts of residents."""

ALL = Filters()
"""No filter."""

SHOWN = "readings FINAL WHERE kept"
"""What every question is asked of: the newest version of each post that the retention still lets us keep.

ClickHouse drops an old row at some merge; `kept` (store/migrate.py) leaves it out from the moment its time is over.
"""

CONDITIONS = {
    "topic": f"has({corrected.TOPICS}, {{topic:String}})",
    "place": "has(places, {place:String})",
    "source": "source = {source:String}",
    "act": "has(acts, {act:String})",
}


@dataclass(frozen=True)
class Condition:
    """SQL for WHERE, and the parameters that it names."""

    sql: str
    parameters: dict[str, Any]

    def __and__(self, other: Condition) -> Condition:
        return Condition(f"{self.sql} AND {other.sql}", {**self.parameters, **other.parameters})


EVERYTHING = Condition("1", {})


def matching(filters: Filters) -> Condition:
    """Posts that pass the filters."""
    given = {name: getattr(filters, name) for name in CONDITIONS if getattr(filters, name) is not None}
    parts = [CONDITIONS[name] for name in given]
    if filters.mood is not None:
        parts.append(f"({MOODS[filters.mood]})")
    return Condition(" AND ".join(parts) or "1", given)


def holding(words: Sequence[str]) -> Condition:
    """Posts that hold all of these words, which are folded as `store.columns.fold` does."""
    return Condition("hasAllTokens(words, {wanted:Array(String)})", {"wanted": list(words)})


def within(window: Window, name: str = "window") -> Condition:
    """Posts that happened in a window; `name` parts two windows in one question."""
    return Condition(
        f"(happened_at >= fromUnixTimestamp64Milli({{{name}_start:Int64}})"
        f" AND happened_at < fromUnixTimestamp64Milli({{{name}_end:Int64}}))",
        {f"{name}_start": milliseconds(window.start), f"{name}_end": milliseconds(window.end)},
    )
