"""What is listened to: where posts are from, the council file's feeds, the readers, and what was taken back."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard import listening


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        (["files"], "3,223 posts from 1 source. All are from files that the council imported."),
        (["parish-survey", "files"], "3,223 posts from 2 sources. All are from files that the council imported."),
        (["feeds"], "3,223 posts from 1 source. All are public posts."),
        (["bluesky"], "3,223 posts from 1 source. All are public posts."),
        (["sample"], "3,223 posts from 1 source. All are public posts."),
        (
            ["feeds", "files"],
            "3,223 posts from 2 sources. Public posts, and posts from files that the council imported.",
        ),
    ],
)
def test_only_what_was_heard_in_public_is_called_public(sources: list[str], said: str) -> None:
    assert listening.origins(3223, sources) == said


def test_feeds_have_a_name_and_an_address_without_secrets() -> None:
    feeds = [
        {"url": "https://user:pass@news.example/rss/?key=secret", "name": "Penmarrow Post"},
        {"url": "https://reports.example/"},
        {},
    ]
    tables = {"sources": {"feeds": {"enabled": True, "feed": feeds}}}
    assert listening.feeds(tables) == [
        "Penmarrow Post (news.example/rss)",
        "reports.example",
        "A feed without an address",
    ]
    assert listening.on(tables)


@pytest.mark.parametrize("tables", [{}, {"sources": 1}, {"sources": {"feeds": 1}}, {"sources": {"feeds": {}}}])
def test_a_council_file_without_feeds(tables: dict[str, Any]) -> None:
    assert listening.feeds(tables) == []
    assert not listening.on(tables)


def test_readers() -> None:
    assert listening.reader("trained 4 + owner/model@4ba3d4463bd1") == (
        f"{listening.reader('trained 4')} How the writer feels is judged by owner/model@4ba3d4463bd1, a model that the "
        "council chose."
    )
    assert listening.reader("trained 4") == (
        "The reader (trained 4) guesses from the words of a post. It misreads much sarcasm; "
        "treat labels as a first sort, not a finding."
    )


def test_taken_back() -> None:
    assert listening.taken_back(0) == "So far nobody has taken a post back."
    assert listening.taken_back(1) == "So far this was done once."
    assert listening.taken_back(1200) == "So far this was done 1,200 times."


@pytest.mark.parametrize("source", ["x", "reddit", "mastodon", "youtube", "open311"])
def test_what_soundings_hears_by_itself_is_no_file(source: str) -> None:
    assert listening.origins(3, [source]) == "3 posts from 1 source. All are public posts."


def test_a_source_with_a_purpose_of_its_own_is_named() -> None:
    own = {"enabled": True, "purpose": " To hear the local paper. "}
    off = {"purpose": "To hear more."}
    tables = {"sources": {"feeds": own, "bluesky": {"enabled": True}, "x": off, "reddit": 5}}
    assert listening.aims(tables) == [("News feed", "To hear the local paper.")]
    assert listening.aims({}) == listening.aims({"sources": []}) == []


def test_what_goes_sooner_is_named() -> None:
    assert listening.sooner(["feeds", "youtube"], 395) == [
        "Posts of YouTube go after 30 days: its rules allow no longer."
    ]
    assert listening.sooner(["feeds", "youtube"], 30) == []
