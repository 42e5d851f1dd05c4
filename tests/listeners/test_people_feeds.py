"""A feed that is one person's is refused, whatever the platform: nobody is followed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listeners import people_feeds
from tests.listeners.toml_values import VALUES


def said(url: Any, *accounts: Any) -> list[str]:
    document = {"sources": {"feeds": {"feed": [{"url": url}]}}, "accounts": [*accounts]}
    return [problem.message for problem in people_feeds.problems(document)]


@pytest.mark.parametrize(
    "url",
    [
        "https://bsky.app/profile/anna.example.social/rss",
        "https://bsky.app/profile/did:plc:abcdefghijklmnopqrstuvwx/rss",
        "https://mastodon.social/@anna.rss",
        "https://MASTODON.social./%40anna.rss",
        "https://town.example/@anna.atom",
        "https://mastodon.social/users/anna.rss",
        "https://nitter.net/anna/rss",
        "https://nitter.example:8443/anna/rss",
        "https://twitter.com/anna",
        "https://medium.com/@anna/feed",
        "https://medium.com/feed/@anna",
        "https://anna.substack.com/feed",
        "https://anna.tumblr.com/rss",
        "https://anna.blogspot.com/feeds/posts/default",
        "https://www.youtube.com/feeds/videos.xml?channel_id=UC0123456789",
        "https://rsshub.app/twitter/user/anna",
        "https://www.flickr.com/services/feeds/photos_public.gne?id=1@N02",
    ],
)
def test_one_persons_feed_is_refused(url: str) -> None:
    [sentence] = said(url)
    assert "a resident may not be listed" in sentence and "under [[accounts]]" in sentence


@pytest.mark.parametrize(
    "url",
    [
        "https://www.reddit.com/r/penmarrow/.rss",
        "https://old.reddit.com/user/anna/.rss",
        "https://reddit.com/r/a.rss",
        "https://redlib.example/r/a.rss",
    ],
)
def test_reddit_is_never_a_feed(url: str) -> None:
    assert said(url) == [people_feeds.USE_REDDIT]


@pytest.mark.parametrize(
    "url",
    [
        "https://news.example/rss",
        "https://www.fixmystreet.com/rss/reports/Penmarrow",
        "https://www.bbc.co.uk/news/england/rss.xml",
        "https://council.example/news/users/guide.rss",
        "https://notx.com/local/rss",
        "https://www.gov.uk/search/news-and-communications.atom?user=1",
        "https://mastodon.social/tags/penmarrow.rss",
        "http://127.0.0.1:8080/news",
    ],
)
def test_other_feeds_are_not(url: str) -> None:
    assert said(url) == []


@pytest.mark.parametrize(
    ("url", "account"),
    [
        ("https://bsky.app/profile/council.example/rss", {"handle": "@Council.example", "source": "bluesky"}),
        ("https://bsky.app/profile/did:plc:abc/rss", {"handle": "council.example", "did": "did:plc:abc"}),
        ("https://town.example/@council.rss", {"handle": "council@town.example", "source": "mastodon"}),
        ("https://paper.substack.com/feed", {"handle": "paper"}),
        ("https://nitter.net/council/rss", {"handle": "Council", "source": "x"}),
    ],
)
def test_a_listed_account_may_be_read(url: str, account: dict[str, Any]) -> None:
    assert said(url, account) == []


def test_somebody_elses_listing_does_not_help() -> None:
    url = "https://town.example/@anna.rss"
    assert said(url, {"handle": "bert"}) and said(url, {"handle": "anna", "source": "bluesky"})


@given(url=VALUES | st.text(max_size=40).map("https://".__add__), entry=VALUES)
def test_any_address_is_told_and_none_raises(url: Any, entry: Any) -> None:
    for sentence in said(url, entry):
        assert sentence
