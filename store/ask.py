"""`soundings ask`: any named question of the archive, for the terminal, for a spreadsheet and for a program.

Knows nothing of SQL. What is printed has no field for a voice, a native id or a link (invariant R4).
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn

from soundings import council
from soundings import settings as settings_module
from soundings.errors import BadInput, NothingRunning, OursFailed, SoundingsError
from soundings.settings import Settings
from store import questions as q
from store.clickhouse import Client, connect
from store.printing import FORMATS, emit
from store.times import moment


@dataclass(frozen=True)
class Asked:
    """A question with everything it may need."""

    client: Client
    window: q.Window
    filters: q.Filters
    options: argparse.Namespace
    settings: Settings
    now: datetime

    @property
    def limit(self) -> int | None:
        """How many rows were asked for; None: all."""
        limit: int | None = self.options.limit
        return limit


Answering = Callable[[Asked], Iterator[Any]]


def _posts(asked: Asked) -> Iterator[Any]:
    return q.posts(asked.client, asked.window.start, asked.window.end, asked.filters, asked.limit)


def _newest(asked: Asked) -> Iterator[Any]:
    return _pages(asked.limit or 50, lambda size, last: q.newest(
        asked.client, asked.filters, size, last.happened if last else None))  # fmt: skip


def _search(asked: Asked) -> Iterator[Any]:
    words = " ".join(asked.options.words)
    if not words:
        raise BadInput("Say what to search for: `soundings ask search brown bins`.")
    limit, offset = asked.limit or 100, 0
    while offset < limit:
        size = min(1000, limit - offset)
        found = q.search(asked.client, words, asked.filters, asked.window, size, offset).posts
        yield from found
        if len(found) < size:
            return
        offset += size


def _pages(limit: int, page: Callable[[int, Any], Sequence[Any]]) -> Iterator[Any]:
    last = None
    while limit > 0:
        found = page(min(1000, limit), last)
        yield from found
        if not found:
            return
        last, limit = found[-1], limit - len(found)


def _volume(asked: Asked) -> Iterator[Any]:
    zone = council.load(asked.settings.council_path).council.zone
    return iter(q.volume(asked.client, asked.window, asked.options.step, zone, asked.filters))


def _freshness(asked: Asked) -> Iterator[Any]:
    return iter(q.freshness(asked.client, asked.now).sources)


QUESTIONS: dict[str, tuple[str, Answering]] = {
    "posts": ("All posts of a time, oldest first (all of them, or --limit).", _posts),
    "newest": ("The newest posts (50, or --limit).", _newest),
    "search": ("Posts with all these WORDS, newest first (100, or --limit).", _search),
    "volume": ("Posts and voices in each hour or day (--step).", _volume),
    "topics": ("Posts and voices of each topic, beside the same time before.",
               lambda a: iter(q.topics(a.client, a.window, a.window.before(), a.filters))),
    "moods": ("How posts feel about each topic.", lambda a: iter(q.mood_by_topic(a.client, a.window, a.filters))),
    "places": ("Posts and voices of each place.", lambda a: iter(q.places(a.client, a.window, a.filters))),
    "acts": ("What people do: complain, ask, thank ...", lambda a: iter(q.acts(a.client, a.window, a.filters))),
    "sources": ("Posts and voices of each source.", lambda a: iter(q.sources(a.client, a.window, a.filters))),
    "freshness": ("All that is held of each source, and its newest post.", _freshness),
    "gaps": ("When a source was not heard.", lambda a: iter(q.gaps(a.client, a.window))),
    "readers": ("Which reader read how many posts.", lambda a: iter(q.readers(a.client))),
}  # fmt: skip
"""Name -> what it tells in one line, and how it is answered."""
TIMELESS = {"newest", "freshness", "readers"}
"""Questions about all that is held: --since and --until say nothing there."""
UNFILTERED = {"freshness", "gaps", "readers"}
FILTERS = ("topic", "place", "source", "mood", "act")


def main(arguments: Sequence[str]) -> int:
    """Answer a question on standard output. Raises BadInput (exit code 2) and NothingRunning (3)."""
    options = _parser().parse_args(arguments)
    if options.question is None:
        print(listing())
        return 0
    asked = _asked(options, settings_module.load())
    try:
        emit(_limited(QUESTIONS[options.question][1](asked), options.limit), options.format)
    except OursFailed as error:
        raise SoundingsError(f"The store stopped answering: {error}. What was printed is not all of it.") from None
    return 0


def _limited(rows: Iterator[Any], limit: int | None) -> Iterator[Any]:
    return rows if limit is None else itertools.islice(rows, limit)


def listing() -> str:
    """The named questions, one line each."""
    width = max(map(len, QUESTIONS))
    return "\n".join(
        ["Questions (`soundings ask QUESTION --help` says more):", ""]
        + [f"  {name:<{width}}  {about}" for name, (about, _) in QUESTIONS.items()]
    )


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise BadInput(f"{message[0].upper()}{message[1:]}. `soundings ask --help` shows what there is.")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="soundings ask", description="Ask a named question of the archive.", epilog=listing(),
                     formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parser.add_argument("question", nargs="?", choices=list(QUESTIONS), metavar="QUESTION")
    parser.add_argument("words", nargs="*", metavar="WORDS", help="for `search`")
    parser.add_argument("--since", default="7d", help="from when: 30d, 12h, 2w or 2026-11-01 (default 7d)")
    parser.add_argument("--until", default="", help="until when, in the same way (default now)")
    for name in FILTERS:
        parser.add_argument(
            f"--{name}", help=f"only this {name}" + (f": {', '.join(q.MOODS)}" if name == "mood" else "")
        )
    parser.add_argument("--step", choices=("hour", "day"), default="day", help="for `volume` (default day)")
    parser.add_argument("--limit", type=int, help="at most so many rows")
    parser.add_argument("--format", choices=FORMATS, default="table", help="default table")
    return parser


def _asked(options: argparse.Namespace, settings: Settings) -> Asked:
    now = datetime.now(UTC)
    zone = council.load(settings.council_path).council.zone
    _check(options)
    since = moment(options.since, now, zone)
    until = moment(options.until, now, zone) if options.until else now
    if since >= until:
        raise BadInput(f"--since ({options.since}) is not before --until ({options.until or 'now'}).")
    filters = q.Filters(**{name: getattr(options, name) for name in FILTERS})
    return Asked(_client(settings), q.Window(since, until), filters, options, settings, now)


def _check(options: argparse.Namespace) -> None:
    if options.words and options.question != "search":
        raise BadInput(f"`{options.question}` takes no words: {' '.join(options.words)[:60]}.")
    if options.limit is not None and options.limit < 1:
        raise BadInput("--limit is at least 1.")
    if options.mood is not None and options.mood not in q.MOODS:
        raise BadInput(f"'{options.mood}' is not a mood; there are: {', '.join(q.MOODS)}.")
    if options.question in UNFILTERED and any(getattr(options, name) for name in FILTERS):
        raise BadInput(f"`{options.question}` takes no filters.")


def _client(settings: Settings) -> Client:
    try:
        return connect(settings, "reader")
    except OursFailed:
        raise NothingRunning(
            f"Nothing is running in {settings.home}. Start it with `soundings up`, then ask again."
        ) from None
