"""The pages' answers: the store's questions, asked as a reader, kept for a moment and given names.

The only module of this package that talks to `store`. Answers are kept by role for less than two seconds, so that
several open pages ask once, and only until the store erases something: then they are emptied at once (invariant R2).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import streamlit as st

from dashboard import labels, views
from dashboard.shapes import About, Card, Morning, Period, Pulse, Results, Wanted
from soundings import council
from soundings import settings as settings_module
from soundings.council import CouncilFile
from soundings.errors import NothingRunning, OursFailed, PostFailed
from soundings.settings import Settings
from store import clickhouse, questions
from store.answers import Found, Mark
from store.clickhouse import Client
from store.filters import Filters
from store.windows import Window

Answer = TypeVar("Answer")
Asked = ParamSpec("Asked")
OFFICER = "officer"
"""The only role so far: someone at the council who may read posts."""
KEPT = 1.5
"""Seconds that an answer is kept."""
PATIENCE = 10
"""Seconds until a store that does not answer counts as away."""
LOOK = 5
"""Seconds between two looks of an open page."""
NEWEST = 10
"""Posts that the page Now shows."""
PAGE = 20
"""Posts on a page of search results."""
MOST = 1000
"""Posts that can be reached by turning pages: who needs more wants an extract."""
GAPS = timedelta(days=30)
"""How far back the page About this listening names gaps."""
EPOCH = datetime(1990, 1, 1, tzinfo=UTC)
"""Before any post."""
AFTER_ALL = "~"
"""Sorts after every post id."""


class StoreAway(Exception):
    """The store does not answer: show that, and try again."""


def clock() -> datetime:
    """Now, UTC."""
    return datetime.now(UTC)


def settings() -> Settings:
    """The settings of this process."""
    return settings_module.load()


@st.cache_resource(show_spinner=False)
def council_file() -> CouncilFile:
    """The council file as it was when the pages started."""
    return council.load(settings().council_path)


def names() -> labels.Labels:
    """The names of this council's topics and places."""
    return labels.of(council_file())


@st.cache_resource(show_spinner=False)
def _client(role: str) -> Client:  # noqa: ARG001  (the key: one connection for each role)
    return clickhouse.connect(settings(), "reader", answer_seconds=PATIENCE)


def _ask(role: str, question: Callable[[Client], Answer]) -> Answer:
    """Ask with the kept connection. Raises StoreAway, and forgets the connection: the store may come back elsewhere."""
    try:
        return question(_client(role))
    except (OursFailed, NothingRunning, PostFailed) as error:
        _client.clear()
        raise StoreAway from error


def answers() -> bool:
    """Whether the store answers now."""
    try:
        _ask(OFFICER, questions.totals)
    except StoreAway:
        return False
    return True


def kept(question: Callable[Concatenate[str, Asked], Answer]) -> Callable[Concatenate[str, Asked], Answer]:
    """Keeps a question's answers for a moment, by role, by what was asked and by what the store has erased so far."""

    @wraps(question)
    def answer(role: str, /, *asked: Asked.args, **named: Asked.kwargs) -> Answer:
        found: Answer = _kept(question.__name__, role, erasures(role), asked, named, question)
        return found

    return answer


@st.cache_data(ttl=KEPT, show_spinner=False)
def _kept(  # each value is a key, but for the last: Streamlit leaves out what begins with a line
    name: str,  # noqa: ARG001
    role: str,
    erased: str,  # noqa: ARG001
    asked: tuple[Any, ...],
    named: dict[str, Any],
    _question: Callable[..., Any],
) -> Any:
    return _question(role, *asked, **named)


def erasures(role: str) -> str:
    """What the store has erased so far; empties all that is kept when that has changed. Asked anew each time."""
    erased, before = _ask(role, lambda client: questions.erasures(client)), _last_erasures()
    if before != [erased]:
        _kept.clear()
        before[:] = [erased]
    return erased


