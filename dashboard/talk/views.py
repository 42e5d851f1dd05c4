"""Turns the store's conversations into what the pages show, and picks and sorts them. Pure.

Knows nothing of Streamlit, and asks nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from dashboard.labels import Labels
from dashboard.talk import words
from dashboard.talk.shapes import Account, Gap, Order, State, Talk, ThreadPost, Wanted, WeekRow
from dashboard.views import START
from dashboard.words import FEW
from soundings.hours import OfficeHours
from store.answers import PostView
from store.talk.shapes import Agenda, Conversation, Week

LATE = 2
"""Working days after which a question has waited long."""
WHO = {"council": "Council", "councillor": "Councillor", "press": "Press", "organisation": "Organisation"}


def talk(told: Conversation, now: datetime, hours: OfficeHours, names: Labels) -> Talk:
    """One conversation, with names and its age in office hours."""
    waits = hours.between(told.oldest, now) if told.waiting else timedelta()
    return Talk(
        id=told.id,
        text=told.text,
        asked=told.asked,
        people=told.voices,
        slugs=told.services,
        services=tuple(names.topic(slug) for slug in told.services),
        place_ids=told.places,
        places=tuple(dict.fromkeys(names.place(place) for place in told.places)),
        state=_state(told),
        waiting=told.waiting,
        answered=told.answered,
        oldest=told.oldest,
        last=told.last,
        waits=waits,
        waited=hours.words(waits) if told.waiting else "",
        late=waits > LATE * hours.day,
        to_council=told.to_council,
        handed_to=told.handed_to,
        not_ours=told.not_ours,
        link=told.link,
        suggestion=told.suggestion,
    )


def _state(told: Conversation) -> State:
    return State.HANDED if told.handed_to and told.waiting else State(told.end.value)


def chosen(talks: Iterable[Talk], wanted: Wanted) -> list[Talk]:
    """Those that pass the filters, in the order that is wanted."""
    return sorted((one for one in talks if _fits(one, wanted)), key=ORDERS[wanted.order])


def _fits(one: Talk, wanted: Wanted) -> bool:
    return all(
        (
            wanted.state in (None, one.state) or (wanted.state == "waiting" and one.waiting > 0),
            wanted.service is None or wanted.service in one.slugs,
            wanted.place is None or wanted.place in one.place_ids,
            wanted.to is None or one.to_council == (wanted.to == "us"),
        )
    )


ORDERS: Mapping[Order, Callable[[Talk], tuple[object, ...]]] = {
    "longest": lambda one: (-one.waits, one.oldest, one.id),
    "people": lambda one: (-one.people, -len(one.asked), -one.waits, one.id),
    "newest": lambda one: (-one.last.timestamp(), one.id),
}


def thread(posts: Sequence[PostView]) -> tuple[ThreadPost, ...]:
    """A thread as people read it: each reply below what it answers, oldest first."""
    below: dict[str, list[PostView]] = {}
    held = {post.id for post in posts}
    for post in sorted(posts, key=lambda one: (one.happened_at, one.id)):
        below.setdefault(post.reply_to if post.reply_to in held else "", []).append(post)
    found: list[ThreadPost] = []
    _descend("", 0, below, found)
    while below:  # a platform may send a circle: it begins somewhere
        _descend(next(iter(below)), 0, below, found)
    return tuple(found)


def _descend(above: str, depth: int, below: dict[str, list[PostView]], found: list[ThreadPost]) -> None:
    for post in below.pop(above, ()):
        ours = post.author_kind == "council"
        told = ThreadPost(post.id, post.text, depth, post.happened_at, WHO.get(post.author_kind, ""), ours)
        found.append(told)
        _descend(post.id, depth + 1, below, found)


def below(posts: Sequence[ThreadPost], questions: Collection[str]) -> frozenset[str]:
    """Which posts of a thread reply to one of these questions, directly or over others."""
    found, depth = set(), None
    for post in posts:
        if depth is not None and post.depth > depth:
            found.add(post.id)
        elif post.id in questions:
            depth = post.depth
        else:
            depth = None
    return frozenset(found - set(questions))


def accounts(weeks: Sequence[Week], heard: datetime | None, zone: ZoneInfo) -> tuple[Account, ...]:
    """The weeks by account, all accounts together first. `heard`: when the oldest post that is held happened.

    A week that was not heard from its start is left out: its few posts would look like a quiet week of ours.
    """
    last = max((week.start for week in weeks), default=None)
    grouped: dict[str, list[WeekRow]] = {}
    for week in weeks:
        if week.start == last or (heard is not None and heard <= week.start + START):
            grouped.setdefault(week.account, []).append(_row(week, week.start == last, zone))
    return tuple(Account(handle, tuple(rows)) for handle, rows in grouped.items())


def _row(week: Week, so_far: bool, zone: ZoneInfo) -> WeekRow:
    monday = week.start.astimezone(zone)
    enough = week.median if week.timed >= FEW else None
    return WeekRow(
        label=f"{monday.day} {monday:%b}",
        spoken=f"{monday.day} {monday:%B}",
        so_far=so_far,
        posts=week.posts,
        replies=week.replies,
        asked=week.asked,
        answered=week.answered,
        replied=week.replied,
        hours=enough / timedelta(hours=1) if enough is not None else None,
        took=words.brief(enough) if enough is not None else words.FEW_ANSWERS if week.timed else "",
        timed=week.timed,
    )


def gaps(agenda: Iterable[Agenda], names: Labels) -> tuple[Gap, ...]:
    """Topics with both shares in per cent, as the store sorts them: the widest gap first."""
    return tuple(
        Gap(names.topic(one.slug), 100 * one.council, one.council_posts, 100 * one.residents, one.voices)
        for one in agenda
    )
