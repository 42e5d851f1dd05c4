"""What the pages about conversations ask the store, as a reader: conversations, threads, the index, what was promised.

Beside `source` the only module that asks. Conversations are worked out anew from all threads of two months, which takes
a second or so: they are kept for half a minute (`keeping.kept_longer`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from dashboard import source
from dashboard.keeping import ask, kept, kept_longer
from dashboard.talk import views
from dashboard.talk.shapes import Decisions, Deed, Index, Queue, Talk, ThreadPost
from soundings.hours import OfficeHours
from store import promises, questions
from store.clickhouse import Client
from store.promises import Promise
from store.talk.change import Counted
from store.windows import Window

WEEKS = 7
"""Six whole weeks, and the one that is not over."""


def hours() -> OfficeHours:
    """When this council is there."""
    return OfficeHours(source.council_file().council)


def queue(role: str) -> Queue:
    """Every conversation of the last weeks."""
    return _queue(role, source.pulse(role).collected)


@kept_longer
def _queue(role: str) -> Queue:
    now, council_file, names, clock = source.clock(), source.council_file(), source.names(), hours()
    found = ask(role, lambda client: questions.conversations(client, now, council_file))
    talks = tuple(views.talk(told, now, clock, names) for told in found)
    return Queue(now, source.pulse(role).newest, talks, any(told.cut for told in found))


@kept
def thread(role: str, root: str) -> tuple[ThreadPost, ...]:
    """The posts of one thread, each below what it answers."""
    return views.thread(ask(role, lambda client: questions.thread(client, root)))


def index(role: str) -> Index:
    """How we answer."""
    return _index(role, source.pulse(role).collected)


@kept_longer
def _index(role: str) -> Index:
    now, council_file = source.clock(), source.council_file()
    zone = council_file.council.zone
    weeks = ask(role, lambda client: questions.weeks(client, now, council_file, WEEKS))
    start = min(week.start for week in weeks)
    agenda = ask(role, lambda client: questions.agenda(client, Window(start, now)))
    return Index(views.accounts(weeks, _first_heard(role, now), zone), views.gaps(agenda, source.names()))


def _first_heard(role: str, now: datetime) -> datetime | None:
    """When the oldest post that is held happened."""
    oldest = ask(role, lambda client: list(questions.posts(client, source.EPOCH, now, limit=1)))
    return oldest[0].happened_at if oldest else None


def decided(role: str, talk: Talk) -> Decisions:
    """What officers decided about one conversation. Asked anew: it may have been a moment ago."""
    decided, wishes = ask(role, questions.decisions)
    ids = talk.ids
    return Decisions(
        links=tuple(one for one in ids if one in decided.links),
        not_ours=tuple(one for one in ids if one in decided.not_ours),
        handed_to=tuple(one for one in ids if one in decided.handed_to),
        neighbours=dict(decided.neighbours),
        apart=tuple(one for one in ids if one in wishes.apart),
        together=tuple(one for one, other in wishes.together.items() if one in ids and other in ids),
        taken=frozenset(wishes.together),
    )


def deeds(role: str) -> tuple[Deed, ...]:
    """All that was decided because of what residents said, the latest first, with what came of it."""
    return _deeds(role, source.pulse(role).collected)


@kept_longer
def _deeds(role: str) -> tuple[Deed, ...]:
    now, zone, names = source.clock(), source.council_file().council.zone, source.names()

    def told(client: Client) -> tuple[Deed, ...]:
        return tuple(
            Deed(
                key=one.key,
                promise=one.promise,
                topic=names.topic(one.promise.topic) if one.promise.topic else "",
                place=names.place(one.promise.place) if one.promise.place else "",
                change=promises.change(client, one.promise, now, zone),
            )
            for one in promises.promises(client)
        )

    return ask(role, told)


@kept
def about(role: str, topic: str, place: str, words: str) -> Counted:
    """Who spoke of a subject in the last four weeks: how many posts a decision would be about."""
    now, zone = source.clock(), source.council_file().council.zone
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    made = promises.promise(
        {
            "said": "any",
            "what": "did",
            "did": "any",
            "decided_on": tomorrow,
            "topic": topic,
            "place": place,
            "words": words,
        }
    )
    return ask(role, lambda client: promises.change(client, made, now, zone)).before


def reach() -> timedelta:
    """How far back questions are looked for."""
    return questions.REACH


def promised(fields: dict[str, Any]) -> Promise:
    """What an officer filled in, when it is in order. Raises BadInput with a sentence for each thing that is wrong."""
    return promises.promise(fields)
