"""Turns the store's answers into what the pages show. Pure: slugs get names, instants the council's hours.

Knows nothing of Streamlit, and asks nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from dashboard import labels, words
from dashboard.labels import Labels
from dashboard.posts import Card, Same, Saying
from dashboard.shapes import About, Bar, Figures, MoodRow, Morning, Period, Pulse, Silence, Source, TopicRow
from soundings.policies import not_for
from soundings.taxonomy import NOT_COUNCIL
from store import answers
from store.windows import Window

TOPICS = 8
"""Topics that a chart shows."""
AGAIN = 3
"""Voices from which something was said again and again: two people may agree by chance, or know each other."""
SAYINGS = 3
"""Of what was said again and again, as many as the page Now shows."""
START = timedelta(days=1)
"""How long after its beginning a period may start to be heard and still be compared with."""


def window(period: Period, now: datetime, zone: ZoneInfo) -> Window:
    """The stretch that a period names: the last 24 hours, or today and the council's whole days before it."""
    if period is Period.DAY:
        return Window.last(now, period.length)
    return Window.days(now, period.length.days, zone)


def earlier(period: Period, now: datetime, zone: ZoneInfo) -> Window:
    """The same stretch of the period before: a Friday morning is compared with a Friday morning."""
    local = now.astimezone(zone).replace(tzinfo=None) - period.length
    return window(period, local.replace(tzinfo=zone), zone)


def begun(before: Window) -> datetime:
    """Until when something must have been heard for a period to be compared with."""
    return min(before.start + START, before.start + (before.end - before.start) / 4)


def pulse(now: datetime, fresh: answers.Freshness) -> Pulse:
    """The state of the archive."""
    return Pulse(now, fresh.stored, fresh.newest_happened, fresh.newest_collected)


def morning(
    period: Period,
    state: Pulse,
    summary: answers.Summary,
    volume: Sequence[answers.Volume],
    topics: Sequence[answers.TopicCount],
    moods: Sequence[answers.TopicMood],
    newest: Sequence[answers.Telling],
    stories: Sequence[answers.Story],
    sources: Sequence[answers.SourceCount],
    gaps: Sequence[answers.SourceGap],
    *,
    comparable: bool,
    names: Labels,
    zone: ZoneInfo,
) -> Morning:
    """All of the page Now."""
    shown = sorted(topics, key=lambda row: row.slug == NOT_COUNCIL)[:TOPICS]
    felt = {mood.slug: mood for mood in moods}
    return Morning(
        pulse=state,
        period=period,
        now=figures(summary.now),
        before=figures(summary.before) if comparable and summary.before else None,
        bars=tuple(Bar(moment(step.start, period, zone), step.voices, step.posts) for step in volume),
        topics=tuple(
            TopicRow(row.slug, names.topic(row.slug), row.voices, row.voices_before if comparable else None)
            for row in shown
        ),
        moods=tuple(_mood(felt[row.slug], names) for row in shown if row.slug in felt and felt[row.slug].posts),
        cards=tellings(newest, names),
        sources=tuple((labels.source(row.source), row.voices) for row in sources),
        gaps=silences(gaps),
        sayings=sayings(stories),
    )


def figures(stretch: answers.Stretch) -> Figures:
    """The four numbers of a window."""
    clear = stretch.posts - stretch.unclear
    share = words.share(stretch.unhappy, clear) if clear >= words.FEW else None
    return Figures(stretch.voices, stretch.posts, stretch.questions, share)


def moment(start: datetime, period: Period, zone: ZoneInfo) -> str:
    """`Tue 17 Nov`, with the hour when a bar is one: `Tue 17 Nov, 08:00`."""
    local = start.astimezone(zone)
    day = f"{local:%a} {local.day} {local:%b}"
    return f"{day}, {local:%H:%M}" if period is Period.DAY else day


def _mood(row: answers.TopicMood, names: Labels) -> MoodRow:
    return MoodRow(names.topic(row.slug), row.unhappy, row.unclear, row.neutral, row.pleased)


