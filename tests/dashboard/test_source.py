"""What the pages keep of the store's answers, and for how long: never past a removal (invariant R2)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dashboard import labels, source
from dashboard.posts import Card
from dashboard.shapes import Period, Wanted
from dashboard.source import OFFICER, StoreAway
from tests.dashboard.conftest import Open
from tests.dashboard.drawn import many
from tests.dashboard.fake_store import NOW, FakeStore, said
from tests.factories import post_id
from tests.waiting import wait_until

SECRET = "I should not have written this."


def newest() -> tuple[Card, ...]:
    """The cards of the page Now."""
    return source.morning(OFFICER, Period.WEEK).cards


def erase(fake: FakeStore, *names: str) -> None:
    """As a retraction does: the posts are gone, and the mark is another one."""
    ids = {post_id(name) for name in names}
    fake.posts_held[:] = [item for item in fake.posts_held if item.view.id not in ids]
    fake.erased += 1


def test_pages_that_are_open_together_ask_once(fake: FakeStore) -> None:
    fake.posts_held[:] = many(3)

    def asked_once() -> bool:
        before = fake.asked["sources"]
        newest()
        newest()
        return fake.asked["sources"] - before <= 1

    wait_until(asked_once, "two looks within one and a half seconds")


@pytest.mark.usefixtures("council_toml")
def test_no_kept_answer_outlives_a_removal(fake: FakeStore) -> None:
    fake.posts_held[:] = [said("secret", SECRET), *many(3)]
    wanted = Wanted("")

    def said_by() -> list[str]:
        return [
            repr(source.search(OFFICER, wanted, 1)),
            repr(source.morning(OFFICER, Period.WEEK)),
        ]

    assert all(SECRET in answer for answer in said_by())
    assert source.pulse(OFFICER).kept == source.about(OFFICER).kept == 4
    erase(fake, "secret")
    assert not any(SECRET in answer for answer in said_by())
    assert source.pulse(OFFICER).kept == source.about(OFFICER).kept == 3


def test_all_that_is_kept_is_emptied_and_not_only_passed_over(fake: FakeStore) -> None:
    fake.posts_held[:] = [said("secret", SECRET), *many(3)]
    assert SECRET in repr(newest())
    erase(fake, "secret")
    source.pulse(OFFICER)  # another question, of another page
    fake.erased -= 1  # the old mark again: what was kept under it is no longer there
    assert SECRET not in repr(newest())


def test_what_was_asked_differently_is_kept_apart(fake: FakeStore) -> None:
    fake.posts_held[:] = [said("1", "The bins are full."), said("2", "Pothole again.")]

    def search(words: str, page: int = 1) -> list[str]:
        return [card.text for card in source.search(OFFICER, Wanted(words), page).cards]

    assert [search("bins"), search("pothole"), search("bins", 2)] == [["The bins are full."], ["Pothole again."], []]


def test_a_page_hears_that_one_of_its_posts_was_taken_back_however_far_newer_ones_have_pushed_it(
    fake: FakeStore,
) -> None:
    fake.posts_held[:] = [said("1", SECRET), said("2")]
    shown = newest()
    fake.posts_held += [said(f"new{n}", happened_at=NOW - timedelta(minutes=1, seconds=n)) for n in range(30)]
    assert not source.taken_back(OFFICER, shown)
    erase(fake, "1")
    assert source.taken_back(OFFICER, shown)
    assert not source.taken_back(OFFICER, [card for card in shown if card.id != post_id("1")])
    assert not source.taken_back(OFFICER, [])


def test_a_store_that_is_away_is_said_and_nothing_old_is_shown(fake: FakeStore) -> None:
    fake.posts_held[:] = [said("1")]
    newest()
    fake.away = True
    with pytest.raises(StoreAway):
        newest()


@pytest.mark.parametrize("page", ["now", "search", "conversations"])
def test_the_next_look_of_an_open_page_no_longer_has_it(opened: Open, fake: FakeStore, page: str) -> None:
    fake.posts_held[:] = [said("secret", SECRET), *many(3)]
    test = opened(page)
    assert SECRET in [part.value for part in test.text]
    erase(fake, "secret")
    test.run()
    assert len(test.text) == 3 and SECRET not in [part.value for part in test.text]


def test_names_are_put_together_once(fake: FakeStore, monkeypatch: pytest.MonkeyPatch) -> None:
    first = source.names()
    monkeypatch.setattr(labels, "of", None)
    assert source.names() is first