@st.cache_resource(show_spinner=False)
def _last_erasures() -> list[str]:
    return []


@kept
def pulse(role: str) -> Pulse:
    """How much is kept, how new it is, and what the page shows first. Cheap: asked every five seconds."""
    now = clock()
    fresh = _ask(role, lambda client: questions.freshness(client, now))
    return Pulse(now, fresh.stored, fresh.newest_happened, fresh.newest_collected)


@kept
def arrived(role: str, since: datetime) -> int:
    """How many posts were collected after an instant."""
    return _ask(role, lambda client: questions.count_newer(client, Filters(), Mark(since, AFTER_ALL)))


@kept
def _held(role: str, posts: tuple[Mark, ...]) -> frozenset[str]:
    return _ask(role, lambda client: questions.held(client, posts))


def taken_back(role: str, shown: Sequence[Card]) -> bool:
    """Whether a post that a page still shows may no longer be shown, wherever newer ones have pushed it."""
    posts = tuple(Mark(card.happened_at, card.id) for card in shown)
    return bool({post.id for post in posts} - _held(role, posts))


@kept
def newest(role: str) -> tuple[Card, ...]:
    """The newest posts."""
    found = _ask(role, lambda client: questions.newest(client, limit=NEWEST))
    return views.cards(found, names())


@kept
def morning(role: str, period: Period) -> Morning:
    """What the page Now shows."""
    return _ask(role, lambda client: _morning(client, period))


def _morning(client: Client, period: Period) -> Morning:
    now, zone = clock(), council_file().council.zone
    window = views.window(period, now, zone)
    before = views.earlier(period, now, zone)
    comparable = _listened_through(client, before)
    compared = before if comparable else None
    return views.morning(
        period,
        views.pulse(now, questions.freshness(client, now)),
        questions.summary(client, window, compared),
        questions.volume(client, window, period.unit, zone),
        questions.topics(client, window, compared),
        questions.mood_by_topic(client, window),
        questions.newest(client, limit=NEWEST),
        questions.sources(client, window),
        questions.gaps(client, window),
        comparable=comparable,
        names=names(),
        zone=zone,
    )


def _listened_through(client: Client, window: Window) -> bool:
    """Whether anything is held from before the window's end of first day: else comparing would mislead."""
    oldest = next(iter(questions.posts(client, EPOCH, window.end, limit=1)), None)
    return oldest is not None and oldest.happened_at <= views.begun(window)


@kept
def search(role: str, wanted: Wanted, page: int) -> Results:
    """One page (from 1) of what a search finds, newest first."""
    now, zone = clock(), council_file().council.zone
    window = views.window(wanted.period, now, zone) if wanted.period else None
    filters = Filters(topic=wanted.topic, place=wanted.place, source=wanted.source, mood=wanted.mood)
    first = (page - 1) * PAGE
    if wanted.words:
        found = _ask(role, lambda client: questions.search(client, wanted.words, filters, window, PAGE, first))
    else:
        found = _ask(
            role, lambda client: _browse(client, filters, window or Window(EPOCH, now + timedelta(days=1)), first)
        )
    return Results(found.total, views.cards(found.posts, names()))


def _browse(client: Client, filters: Filters, window: Window, first: int) -> Found:
    """All that fits the filters, for a search without words: the store finds nothing for no words."""
    total = questions.mood(client, window, filters).posts
    newest = questions.newest(client, filters, min(first + PAGE, MOST))
    return Found(total, [post for post in newest[first:] if post.happened_at >= window.start])


@kept
def about(role: str) -> About:
    """What the page About this listening shows."""
    now = clock()
    window = Window.last(now, GAPS)
    return _ask(
        role,
        lambda client: views.about(
            now,
            questions.freshness(client, now),
            questions.totals(client),
            questions.gaps(client, window),
            questions.readers(client),
        ),
    )


def forget() -> None:
    """Ask anew next time: someone wants to see what is there now."""
    _kept.clear()
