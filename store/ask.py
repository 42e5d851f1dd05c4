"""`soundings ask`: any named question of the archive, for the terminal, for a spreadsheet and for a program.

Knows nothing of SQL. What is printed has no field for a voice, a native id or a link (invariant R4).
"""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, NoReturn

from soundings import council
from soundings import settings as settings_module
from soundings.council import CouncilFile
from soundings.errors import BadInput, NothingRunning, OursFailed, SoundingsError
from soundings.settings import Settings
from store import chosen, handing_on, times
from store import questions as q
from store.clickhouse import Client, connect
from store.columns import EARLIEST, LATEST
from store.named import ANY_TIME, QUESTIONS, TIMELESS, UNFILTERED, WEEK, Asked, Question
from store.printing import FORMATS, Page, emit

FILTERS = ("topic", "place", "source", "mood", "act")


def main(arguments: Sequence[str]) -> int:
    """Answer a question on standard output. Raises BadInput (exit code 2) and NothingRunning (3)."""
    options = _parser().parse_args(arguments)
    if options.question is None:
        print(listing())
        return 0
    asked = _asked(options, settings_module.load())
    try:
        _answer(asked, QUESTIONS[options.question])
    except OursFailed as error:
        raise SoundingsError(f"The store stopped answering: {error}. What was printed is not all of it.") from None
    return 0


def _answer(asked: Asked, question: Question) -> None:
    answers: Iterator[Any] = itertools.islice(question.answer(asked), asked.limit)
    table = asked.options.format == "table"
    if asked.options.since is None and asked.options.question not in TIMELESS | ANY_TIME:
        counts = list(answers)
        answers = iter(counts)
        if not any(getattr(count, "posts", 1) for count in counts):
            print(_why_nothing(asked), file=sys.stderr)
            if table:
                return
    if table and question.first == "topic":
        answers = (count for count in answers if count.posts)  # a topic of the time before only: in JSON and CSV
    names = {"slug": question.first, "id": question.first} if question.first else {}
    page = Page(question.kind, asked.council_file.council.zone, asked.now, names, question.aside)
    seen: set[str] = set()
    emit(handing_on.watched(answers, seen), page, asked.options.format)
    for line in () if table else handing_on.limits(seen):
        print(line, file=sys.stderr)


def _why_nothing(asked: Asked) -> str:
    if until := asked.options.until:
        return f"Nothing in the 7 days before {until} (the default); try an earlier --since."
    if asked.options.question in UNFILTERED:
        return chosen.NOTHING + "; try --since 30d."
    return chosen.nothing(asked.client, asked.window, asked.filters, asked.council_file.council.zone, asked.now)


def listing() -> str:
    """The named questions, one line each."""
    width = max(map(len, QUESTIONS))
    return "\n".join(
        ["Questions (`soundings ask QUESTION --help` says more):", ""]
        + [f"  {name:<{width}}  {about}" for name, (about, *_) in QUESTIONS.items()]
    )


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise BadInput(f"{message[0].upper()}{message[1:]}. `soundings ask --help` shows what there is.")

    def format_help(self) -> str:
        self.epilog = f"{listing()}\n\n{_slugs()}"  # only now: it reads the council file
        return super().format_help()


def _slugs() -> str:
    try:
        return chosen.slugs(council.load(settings_module.load().council_path))
    except SoundingsError:
        return chosen.slugs(CouncilFile(None))


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="soundings ask", description="Ask a named question of the archive.",
                     formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parser.add_argument("question", nargs="?", choices=list(QUESTIONS), metavar="QUESTION")
    parser.add_argument("words", nargs="*", metavar="WORDS", help="for `search`")
    parser.add_argument(
        "--since", help="from when: 30d, 12h, 2w or 2026-11-01 (default 7d; `posts` and `search`: any time)"
    )
    parser.add_argument("--until", default="", help="until when, in the same way (default now)")
    where = {"place": ", by name or id (`soundings ask places`)", "source": " (`soundings ask sources`)"}
    for name in FILTERS:
        parser.add_argument(f"--{name}", help=f"only this {name}{where.get(name, ', see below')}")
    parser.add_argument("--step", choices=("hour", "day"), default="day", help="for `volume` (default day)")
    parser.add_argument("--limit", type=int, help="at most so many rows")
    parser.add_argument("--format", choices=FORMATS, default="table", help="default table")
    return parser


def _asked(options: argparse.Namespace, settings: Settings) -> Asked:
    now = datetime.now(UTC)
    council_file = council.load(settings.council_path)
    _check(options)
    window = _window(options, now, council_file)
    filters = chosen.filters({name: getattr(options, name) for name in FILTERS}, council_file)
    client = _client(settings)
    chosen.check_held(filters, council_file, client)
    return Asked(client, window, filters, options, council_file, now)


def _window(options: argparse.Namespace, now: datetime, council_file: CouncilFile) -> q.Window:
    zone = council_file.council.zone
    until = times.moment(options.until, now, zone) if options.until else now
    if options.since is not None:
        since = times.moment(options.since, now, zone)
    elif options.question in ANY_TIME:
        since, until = EARLIEST, until if options.until else LATEST
    else:
        since = times.moment(WEEK, until, zone)
    if since >= until:
        raise BadInput(f"--since ({options.since}) is not before --until ({options.until or 'now'}).")
    return q.Window(since, until)


def _check(options: argparse.Namespace) -> None:
    if options.words and options.question != "search":
        raise BadInput(f"`{options.question}` takes no words: {' '.join(options.words)[:60]}.")
    if options.question == "search" and not options.words:
        raise BadInput("Say what to search for: `soundings ask search brown bins`.")
    if options.limit is not None and options.limit < 1:
        raise BadInput("--limit is at least 1.")
    if options.question in UNFILTERED and any(getattr(options, name) for name in FILTERS):
        raise BadInput(f"`{options.question}` takes no filters.")
    if options.question in TIMELESS and (options.since or options.until):
        raise BadInput(f"`{options.question}` is about all that is held: it takes no --since and no --until.")


def _client(settings: Settings) -> Client:
    try:
        return connect(settings, "reader")
    except OursFailed:
        raise NothingRunning(
            f"Nothing is running in {settings.home}. Start it with `soundings up`, then ask again."
        ) from None
