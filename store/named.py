"""The questions that have a name: what `soundings ask` knows, how each is answered, and with what.

Knows nothing of terminals and of options beyond those that a question takes.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from soundings.council import CouncilFile
from store import questions as q
from store.clickhouse import Client
from store.spreading import Spread, spread
from store.talk import rows


@dataclass(frozen=True)
class Asked:
    """A question with everything it may need."""

    client: Client
    window: q.Window
    filters: q.Filters
    options: argparse.Namespace
    council_file: CouncilFile
    now: datetime

    @property
    def limit(self) -> int | None:
        """How many rows were asked for; None: all."""
        limit: int | None = self.options.limit
        return limit


PAGE = 1000
"""Posts asked for at a time."""
Answering = Callable[[Asked], Iterator[Any]]


def _posts(asked: Asked) -> Iterator[Any]:
    return q.posts(asked.client, asked.window.start, asked.window.end, asked.filters, asked.limit)


def _newest(asked: Asked) -> Iterator[Any]:
    return _pages(asked.limit or 50, lambda size, last: q.newest(
        asked.client, asked.filters, size, last.happened if last else None))  # fmt: skip


def _search(asked: Asked) -> Iterator[Any]:
    search = partial(q.search, asked.client, " ".join(asked.options.words), asked.filters, asked.window)
    return _pages(asked.limit or 100, lambda size, last: search(size, before=last.happened if last else None).posts)


def _pages(limit: int, page: Callable[[int, Any], Sequence[Any]]) -> Iterator[Any]:
    last = None
    while limit > 0:
        found = page(min(PAGE, limit), last)
        yield from found
        if not found:
            return
        last, limit = found[-1], limit - len(found)


def _volume(asked: Asked) -> Iterator[Any]:
    zone = asked.council_file.council.zone
    return iter(q.volume(asked.client, asked.window, asked.options.step, zone, asked.filters))


def _freshness(asked: Asked) -> Iterator[Any]:
    return iter(q.freshness(asked.client, asked.now).sources)


class Question(NamedTuple):
    """What it tells in one line, how it is answered, with what, and what a table calls the first column of that."""

    about: str
    answer: Answering
    kind: type
    first: str = ""
    aside: frozenset[str] = frozenset()
    """Columns that a table goes without."""


QUESTIONS: dict[str, Question] = {
    "posts": Question("All posts, oldest first (all of them, or --limit).", _posts, q.PostView),
    "newest": Question("The newest posts (50, or --limit).", _newest, q.PostView),
    "search": Question("Posts with all these WORDS, newest first (100, or --limit).", _search, q.PostView),
    "volume": Question("Posts and voices in each hour or day (--step).", _volume, q.Volume),
    "topics": Question("Posts and voices of each topic, beside the same time before.",
                       lambda a: iter(q.topics(a.client, a.window, a.window.before(), a.filters)),
                       q.TopicCount, "topic"),
    "moods": Question("How posts feel about each topic.",
                      lambda a: iter(q.mood_by_topic(a.client, a.window, a.filters)), q.TopicMood, "topic"),
    "places": Question("Posts and voices of each place.",
                       lambda a: iter(q.places(a.client, a.window, a.filters)), q.PlaceCount, "place"),
    "acts": Question("What people do: complain, ask, thank ...",
                     lambda a: iter(q.acts(a.client, a.window, a.filters)), q.ActCount, "act"),
    "sources": Question("Posts and voices of each source.",
                        lambda a: iter(q.sources(a.client, a.window, a.filters)), q.SourceCount),
    "freshness": Question("All that is held of each source, and its newest post.", _freshness, q.SourceFreshness),
    "stories": Question("What was said again and again in nearly the same words, by how many voices.",
                        lambda a: spread(q.stories(a.client, a.window, a.filters)), Spread,
                        aside=frozenset({"unnamed", "first", "cut"})),
    "conversations": Question("Questions about services, merged, and how they ended; who waits longest comes first.",
                              lambda a: rows.queued(q.conversations(a.client, a.now, a.council_file),
                                                    a.council_file, a.now), rows.Queued,
                              aside=frozenset({"asked", "places", "handed_to", "first"})),
    "dialogue": Question("What each of the council's accounts did in the last six weeks.",
                         lambda a: rows.did(q.weeks(a.client, a.now, a.council_file), a.council_file), rows.Did),
    "agenda": Question("What the council talks about, beside what residents talk about.",
                       lambda a: iter(q.agenda(a.client, a.window)), q.Agenda),
    "gaps": Question("When a source was not heard.", lambda a: iter(q.gaps(a.client, a.window)), q.SourceGap),
    "readers": Question("Which reader read how many posts.", lambda a: iter(q.readers(a.client)), q.ReaderCount),
}  # fmt: skip
TIMELESS = {"newest", "freshness", "readers", "conversations", "dialogue"}
"""Questions about all that is held: they take no --since and no --until."""
UNFILTERED = {"freshness", "gaps", "readers", "conversations", "dialogue", "agenda"}
ANY_TIME = {"posts", "search"}
"""Questions that reach back to the first post unless --since is given; the others reach back a WEEK."""
WEEK = "7d"
