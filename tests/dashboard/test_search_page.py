"""The page Search: each filter is part of the address, nothing found says what to try, results come in pages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.dashboard.conftest import Open
from tests.dashboard.drawn import everything, many
from tests.dashboard.fake_store import NOW, FakeStore, said


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, 3),
        ({"q": "bins"}, 1),
        ({"q": "BINS"}, 1),
        ({"topic": "Roads and potholes"}, 1),
        ({"mood": "Pleased"}, 1),
        ({"source": "Bluesky"}, 1),
        ({"place": "Tolgarth Road"}, 2),
        ({"when": "Last 24 hours"}, 2),
        ({"topic": "no such topic"}, 3),
        ({"page": "99"}, 3),
        ({"page": "-1"}, 3),
    ],
)
def test_a_search_can_be_sent_as_a_link(opened: Open, fake: FakeStore, query: dict[str, str], found: int) -> None:
    fake.posts_held[:] = [
        said("1", "The bins are full."),
        said("2", "Pothole again.", topics=("roads",), source="bluesky", places=()),
        said("3", "Lovely park.", topics=("parks",), mood="positive", happened_at=NOW - timedelta(days=3)),
    ]
    page = opened("search", **query)
    assert not page.exception
    assert page.header[0].value == ("1 post." if found == 1 else f"{found} posts.")


@pytest.mark.parametrize("words", ["unicorn", "'; DROP TABLE readings; --", "!!!", "%_\\", "\x00", "<qqq>", "${x}"])
def test_a_search_that_finds_nothing_says_what_to_try(opened: Open, fake: FakeStore, words: str) -> None:
    fake.posts_held[:] = many(3)
    page = opened("search", q=words)
    assert not page.exception
    assert [header.value for header in page.header] == ["Nothing found"]


def test_a_search_of_an_empty_archive_says_how_to_begin(opened: Open) -> None:
    page = opened("search", q="bins")
    assert [header.value for header in page.header] == ["No posts yet"]
    assert "soundings import FILE" in everything(page)


def test_results_come_in_pages_of_twenty(opened: Open, fake: FakeStore) -> None:
    fake.posts_held[:] = many(45)
    assert opened("search").header[0].value == "45 posts, 1 to 20 shown."
    assert opened("search", page="3").header[0].value == "45 posts, 41 to 45 shown."


def test_a_filter_goes_back_to_the_first_page(opened: Open, fake: FakeStore) -> None:
    fake.posts_held[:] = many(75)
    page = opened("search", page="2")
    page.selectbox(key="topic").set_value("roads").run()
    assert page.header[0].value == "25 posts, 1 to 20 shown."
