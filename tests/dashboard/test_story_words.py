"""What pages say of posts in nearly the same words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from dashboard import story_words
from dashboard.posts import Card, Same, Saying
from tests.dashboard.fake_store import NOW

LONDON = ZoneInfo("Europe/London")
SAME = Same(voices=14, posts=17, reposts=3, first=NOW - timedelta(days=4), others=(), cut=False)
CARD = Card("1", "Save our bus", (), "", "", "Bluesky", (), NOW, False)


@pytest.mark.parametrize(
    ("voices", "posts", "reposts", "said"),
    [
        (14, 17, 3, "14 voices posted nearly the same words"),
        (3, 3, 0, "3 voices (few voices) posted nearly the same words"),
        (4, 4, 3, "3 reposts"),
        (0, 2, 1, "1 repost"),
        (1, 5, 0, "Posted 5 times in nearly the same words, by one voice"),
        (0, 2, 0, "Posted 2 times in nearly the same words, by nobody who is named"),
    ],
)
def test_how_many_said_it(voices: int, posts: int, reposts: int, said: str) -> None:
    assert story_words.said(replace(SAME, voices=voices, posts=posts, reposts=reposts)) == said


@pytest.mark.parametrize(
    ("voices", "said"),
    [
        (14, "14 voices and the council posted nearly the same words"),
        (1, "Posted 17 times in nearly the same words, by one voice and the council"),
        (0, "Posted 17 times in nearly the same words, by the council"),
    ],
)
def test_the_council_is_no_voice_and_is_named(voices: int, said: str) -> None:
    assert story_words.said(replace(SAME, voices=voices, council=2)) == said


def test_a_card_says_since_when() -> None:
    assert story_words.folded(SAME, NOW, LONDON) == ("14 voices posted nearly the same words, since 16 November, 08:30")
    assert story_words.folded(replace(SAME, cut=True), NOW, LONDON).endswith("since 16 November, 08:30 or earlier")


@pytest.mark.parametrize(
    ("posts", "others", "told"),
    [(4, 3, ""), (5, 3, "1 more is not shown."), (1304, 3, "1,300 more are not shown.")],
)
def test_what_is_left_out_is_said(posts: int, others: int, told: str) -> None:
    assert story_words.left_out(replace(SAME, posts=posts, others=(CARD,) * others)) == told


@pytest.mark.parametrize(
    ("voices", "posts", "reposts", "told"),
    [
        (5, 5, 0, ""),
        (5, 7, 0, "7 posts"),
        (5, 5, 1, "5 posts, 1 of them a repost"),
        (5, 9, 2, "9 posts, 2 of them reposts"),
    ],
)
def test_posts_are_told_where_they_are_not_as_many_as_people(voices: int, posts: int, reposts: int, told: str) -> None:
    assert story_words.counted(replace(SAME, voices=voices, posts=posts, reposts=reposts)) == told


def test_what_spreads_says_since_when_and_how_lately() -> None:
    saying = Saying("1", NOW, "Save our bus", SAME, NOW - timedelta(hours=2), ("Bluesky",))
    assert story_words.spread(saying, NOW, LONDON) == [
        "17 posts, 3 of them reposts",
        "since 16 November, 08:30",
        "last 2 hours ago",
    ]


@pytest.mark.parametrize(
    ("total", "lines", "first", "shown", "said"),
    [
        (3, 3, 1, 3, "3 posts."),
        (45, 45, 21, 20, "45 posts, 21 to 40 shown."),
        (1204, 1000, 21, 20, "1,204 posts, 21 to 40 shown."),
        (21, 1, 1, 1, "21 posts on 1 card."),
        (45, 30, 21, 10, "45 posts, cards 21 to 30 of 30."),
    ],
)
def test_a_search_says_where_posts_share_cards(total: int, lines: int, first: int, shown: int, said: str) -> None:
    assert story_words.found(total, lines, 1000, first, shown) == said
