"""When a queue is an alarm: what is too old, what only grows, and rejects that are dropped too early."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from soundings import alarms
from soundings.alarms import length
from soundings.queues import GROWING, Growth, Queue, items
from tests.factories import NOON

MINUTE = timedelta(minutes=1)


def queue(name: str = "posts", oldest: datetime | None = None, held: int = 1) -> Queue:
    return Queue(name, envelopes=held, items=held, bytes=held, limit=100, oldest=oldest)


def says(one: Queue, growing: dict[str, datetime] | None = None) -> list[str]:
    return [told.says for told in alarms.of({one.name: one}, growing or {}, NOON)]


def test_what_waits_over_48_hours_is_said_loudly() -> None:
    assert says(queue(oldest=NOON - timedelta(hours=48))) == []
    assert says(queue("readings", oldest=NOON - timedelta(hours=53, minutes=10))) == [
        "Something has waited for store for 2 days and 5 hours. Nothing should wait longer than 48 hours."
    ]


def test_a_queue_that_only_grows_is_said() -> None:
    assert says(queue(), {"posts": NOON - timedelta(minutes=20)}) == [
        "What waits for nlp has done nothing but grow for 20 minutes: nlp is too slow for what comes in."
    ]


@pytest.mark.parametrize(("held", "told"), [(90, 0), (91, 1)])
def test_a_full_list_of_rejects_is_said(held: int, told: int) -> None:
    assert len(says(queue("rejected", held=held))) == told


def test_rejects_may_be_old() -> None:
    assert says(queue("rejected", oldest=NOON - timedelta(days=6))) == []


def grown(levels: list[list[int]]) -> Growth:
    """What a watcher makes of some levels for each minute; the last minute is still going on."""
    growth = Growth()
    for number, minute in enumerate(levels):
        for second, level in enumerate(minute):
            growth.see(NOON + number * MINUTE + timedelta(seconds=second), level)
    return growth


def test_growth_needs_a_quarter_of_an_hour() -> None:
    minutes = GROWING // MINUTE
    rising = [[number * 10 + 5, number * 10] for number in range(minutes + 3)]
    assert grown(rising).lasting(NOON + len(rising) * MINUTE) == NOON + MINUTE
    assert grown(rising[:10]).lasting(NOON + 10 * MINUTE) is None


def test_one_minute_without_growth_ends_it() -> None:
    rising = [[number] for number in range(30)]
    assert grown([*rising, [3], [4]]).lasting(NOON + 32 * MINUTE) is None
    assert grown([[7]] * 30).lasting(NOON + 30 * MINUTE) is None, "as much as before is not growth"


def test_a_wave_within_a_minute_is_no_growth() -> None:
    """Posts come in waves, and are worked off in between: the least of each minute counts."""
    assert grown([[number * 100, 0] for number in range(30)]).lasting(NOON + 30 * MINUTE) is None


@pytest.mark.parametrize(
    ("lasted", "words"),
    [
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=1, minutes=2), "1 hour and 2 minutes"),
        (timedelta(days=3), "3 days"),
        (timedelta(days=1, hours=1, minutes=59), "1 day and 1 hour"),
    ],
)
def test_lengths_in_words(lasted: timedelta, words: str) -> None:
    assert length(lasted) == words


@pytest.mark.parametrize(("subject", "count"), [("posts.feeds.17", 17), ("notices.x.1", 1), ("posts.odd", 1)])
def test_a_subject_says_how_many(subject: str, count: int) -> None:
    assert items(subject) == count
