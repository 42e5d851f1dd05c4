"""The store's questions answered from a list: what the page tests ask instead of ClickHouse."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from soundings.errors import OursFailed
from store.answers import (
    Freshness,
    Mark,
    Moods,
    Once,
    PostView,
    ReaderCount,
    SourceCount,
    SourceFreshness,
    SourceGap,
    Story,
    Stretch,
    Summary,
    Telling,
    TopicCount,
    TopicMood,
    Totals,
    Volume,
)
from store.filters import ALL, Filters
from store.joining import once
from store.stories import OTHERS
from store.windows import Step, Window, floor, steps
from tests.dashboard.fake_talk import FakeTalk
from tests.factories import post_id

NOW = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Said:
    """A post and its voice, which no answer gives away."""

    view: PostView
    voice: str


def said(name: str, text: str = "When will the brown bins be emptied?", *, voice: str = "", **changes: Any) -> Said:
    """A resident's post about bins, 10 minutes ago."""
    at = changes.pop("happened_at", NOW - timedelta(minutes=10))
    view = PostView(
        id=post_id(name),
        source="files",
        kind="post",
        text=text,
        happened_at=at,
        collected_at=at,
        author_kind="resident",
        topics=("bins-recycling",),
        mood="negative",
        clear=True,
        acts=("question",),
        places=("street:tolgarth-road",),
        language="en",
        reply_to="",
        thread="",
        reader="plain 1",
    )
    return Said(replace(view, **changes), voice or name)


@dataclass
class FakeStore(FakeTalk):
    """Holds posts; `away` makes each question fail as a store that does not answer."""

    posts_held: list[Said] = field(default_factory=list)
    gaps_held: list[SourceGap] = field(default_factory=list)
    retracted: int = 0
    erased: int = 0
    away: bool = False
    alike: bool = False
    """Whether posts of the same words are a story: most tests have one text for all their posts."""
    asked: Counter[str] = field(default_factory=Counter)

    def _in(self, name: str, window: Window | None = None, filters: Filters = ALL) -> list[Said]:
        self.asked[name] += 1
        if self.away:
            raise OursFailed("the store does not answer")
        held = [item for item in self.posts_held if _fits(item.view, filters)]
        if window is None:
            return held
        return [item for item in held if window.start <= item.view.happened_at < window.end]

    def freshness(self, client: Any, now: datetime) -> Freshness:
        held = [item.view for item in self._in("freshness")]
        if not held:
            return Freshness(None, None, 0, [])
        sources = [
            SourceFreshness(
                name,
                len(views := [view for view in held if view.source == name]),
                max(view.happened_at for view in views),
                max(view.collected_at for view in views),
            )
            for name in sorted({view.source for view in held})
        ]
        return Freshness(
            max(view.happened_at for view in held), max(view.collected_at for view in held), len(held), sources
        )

    def erasures(self, client: Any) -> str:
        self._in("erasures")
        return str(self.erased)

    def held(self, client: Any, posts: Sequence[Mark]) -> frozenset[str]:
        return frozenset({item.view.id for item in self._in("held")} & {post.id for post in posts})

    def totals(self, client: Any) -> Totals:
        return Totals(len(self._in("totals")), self.retracted)

    def volume(self, client: Any, window: Window, step: Step, zone: ZoneInfo, filters: Filters = ALL) -> list[Volume]:
        found = self._in("volume", window, filters)
        answer = []
        for start in steps(window, step, zone):
            here = [item for item in found if floor(item.view.happened_at, step, zone) == start]
            answer.append(Volume(start, len(here), _voices(here)))
        return answer

    def topics(
        self, client: Any, window: Window, before: Window | None = None, filters: Filters = ALL
    ) -> list[TopicCount]:
        now, then = self._in("topics", window, filters), self._in("topics", before, filters) if before else []
        slugs = {slug for item in now for slug in item.view.topics}
        rows = []
        for slug in slugs:
            here, there = _about(now, slug), _about(then, slug)
            rows.append(TopicCount(slug, len(here), _voices(here), len(there), _voices(there)))
        return sorted(rows, key=lambda row: (-row.voices, row.slug))

    def mood_by_topic(self, client: Any, window: Window, filters: Filters = ALL) -> list[TopicMood]:
        found = self._in("mood_by_topic", window, filters)
        rows = []
        for slug in sorted({slug for item in found for slug in item.view.topics}):
            moods = Counter(_mood(item.view) for item in _about(found, slug))
            rows.append(
                TopicMood(
                    posts=moods.total(),
                    unhappy=moods["negative"],
                    neutral=moods["neutral"],
                    pleased=moods["positive"],
                    unclear=moods["unclear"],
                    slug=slug,
                )
            )
        return rows

    def newest(
        self, client: Any, filters: Filters = ALL, limit: int = 50, before: Mark | None = None
    ) -> list[PostView]:
        return _newest_first(self._in("newest", None, filters))[:limit]

    def stories(
        self, client: Any, window: Window | None = None, filters: Filters = ALL, words: str = ""
    ) -> list[Story]:
        """Of equal words only: what is nearly the same is the store's to say."""
        texts: dict[str, list[Said]] = {}
        for item in sorted(self._found("stories", words, window, filters), key=lambda item: item.view.happened_at):
            texts.setdefault(item.view.text, []).append(item)
        found = [_story(items) for text, items in texts.items() if self.alike and len(items) > 1]
        return sorted(found, key=lambda story: (-story.voices, -story.posts))

    def told_once(
        self,
        client: Any,
        stories: Sequence[Story],
        window: Window | None = None,
        filters: Filters = ALL,
        words: str = "",
        limit: int = 20,
        offset: int = 0,
    ) -> Once:
        held = _newest_first(self._found("told_once", words, window, filters))
        lines = list(once([view.happened for view in held], [story.members for story in stories]))
        views = {item.view.id: item.view for item in self.posts_held}
        story_of = {mark.id: story for story in stories for mark in story.members}
        page = []
        for mark in lines[offset : offset + limit]:
            story = story_of.get(mark.id)
            others = [one for one in reversed(story.members if story else ()) if one != mark and one.id in views]
            page.append(Telling(views[mark.id], story, tuple(views[one.id] for one in others[:OTHERS])))
        return Once(len(held), len(lines), tuple(page))

    def _found(self, name: str, words: str, window: Window | None, filters: Filters) -> list[Said]:
        needles = re.findall(r"\w+", words.lower())
        if words and not needles:
            return []
        return [item for item in self._in(name, window, filters) if all(n in item.view.text.lower() for n in needles)]

    def count_newer(self, client: Any, filters: Filters, than: Mark) -> int:
        held = self._in("count_newer", None, filters)
        return sum((item.view.collected_at, item.view.id) > (than.at, than.id) for item in held)

    def summary(self, client: Any, window: Window, before: Window | None = None) -> Summary:
        return Summary(_stretch(self._in("summary", window)), _stretch(self._in("summary", before)) if before else None)

    def sources(self, client: Any, window: Window | None = None, filters: Filters = ALL) -> list[SourceCount]:
        found = self._in("sources", window, filters)
        slugs = sorted({item.view.source for item in found})
        by_source = {slug: [item for item in found if item.view.source == slug] for slug in slugs}
        rows = [SourceCount(slug, len(here), _voices(here)) for slug, here in by_source.items()]
        return sorted(rows, key=lambda row: -row.voices)

    def mood(self, client: Any, window: Window, filters: Filters = ALL) -> Moods:
        moods = Counter(_mood(item.view) for item in self._in("mood", window, filters))
        return Moods(moods.total(), moods["negative"], moods["neutral"], moods["positive"], moods["unclear"])

    def gaps(self, client: Any, window: Window) -> list[SourceGap]:
        self._in("gaps")
        return self.gaps_held

    def readers(self, client: Any) -> list[ReaderCount]:
        return [ReaderCount(name, n) for name, n in Counter(item.view.reader for item in self._in("readers")).items()]

    def posts(
        self, client: Any, since: datetime, until: datetime, filters: Filters = ALL, limit: int | None = None
    ) -> Iterator[PostView]:
        found = _newest_first(self._in("posts", Window(since, until), filters))
        return iter(list(reversed(found))[:limit])


