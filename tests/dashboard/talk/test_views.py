"""Threads as people read them, the orders of the queue, and what a neighbour's post replies to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import inert
from dashboard.talk import views
from dashboard.talk.shapes import Order, Wanted
from store.answers import PostView
from store.talk.shapes import Week
from tests.dashboard.fake_store import NOW, said
from tests.dashboard.talk.test_words import talk


def post(name: str, to: str = "", minutes: int = 0, who: str = "resident") -> PostView:
    view = said(name).view
    return replace(view, id=name, reply_to=to, happened_at=NOW + timedelta(minutes=minutes), author_kind=who)


def test_replies_stand_below_what_they_answer() -> None:
    posts = [
        post("a"),
        post("b", "a", 2),
        post("c", "b", 3, "council"),
        post("d", "a", 1),
        post("e", "gone", 4),
    ]
    found = views.thread(posts)
    assert [(one.id, one.depth, one.who, one.ours) for one in found] == [
        ("a", 0, "", False), ("d", 1, "", False), ("b", 1, "", False), ("c", 2, "Council", True), ("e", 0, "", False),
    ]  # fmt: skip
    assert views.below(found, ["b"]) == {"c"}
    assert views.below(found, ["a"]) == {"b", "c", "d"}
    assert views.below(found, ["a", "b"]) == {"c", "d"}


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), unique_by=lambda pair: pair[0], max_size=6))
def test_every_post_is_drawn_once_whatever_a_platform_sends(pairs: list[tuple[int, int]]) -> None:
    found = views.thread([post(str(one), str(to)) for one, to in pairs])
    assert len({one.id for one in found}) == len(found) == len(pairs)


def test_the_orders() -> None:
    old = talk(id="old", waits=timedelta(hours=9), people=1, last=NOW - timedelta(days=9))
    many = talk(id="many", waits=timedelta(hours=5), people=9, last=NOW - timedelta(days=5))
    new = talk(id="new", waits=timedelta(hours=1), people=2, last=NOW)

    def ids(order: Order) -> list[str]:
        return [one.id for one in views.chosen([new, many, old], Wanted(order=order))]

    assert [ids("longest"), ids("people"), ids("newest")] == [
        ["old", "many", "new"], ["many", "new", "old"], ["new", "many", "old"],
    ]  # fmt: skip


def weeks(timed: int = 9) -> list[Week]:
    """Three weeks of all accounts, Monday to Sunday; the last is not over."""
    monday = datetime(2026, 11, 2, tzinfo=UTC)
    return [
        Week("", monday + timedelta(weeks=n), 9, 1, 9, 9, 0, timedelta(minutes=24) if timed else None, timed=timed)
        for n in range(3)
    ]


@pytest.mark.parametrize(
    ("heard", "shown"),
    [
        (datetime(2026, 10, 1, tzinfo=UTC), ["2 Nov", "9 Nov", "16 Nov"]),
        (datetime(2026, 11, 2, 20, tzinfo=UTC), ["2 Nov", "9 Nov", "16 Nov"]),
        (datetime(2026, 11, 5, tzinfo=UTC), ["9 Nov", "16 Nov"]),
        (datetime(2026, 11, 18, tzinfo=UTC), ["16 Nov"]),
        (None, ["16 Nov"]),
    ],
)
def test_a_week_that_was_not_heard_from_its_start_is_left_out(heard: datetime | None, shown: list[str]) -> None:
    [account] = views.accounts(weeks(), heard, ZoneInfo("Europe/London"))
    assert [week.label for week in account.weeks] == shown
    assert [week.so_far for week in account.weeks] == [*[False] * (len(shown) - 1), True]


@pytest.mark.parametrize(("timed", "took", "told"), [(0, "", False), (1, "few", False), (4, "few", False),
                                                     (5, "24 min", True)])  # fmt: skip
def test_few_answers_have_no_typical_time(timed: int, took: str, told: bool) -> None:
    [account] = views.accounts(weeks(timed), NOW - timedelta(days=99), ZoneInfo("Europe/London"))
    assert {week.took for week in account.weeks} == {took}
    assert {week.hours is not None for week in account.weeks} == {told}


def test_a_link_leads_only_to_the_web_and_ends_nothing() -> None:
    assert inert.link("javascript:alert(1)") == inert.link("https://") == inert.link("") == ""
    told = inert.link("https://penmarrow.example/a_(b)?q=![x](y)")
    assert told.endswith("(https://penmarrow.example/a_%28b%29?q=!%5Bx%5D%28y%29)")
    assert told.count("](") == 1
