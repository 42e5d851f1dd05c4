"""Threads as people read them, the orders of the queue, and what a neighbour's post replies to."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from dashboard import inert
from dashboard.talk import views
from dashboard.talk.shapes import Order, Wanted
from store.answers import PostView
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


def test_a_link_leads_only_to_the_web_and_ends_nothing() -> None:
    assert inert.link("javascript:alert(1)") == inert.link("https://") == inert.link("") == ""
    told = inert.link("https://penmarrow.example/a_(b)?q=![x](y)")
    assert told.endswith("(https://penmarrow.example/a_%28b%29?q=!%5Bx%5D%28y%29)")
    assert told.count("](") == 1
