"""Questions that are answered with numbers. Entry: `store.questions`.

Asked of the raw rows with FINAL, so exact under duplicates and edits (invariant R1). Voices are distinct nonempty
pseudonyms; a post about two topics counts in both. Knows nothing of pages.
"""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from soundings.errors import BadInput
from store.answers import ActCount, Moods, PlaceCount, SourceCount, Stretch, Summary, TopicCount, TopicMood, Volume
from store.clickhouse import Client
from store.corrected import TOPICS
from store.filters import ALL, EVERYTHING, SHOWN, Condition, Filters, matching, within
from store.rows import ask, milliseconds
from store.windows import Step, Window, steps

VOICES = "uniqExactIf(voice, voice != '')"
MOOD_COUNTS = (
    "count(), countIf(clear AND mood = 'negative'), countIf(clear AND mood = 'neutral'), "
    "countIf(clear AND mood = 'positive'), countIf(NOT clear)"
)
EACH_TOPIC = f"arrayJoin(arrayDistinct({TOPICS}))"
MAX_STEPS = 10_000
MAX_ROWS = 10_000
"""Rows of a table that people read: far above the number of topics or places of a council."""


def _rows(client: Client, select: str, where: Condition, tail: str = "", **parameters: Any) -> list[Any]:
    question = f"SELECT {select} FROM {SHOWN} AND {where.sql} {tail}"
    return ask(client, question, **where.parameters, **parameters)


def volume(client: Client, window: Window, step: Step, zone: ZoneInfo, filters: Filters = ALL) -> list[Volume]:
    """Posts and voices in each hour or day of the council, empty ones too. Days have 23, 24 or 25 hours.

    The first and the last step are counted only as far as the window reaches. Raises BadInput above 10,000 steps.
    """
    starts = list(steps(window, step, zone))
    if len(starts) > MAX_STEPS:
        raise BadInput(f"That is {len(starts):,} steps: ask for days, or for a shorter time.")
    if not starts:
        return []
    # The boundaries are ours: ClickHouse's own functions for days do not reach before 1970.
    boundaries = ", ".join(str(milliseconds(start)) for start in starts)
    rows = _rows(
        client,
        f"roundDown(toUnixTimestamp64Milli(happened_at), [{boundaries}]) AS start, count(), {VOICES}",
        within(window) & matching(filters),
        f"GROUP BY start LIMIT {MAX_STEPS}",
    )
    found = {row[0]: row for row in rows}
    return [Volume(start, *_counted(found.get(milliseconds(start)))) for start in starts]


def _counted(row: Any) -> tuple[int, int]:
    return (row[1], row[2]) if row else (0, 0)


def topics(client: Client, window: Window, before: Window | None = None, filters: Filters = ALL) -> list[TopicCount]:
    """Each topic in a window and in the one before it, most voices first, then most posts."""
    now = within(window)
    past = within(before, "before") if before else Condition("0", {})
    rows = _rows(
        client,
        f"{EACH_TOPIC} AS slug, countIf({now.sql}), uniqExactIf(voice, voice != '' AND {now.sql}), "
        f"countIf({past.sql}), uniqExactIf(voice, voice != '' AND {past.sql})",
        Condition(f"({now.sql} OR {past.sql})", {**now.parameters, **past.parameters}) & matching(filters),
        f"GROUP BY slug LIMIT {MAX_ROWS}",
    )
    return sorted((TopicCount(*row) for row in rows), key=lambda count: (-count.voices, -count.posts, count.slug))


def mood(client: Client, window: Window, filters: Filters = ALL) -> Moods:
    """How the posts of a window feel."""
    rows = _rows(client, MOOD_COUNTS, within(window) & matching(filters))
    return Moods(*rows[0])


def mood_by_topic(client: Client, window: Window, filters: Filters = ALL) -> list[TopicMood]:
    """The same for each topic, most posts first."""
    rows = _rows(
        client,
        f"{MOOD_COUNTS}, {EACH_TOPIC} AS slug",
        within(window) & matching(filters),
        f"GROUP BY slug LIMIT {MAX_ROWS}",
    )
    return sorted((TopicMood(*row) for row in rows), key=lambda count: (-count.posts, count.slug))


def _grouped(client: Client, name: str, window: Window, filters: Filters) -> list[Any]:
    return _rows(
        client,
        f"{name} AS name, count() AS posts, {VOICES} AS voices",
        within(window) & matching(filters),
        f"GROUP BY name ORDER BY voices DESC, posts DESC, name LIMIT {MAX_ROWS}",
    )


def places(client: Client, window: Window, filters: Filters = ALL) -> list[PlaceCount]:
    """Each place that posts name, most voices first."""
    return [PlaceCount(*row) for row in _grouped(client, "arrayJoin(arrayDistinct(places))", window, filters)]


def acts(client: Client, window: Window, filters: Filters = ALL) -> list[ActCount]:
    """Each speech act, most voices first."""
    return [ActCount(*row) for row in _grouped(client, "arrayJoin(arrayDistinct(acts))", window, filters)]


def sources(client: Client, window: Window | None = None, filters: Filters = ALL) -> list[SourceCount]:
    """Each source in a window (or ever), most posts first."""
    where = (within(window) if window else EVERYTHING) & matching(filters)
    rows = _rows(
        client, f"source, count() AS posts, {VOICES}", where, "GROUP BY source ORDER BY posts DESC, source LIMIT 1000"
    )
    return [SourceCount(*row) for row in rows]


def summary(client: Client, window: Window, before: Window | None = None, filters: Filters = ALL) -> Summary:
    """What the opening sentence of a page says, for a window and for the one before it."""
    return Summary(_stretch(client, window, filters), _stretch(client, before, filters) if before else None)


def _stretch(client: Client, window: Window, filters: Filters) -> Stretch:
    rows = _rows(
        client,
        f"count(), {VOICES}, countIf(author_kind = 'council'), countIf(has(acts, 'question')), "
        "countIf(clear AND mood = 'negative'), countIf(NOT clear)",
        within(window) & matching(filters),
    )
    return Stretch(*rows[0])
