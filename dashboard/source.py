"""The answers of the pages Now, Search and About: the store's questions, asked as a reader and given names.

This and `talk/asking.py` are the modules that ask the store; `keeping.py` says how, and for how long an answer is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import streamlit as st

from dashboard import labels, views
from dashboard.keeping import StoreAway, ask, erasures, forget, kept, kept_longer, settings
from dashboard.posts import Shown
from dashboard.shapes import About, Morning, Period, Pulse, Results, Wanted
from soundings import council
from soundings.council import CouncilFile
from store import questions
from store.answers import Mark, Story, Telling
from store.clickhouse import Client
from store.filters import Filters
from store.windows import Window

__all__ = ["StoreAway", "ask", "erasures", "forget", "kept", "settings"]  # for whoever has this module in hand

OFFICER = "officer"
"""The only role so far: someone at the council who may read posts."""
LOOK = 5
"""Seconds between two looks of an open page."""
NEWEST = 10
"""Posts that the page Now shows."""
STORIES = Period.MONTH
"""How far back the page Now looks for what was said more than once, whatever its period: a campaign that began before
would seem to have begun with it."""
PAGE = 20
"""Cards on a page of search results."""
MOST = questions.REACHED
"""Posts that can be reached by turning pages: who needs more wants an extract."""
GAPS = timedelta(days=30)
"""How far back the page About this listening names gaps."""
EPOCH = datetime(1990, 1, 1, tzinfo=UTC)
"""Before any post."""
AHEAD = datetime(2100, 1, 1, tzinfo=UTC)
"""After any post."""
AFTER_ALL = "~"
"""Sorts after every post id."""


def clock() -> datetime:
    """Now, UTC."""
    return datetime.now(UTC)


@st.cache_resource(show_spinner=False)
def council_file() -> CouncilFile:
    """The council file as it was when the pages started."""
    return council.load(settings().council_path)


@st.cache_resource(show_spinner=False)
def names() -> labels.Labels:
    """The names of this council's topics and places, as the council file had them when the pages started."""
    return labels.of(council_file())


def answers() -> bool:
    """Whether the store answers now."""
    try:
        ask(OFFICER, questions.totals)
    except StoreAway:
        return False
    return True


@kept
def pulse(role: str) -> Pulse:
    """How much is kept, how new it is, and what the page shows first. Cheap: asked every five seconds."""
    now = clock()
    fresh = ask(role, lambda client: questions.freshness(client, now))
    return Pulse(now, fresh.stored, fresh.newest_happened, fresh.newest_collected)


@kept
def arrived(role: str, since: datetime) -> int:
    """How many posts were collected after an instant."""
    return ask(role, lambda client: questions.count_newer(client, Filters(), Mark(since, AFTER_ALL)))


@kept
def _held(role: str, posts: tuple[Mark, ...]) -> frozenset[str]:
    return ask(role, lambda client: questions.held(client, posts))


def taken_back(role: str, shown: Sequence[Shown]) -> bool:
    """Whether a post that a page still shows may no longer be shown, wherever newer ones have pushed it."""
    posts = tuple(Mark(post.happened_at, post.id) for post in shown)
    return bool({post.id for post in posts} - _held(role, posts))


@kept
def morning(role: str, period: Period) -> Morning:
    """What the page Now shows."""
    stories = _stories(role, pulse(role).collected, Wanted("", period=STORIES))
    return ask(role, lambda client: _morning(client, period, stories))


@kept_longer
def _stories(role: str, wanted: Wanted) -> list[Story]:
    """What was said more than once among the posts that are wanted."""
    return ask(role, lambda client: questions.stories(client, _since(wanted.period), _filters(wanted), wanted.words))


def _since(period: Period | None) -> Window | None:
    """All of a period, also what is dated ahead: it stands among the newest posts."""
    start = views.window(period, clock(), council_file().council.zone).start if period else None
    return Window(start, AHEAD) if start else None


def _filters(wanted: Wanted) -> Filters:
    return Filters(topic=wanted.topic, place=wanted.place, source=wanted.source, mood=wanted.mood)


def _newest(client: Client, stories: Sequence[Story]) -> tuple[Telling, ...]:
    """The newest posts, each story once; where there are too few in the reach of stories, older ones too."""
    found = questions.told_once(client, stories, _since(STORIES), limit=NEWEST).page
    return found if len(found) == NEWEST else questions.told_once(client, stories, limit=NEWEST).page


def _morning(client: Client, period: Period, stories: Sequence[Story]) -> Morning:
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
        _newest(client, stories),
        [story for story in stories if story.last >= window.start],
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
    """One page (from 1) of what a search finds, newest first. Without words: of all that fits the filters."""
    stories = _stories(role, pulse(role).collected, wanted)
    asked = _since(wanted.period), _filters(wanted), wanted.words
    found = ask(role, lambda client: questions.told_once(client, stories, *asked, PAGE, (page - 1) * PAGE))
    return Results(found.total, views.tellings(found.page, names()), found.lines)


@kept
def about(role: str) -> About:
    """What the page About this listening shows."""
    now = clock()
    window = Window.last(now, GAPS)
    return ask(
        role,
        lambda client: views.about(
            now,
            questions.freshness(client, now),
            questions.totals(client),
            questions.gaps(client, window),
            questions.readers(client),
        ),
    )
