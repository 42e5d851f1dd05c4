"""The page About this listening: sources, feeds, gaps, reader and contact."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from streamlit.testing.v1 import AppTest

from dashboard import source
from soundings import gazetteers
from soundings.gazetteers import Gazetteer, Head, Layer
from store.answers import SourceGap
from tests.dashboard.conftest import COUNCIL, Open
from tests.dashboard.drawn import everything, many
from tests.dashboard.fake_store import NOW, FakeStore, said


def test_the_about_page_names_sources_reader_contact_and_gaps(opened: Open, fake: FakeStore) -> None:
    fake.posts_held[:] = many(3)
    fake.retracted = 2
    page = opened("about")
    text = everything(page)
    assert "3 posts from 1 source" in text
    assert "misreads much sarcasm" in text
    assert "No gap is known." in text
    assert "kept as it is for seven days, for officers only" in text
    assert "removed 395 days after" in text
    assert "done 2 times" in text
    assert "Write to listening@example.org." in [element.value for element in page.text]


FEED = """
[sources.feeds]
enabled = true

[[sources.feeds.feed]]
url = "https://news.example/rss"
name = "![x](http://a.example/p.png)"
"""


def test_the_feeds_of_the_council_file_are_named_and_escaped(opened: Open, fake: FakeStore, council_toml: Path) -> None:
    council_toml.write_text(COUNCIL + FEED)
    fake.posts_held[:] = [said("1")]
    silent = everything(opened("about"))
    assert "News feeds in the council file:" in silent
    assert "no post yet" in silent
    assert "![x](http" not in silent
    fake.posts_held.append(said("2", source="feeds"))
    source.forget()
    assert "no post yet" not in everything(opened("about"))


def test_without_purpose_and_contact_the_about_page_says_where_to_add_them(opened: Open, council_toml: Path) -> None:
    council_toml.write_text("")
    text = everything(opened("about"))
    assert "Add `purpose`" in text
    assert "Add `contact`" in text


def test_imported_places_are_attributed_as_their_licence_asks(opened: Open, council_toml: Path) -> None:
    assert "Whose place names" not in everything(opened("about"))
    council_toml.write_text('[area]\ngazetteer = "places.jsonl"\n')
    layer = Layer(what="OS Open Names", count=0, licence="Contains OS data © Crown copyright. ![x](http://a.example)")
    gazetteers.write(council_toml.parent, Gazetteer(Head(layers=(layer,))))
    source.forget()
    source.council_file.clear()
    text = everything(opened("about"))
    assert "Whose place names these are" in text
    assert "Contains OS data © Crown copyright" in text
    assert "![x](http" not in text


def tables(page: AppTest) -> str:
    return "\n".join(table.value.to_string() for table in page.table)


def test_when_the_last_of_a_source_came_in_and_that_it_is_not_heard_now(opened: Open, fake: FakeStore) -> None:
    fake.posts_held[:] = [said("1", source="feeds")]
    heard = tables(opened("about"))
    assert "Last came in" in heard and "Not heard since" not in heard
    fake.gaps_held[:] = [
        SourceGap("feeds", NOW - timedelta(hours=hours), None, "it does not answer") for hours in (3, 2)
    ]
    source.forget()
    silent = tables(opened("about"))
    assert "Not heard since" in silent and "3 hours ago" in silent


OWN = FEED.replace("enabled = true", 'enabled = true\npurpose = "To hear ![x](http://a.example/p.png)"')


def test_what_a_source_is_listened_to_for_is_shown(opened: Open, council_toml: Path) -> None:
    assert "a purpose of its own" not in everything(opened("about"))
    council_toml.write_text(COUNCIL + OWN)
    source.council_file.clear()
    [line] = [element.value for element in opened("about").text if "a purpose of its own" in element.value]
    assert line.startswith("News feed is listened to for a purpose of its own: To hear")


def test_posts_that_go_sooner_are_told(opened: Open, fake: FakeStore) -> None:
    fake.posts_held[:] = [said("1", source="youtube")]
    assert "Posts of YouTube go after 30 days" in everything(opened("about"))