def _story(items: Sequence[Said]) -> Story:
    """Oldest first."""
    marks = tuple(item.view.happened for item in items)
    return Story(
        id=marks[0].id,
        text=items[0].view.text,
        specimen=marks[0],
        voices=_voices([item for item in items if item.view.author_kind != "council"]),
        posts=len(items),
        council=sum(item.view.author_kind == "council" for item in items),
        reposts=sum(item.view.kind == "repost" for item in items),
        unnamed=0,
        sources=tuple(sorted({item.view.source for item in items})),
        first=marks[0].at,
        last=marks[-1].at,
        members=marks,
    )


def _mood(view: PostView) -> str:
    return view.mood if view.clear else "unclear"


def _fits(view: PostView, filters: Filters) -> bool:
    return all(
        (
            filters.topic is None or filters.topic in view.topics,
            filters.place is None or filters.place in view.places,
            filters.source is None or filters.source == view.source,
            filters.mood is None or filters.mood == _mood(view),
            filters.act is None or filters.act in view.acts,
        )
    )


def _about(found: Sequence[Said], slug: str) -> list[Said]:
    return [item for item in found if slug in item.view.topics]


def _voices(found: Sequence[Said]) -> int:
    return len({item.voice for item in found})


def _newest_first(found: Sequence[Said]) -> list[PostView]:
    return sorted((item.view for item in found), key=lambda view: (view.happened_at, view.id), reverse=True)


def _stretch(found: Sequence[Said]) -> Stretch:
    views = [item.view for item in found]
    return Stretch(
        posts=len(views),
        voices=_voices(found),
        council_posts=sum(view.author_kind == "council" for view in views),
        questions=sum("question" in view.acts for view in views),
        unhappy=sum(_mood(view) == "negative" for view in views),
        unclear=sum(_mood(view) == "unclear" for view in views),
    )
