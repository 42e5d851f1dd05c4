"""What is wrong between the tables of a council file."""

from __future__ import annotations

from typing import Any

import pytest

from soundings.council import problems

ON = {"enabled": True}
REAL = {"name": "Testford Council", "purpose": "To answer."}


@pytest.mark.parametrize(
    "document",
    [
        {"council": REAL, "sources": {"sample": ON}},
        {"council": {"purpose": "To answer."}, "sources": {"sample": ON, "bluesky": ON}},
    ],
)
def test_the_sample_never_stands_beside_a_real_council(document: dict[str, Any]) -> None:
    [problem] = problems(document)
    assert problem.path == ("sources", "sample") and "soundings demo" in problem.message


@pytest.mark.parametrize(
    "document",
    [
        {"sources": {"sample": ON}},
        {"council": REAL | {"invented": True}, "sources": {"sample": ON, "bluesky": ON}},
        {"council": REAL, "sources": {"sample": {"enabled": False}, "bluesky": ON}},
    ],
)
def test_by_itself_or_beside_an_invented_one_it_may(document: dict[str, Any]) -> None:
    assert problems(document) == []


def test_a_persons_feed_is_told_where_it_stands() -> None:
    feeds = {"feed": [{"url": "https://news.example/rss"}, {"url": "https://town.example/@anna.rss"}]}
    [problem] = problems({"council": REAL, "sources": {"feeds": feeds}})
    assert problem.path == ("sources", "feeds", "feed", 1, "url")
