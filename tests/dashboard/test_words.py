"""Sentences from numbers: singular and plural, few voices, comparisons, nothing to compare with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import words

NOW = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")
naturals = st.integers(0, 10_000_000)
EARLY, LATE = datetime(1990, 1, 1), datetime(2100, 1, 1)  # noqa: DTZ001  (hypothesis adds the zone)
WEEK = ("the last 7 days", "the week before")


@pytest.mark.parametrize(
    ("value", "said"),
    [(0, "0 voices"), (1, "1 voice"), (2, "2 voices"), (1204, "1,204 voices"), (1_000_000, "1,000,000 voices")],
)
def test_counts(value: int, said: str) -> None:
    assert words.count(value, "voice") == said


@given(naturals)
def test_only_one_is_singular(value: int) -> None:
    assert words.count(value, "post").endswith("post") == (value == 1)


def test_an_odd_plural_is_given() -> None:
    assert words.count(3, "reply", "replies") == "3 replies"


@pytest.mark.parametrize(("value", "few"), [(0, False), (1, True), (4, True), (5, False), (118, False)])
def test_few_voices_are_marked(value: int, few: bool) -> None:
    assert ("few voices" in words.marked(value)) == few


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (-5, "just now"),
        (0, "just now"),
        (0.99, "just now"),
        (1, "1 minute ago"),
        (12, "12 minutes ago"),
        (59.9, "59 minutes ago"),
        (60, "1 hour ago"),
        (119, "1 hour ago"),
        (180, "3 hours ago"),
        (35 * 60, "35 hours ago"),
        (36 * 60, "2 days ago"),
        (5 * 1440, "5 days ago"),
    ],
)
def test_ago(minutes: float, said: str) -> None:
    assert words.ago(NOW - timedelta(minutes=minutes), NOW) == said


@given(st.datetimes(EARLY, LATE, timezones=st.just(UTC)))
def test_any_instant_can_be_said(then: datetime) -> None:
    assert words.ago(then, NOW)
    assert words.when(then, NOW, LONDON)


def test_an_older_post_is_dated_in_the_councils_time() -> None:
    summer = datetime(2026, 7, 3, 23, 30, tzinfo=UTC)
    assert words.when(summer, NOW, LONDON) == "4 July, 00:30"
    assert words.when(summer - timedelta(days=365), NOW, LONDON) == "4 July 2025, 00:30"


@pytest.mark.parametrize(
    ("voices", "before", "said"),
    [
        (100, 61, "busier"),
        (61, 100, "calmer"),
        (100, 90, "as busy"),
        (100, 80, "busier"),
        (80, 100, "calmer"),
        (100, None, ""),
        (4, 1, ""),
        (4, 4, ""),
        (5, 0, "busier"),
        (0, 5, "calmer"),
    ],
)
def test_verdicts(voices: int, before: int | None, said: str) -> None:
    assert words.verdict(voices, before) == said


@given(naturals, naturals)
def test_a_verdict_is_fair(voices: int, before: int) -> None:
    mirror = {"busier": "calmer", "calmer": "busier"}
    assert words.verdict(before, voices) == mirror.get(words.verdict(voices, before), words.verdict(voices, before))


def test_opening_when_busier() -> None:
    assert words.opening(365, 400, 260, *WEEK, "Most is about bins.") == (
        "Busier than the week before.",
        "365 voices in the last 7 days, against 260 the week before. Most is about bins.",
    )


def test_opening_with_nothing_to_compare() -> None:
    bold, rest = words.opening(12, 14, None, *WEEK)
    assert bold == "12 voices in the last 7 days."
    assert rest == "There is nothing to compare with yet: Soundings did not listen through the week before."


def test_opening_with_one_voice() -> None:
    assert words.opening(1, 1, 0, *WEEK) == ("1 voice in the last 7 days.", "0 the week before: too few to compare.")


def test_opening_when_nobody_spoke() -> None:
    assert words.opening(0, 0, 5, *WEEK) == ("Quiet.", "Nobody was heard in the last 7 days.")


def test_opening_when_no_post_has_a_voice() -> None:
    assert words.opening(0, 3, None, *WEEK) == ("Quiet.", "3 posts came in, none by a named voice.")


def test_an_opening_over_old_posts_gives_their_date_and_no_news() -> None:
    old = words.stale(NOW - timedelta(days=6), NOW, LONDON)
    assert old == "The newest post is of 14 November."
    assert words.opening(3, 3, 160, *WEEK, "", old) == (old, "3 voices in the last 7 days.")
    assert words.opening(0, 0, 160, *WEEK, "", old) == (old, "Nobody was heard in the last 7 days.")


def test_posts_of_the_last_day_are_not_old() -> None:
    assert words.stale(NOW - timedelta(hours=24), NOW, LONDON) == words.stale(None, NOW, LONDON) == ""
    assert words.stale(NOW - timedelta(days=365), NOW, LONDON) == "The newest post is of 20 November 2025."


@given(naturals, naturals, st.none() | naturals)
def test_every_opening_is_two_plain_sentences(voices: int, posts: int, before: int | None) -> None:
    bold, rest = words.opening(voices, posts, before, *WEEK)
    assert bold.endswith(".")
    assert rest.endswith(".")
    assert not {"None", "!", "%"} & set(f"{bold} {rest}".replace(".", " ").split())


ROWS: list[tuple[str, int, int | None]] = [
    ("Bins and recycling", 40, 10),
    ("Roads and potholes", 30, 60),
    ("NHS care", 20, 20),
]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (ROWS, "The largest rise is in bins and recycling: 40 voices, 10 the week before."),
        (ROWS[1:], "Most is about roads and potholes: 30 voices."),
        ([("Parks", 30, 29)], "Most is about parks: 30 voices."),
        ([("Parks", 30, None)], "Most is about parks: 30 voices."),
        ([("Parks", 4, 0)], ""),
        ([], ""),
    ],
)
def test_what_it_is_about(rows: list[tuple[str, int, int | None]], said: str) -> None:
    assert words.about(rows, "the week before") == said


def test_an_abbreviation_keeps_its_capitals() -> None:
    assert words.middle("NHS care") == "NHS care"


def test_comparisons() -> None:
    assert words.against(1260, "the week before") == "1,260 the week before"
    assert words.against(None, "the week before") == ""
    assert words.points(40, 38, "the week before") == "38% the week before"
    assert words.points(40, None, "the week before") == ""
    assert words.points(None, 38, "the week before") == "Too few posts to say"


@given(naturals, naturals)
def test_a_share_is_a_percentage_or_nothing(part: int, more: int) -> None:
    share = words.share(part, part + more)
    assert share is None if part + more == 0 else 0 <= (share or 0) <= 100


def test_a_share_of_few_is_not_told() -> None:
    assert words.unhappy(2, 3) == "3 posts"
    assert words.unhappy(3, 5) == "60% unhappy"


def test_peaks() -> None:
    assert words.peak([("Mon 16 Nov", 3), ("Tue 17 Nov", 71)], "day") == (
        "Most on Tue 17 Nov: 71 voices. Today is not over yet."
    )
    assert words.peak([("08:00", 3), ("09:00", 1)], "hour") == "Most at 08:00: 3 voices (few voices)."
    assert words.peak([("a", 7), ("b", 7)], "day") == "Evenly spread: at most 7 voices in any day."
    assert words.peak([], "day") == words.peak([("a", 0)], "day") == "Nobody was heard."


def test_talk() -> None:
    assert words.talk(ROWS, "the week before") == (
        "Bins and recycling: 40 voices, then roads and potholes with 30. The upright mark is the week before."
    )
    assert words.talk([("Parks", 1, None)], "the week before") == "Parks: 1 voice (few voices)."
    assert words.talk([], "the week before") == "No topic was named."


def test_waiting_posts() -> None:
    assert [words.waiting(number) for number in (0, 1, 3)] == ["Up to date", "Show 1 new post", "Show 3 new posts"]


def test_freshness() -> None:
    assert words.freshness(NOW - timedelta(minutes=4), NOW) == "Newest post 4 minutes ago"
    assert words.freshness(None, NOW) == "No post yet"


def test_found() -> None:
    assert words.found(1, 1, 1) == "1 post."
    assert words.found(1204, 21, 20) == "1,204 posts, 21 to 40 shown."


def test_sources() -> None:
    assert words.mix([("Bluesky", 51), ("Reddit", 1)]) == "Sources: Bluesky (51 voices), Reddit (1 voice)."
    assert words.mix([]) == ""


def test_gaps() -> None:
    start = NOW - timedelta(hours=2)
    assert words.gap("Reddit", start, None, "the server did not answer.", NOW, LONDON) == (
        "Reddit: nothing heard from 20 November, 06:30 until now. The server did not answer."
    )
    assert words.gap("Reddit", start, NOW, "", NOW, LONDON) == (
        "Reddit: nothing heard from 20 November, 06:30 until 08:30."
    )


@pytest.mark.parametrize(("has_words", "narrowed"), [(True, True), (True, False), (False, True), (False, False)])
def test_an_empty_search_always_says_what_to_try(has_words: bool, narrowed: bool) -> None:
    assert words.try_instead(has_words, narrowed).endswith(".")


def test_an_empty_archive_says_how_to_begin() -> None:
    assert "Bring in a file with `soundings import FILE`" in words.try_instead(False, False)