def cards(posts: Iterable[answers.PostView], names: Labels) -> tuple[Card, ...]:
    """Posts as cards."""
    return tuple(card(post, names) for post in posts)


def named(topics: Sequence[str]) -> Sequence[str]:
    """The topics that a card names: the likeliest two, or only that it is not about the council."""
    if topics[:1] == (NOT_COUNCIL,):
        return topics[:1]
    return [slug for slug in topics if slug != NOT_COUNCIL][:2]


def card(post: answers.PostView, names: Labels) -> Card:
    """One post: its first two topics, its first speech act, and no id but our own."""
    return Card(
        id=post.id,
        text=post.text,
        topics=tuple(names.topic(slug) for slug in named(post.topics)),
        act=labels.spoken(post.acts[0]) if post.acts and post.acts[0] != "other" else "",
        mood=labels.mood(post.mood, post.clear),
        source=labels.source(post.source),
        places=tuple(dict.fromkeys(names.place(place) for place in post.places)),
        happened_at=post.happened_at,
        council=post.author_kind == "council",
        slugs=post.topics,
        guessed=tuple(names.topic(slug) for slug in named(post.guessed)),
        corrected=post.corrected,
        barred=not_for(post.source),
    )


def tellings(told: Iterable[answers.Telling], names: Labels) -> tuple[Card, ...]:
    """Posts and stories as cards."""
    return tuple(_telling(one, names) for one in told)


def _telling(told: answers.Telling, names: Labels) -> Card:
    found = card(told.post, names)
    if not told.story or not told.others:
        return found
    # What an officer said of the others stays to be seen where a newer post has come to stand for them.
    slugs = next((one.topics for one in told.others if one.corrected), ())
    # What one person said at which hours is nobody's to list (invariant R4).
    others = told.others if told.story.voices != 1 else ()
    alike = replace(
        same(told.story, cards(others, names)),
        ids=tuple(mark.id for mark in told.story.members), slugs=slugs, topics=_names(slugs, names),
    )  # fmt: skip
    return replace(found, same=alike, barred=frozenset().union(*map(not_for, told.story.sources)))


def _names(slugs: Sequence[str], names: Labels) -> tuple[str, ...]:
    return tuple(names.topic(slug) for slug in named(slugs))


def same(story: answers.Story, others: tuple[Card, ...] = ()) -> Same:
    """How often it was said."""
    return Same(story.voices, story.posts, story.reposts, story.first, others, story.cut,
                council=story.council)  # fmt: skip


def sayings(stories: Iterable[answers.Story]) -> tuple[Saying, ...]:
    """What most voices said, if it is more than chance."""
    return tuple(_saying(story) for story in [one for one in stories if one.voices >= AGAIN][:SAYINGS])


def _saying(story: answers.Story) -> Saying:
    sources = tuple(labels.source(source) for source in story.sources)
    return Saying(story.specimen.id, story.specimen.at, story.text, same(story), story.last, sources)


def silences(gaps: Iterable[answers.SourceGap]) -> tuple[Silence, ...]:
    """Gaps with the sources' names."""
    return tuple(Silence(labels.source(gap.source), gap.start, gap.end, gap.why) for gap in gaps)


def unheard(gaps: Iterable[answers.SourceGap]) -> dict[str, datetime]:
    """The sources that are not heard now -> since when."""
    latest_first = sorted(gaps, key=lambda gap: gap.start, reverse=True)
    return {gap.source: gap.start for gap in latest_first if gap.end is None}


def about(
    now: datetime,
    fresh: answers.Freshness,
    totals: answers.Totals,
    gaps: Sequence[answers.SourceGap],
    readers: Sequence[answers.ReaderCount],
) -> About:
    """What is listened to, how well, and read by what."""
    return About(
        as_of=now,
        kept=totals.stored,
        retracted=totals.retracted,
        sources=tuple(
            Source(row.source, labels.source(row.source), row.posts, row.newest_happened, row.newest_collected)
            for row in fresh.sources
        ),
        gaps=silences(gaps),
        unheard=unheard(gaps),
        readers=tuple((row.reader, row.posts) for row in readers),
    )
