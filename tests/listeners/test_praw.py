"""What praw does in its own way and we do not want: each test is what we want, and praw alone fails it.

Strict: the day one of them passes, praw has mended it, and docs/decisions/0024-reddit.md can be shorter. That our
source does what each asks for is shown by the test of ours that it names (test_reddit.py, test_reddit_outages.py).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import praw
import prawcore
import pytest

from tests.listeners.kit import NOON
from tests.listeners.reddit_far_side import RedditFarSide, listing, minutes_ago

pytestmark = pytest.mark.servers


def client(far: RedditFarSide) -> Any:
    """praw as its own pages say to use it."""
    return praw.Reddit(
        client_id="an-id", client_secret="a-secret", user_agent="linux:soundings:v0 (by /u/PenmarrowCouncil)",
        reddit_url=far.url, oauth_url=far.url, check_for_updates=False,
    )  # fmt: skip


def bodies(stream: Iterator[Any]) -> list[str]:
    """What a stream gives until it pauses."""
    found: list[str] = []
    for comment in stream:
        if comment is None:
            return found
        found.append(comment.body)
    return found


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prawcore.sessions.FiniteRetryStrategy, "_sleep_seconds", lambda self: None)


@pytest.mark.xfail(strict=True, raises=prawcore.exceptions.TooManyRequests)
def test_a_stream_outlives_a_request_to_wait(reddit: RedditFarSide) -> None:
    """Ours: test_when_it_asks_to_wait_it_is_obeyed."""
    reddit.comment("before")
    stream = client(reddit).subreddit("Penmarrow").stream.comments(pause_after=-1)
    assert bodies(stream) == ["before"]
    reddit.refuse("/r", 429, times=1, Retry_After="1")
    bodies(stream)


@pytest.mark.xfail(strict=True, raises=AssertionError)
def test_a_stream_with_a_handler_goes_on_after_a_deleted_anchor(reddit: RedditFarSide) -> None:
    """More than a hundred after its last item, which was deleted. Ours: test_where_it_ended_outlives_deletions."""
    last = reddit.comment("before")
    stream = client(reddit).subreddit("Penmarrow").stream.comments(pause_after=-1, exception_handler=print)
    assert bodies(stream) == ["before"]
    reddit.delete(last)
    for number in range(150):
        reddit.comment(f"{number}")
    heard = [body for _ in range(4) for body in bodies(stream)]
    assert len(heard) == 150


@pytest.mark.xfail(strict=True, raises=AssertionError)
def test_a_stream_that_is_started_again_goes_on_where_it_was(reddit: RedditFarSide) -> None:
    """`continue_after_id` of what was deleted. Ours: test_a_start_goes_on_where_the_last_one_ended."""
    last = reddit.comment("before")
    for number in range(150):
        reddit.comment(f"{number}")
    reddit.delete(last)
    stream = client(reddit).subreddit("Penmarrow").stream.comments(pause_after=-1, continue_after_id=last)
    assert len([body for _ in range(4) for body in bodies(stream)]) == 150


@pytest.mark.xfail(strict=True, raises=AssertionError)
def test_a_listing_is_read_on_after_a_deleted_item(reddit: RedditFarSide) -> None:
    """Ours: test_what_follows_a_deleted_thing_is_found_by_the_one_before."""
    names = [reddit.comment(f"{number}") for number in range(220)]
    found = []
    for comment in client(reddit).subreddit("Penmarrow").comments(limit=None, params={"limit": 100}):
        found.append(comment.name)
        if len(found) == 100:
            reddit.delete(names[-100])
    assert len(found) == 220


@pytest.mark.xfail(strict=True, raises=ValueError)
def test_a_date_to_wait_for_is_one(reddit: RedditFarSide) -> None:
    """HTTP allows a date. Ours: test_when_it_asks_to_wait_it_is_obeyed."""
    reddit.refuse("/r", 429, Retry_After="Tue, 10 Nov 2026 12:06:40 GMT")
    with pytest.raises(prawcore.exceptions.TooManyRequests):
        next(client(reddit).subreddit("Penmarrow").new())


@pytest.mark.xfail(strict=True, raises=KeyError)
def test_a_token_that_is_refused_is_told_as_that(reddit: RedditFarSide) -> None:
    """Ours: test_a_key_that_is_refused_is_told_at_once_and_only_once."""
    reddit.refuse("/r", 401)
    with pytest.raises(prawcore.exceptions.ResponseException):
        next(client(reddit).subreddit("Penmarrow").new())


@pytest.mark.xfail(strict=True, raises=ValueError)
def test_counts_that_are_no_whole_numbers_stop_nobody(reddit: RedditFarSide) -> None:
    """Ours: test_what_is_left_of_the_window_is_spread_over_it."""
    reddit.submit("Bins")
    reddit.counts = {"x-ratelimit-remaining": "99.0", "x-ratelimit-used": "1.0", "x-ratelimit-reset": "300"}
    assert next(client(reddit).subreddit("Penmarrow").new()).title == "Bins"


@pytest.mark.xfail(strict=True, raises=AssertionError)
def test_a_wait_for_the_next_window_can_be_ended(reddit: RedditFarSide, monkeypatch: pytest.MonkeyPatch) -> None:
    """It sleeps in its thread, ten minutes at worst. Ours: test_what_is_left_of_the_window_is_spread_over_it."""
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    reddit.submit("Bins")
    reddit.counts = {"x-ratelimit-remaining": "0", "x-ratelimit-used": "100", "x-ratelimit-reset": "590"}
    asking = client(reddit).subreddit("Penmarrow")
    list(asking.new())
    list(asking.new())
    assert max([one for one in slept if one > 1], default=0.0) < 5


@pytest.mark.xfail(strict=True, raises=TypeError)
def test_one_odd_thing_costs_no_other(reddit: RedditFarSide) -> None:
    """Ours: test_odd_things_are_rejected_alone."""
    reddit.submit("Bins", at=NOON)
    good = [{"kind": "t3", "data": reddit.things[name]} for name in reddit.places["penmarrow"].listed["t3"]]
    reddit.refuse("/r/Penmarrow/new", 200, listing([5, {"kind": "t1", "data": {"replies": 5}}, *good]))
    assert [one.title for one in client(reddit).subreddit("Penmarrow").new() if hasattr(one, "title")] == ["Bins"]


@pytest.mark.xfail(strict=True, raises=AssertionError)
def test_what_was_seen_long_ago_is_not_new_again(reddit: RedditFarSide) -> None:
    """It remembers 301 ids (its issue 2090). Ours: test_an_old_thing_that_is_shown_again_as_new_hides_nothing."""
    first = reddit.submit("Bins", at=minutes_ago(60))
    stream = client(reddit).subreddit("Penmarrow").stream.submissions(pause_after=-1)
    heard: list[str] = []
    for _ in range(5):
        heard += [one.name for one in iter(lambda: next(stream), None)]
        for number in range(90):
            reddit.submit(f"Lamps {number}")
    listed = reddit.places["penmarrow"].listed["t3"]
    listed.insert(0, listed.pop(listed.index(first)))
    heard += [one.name for one in iter(lambda: next(stream), None)]
    assert heard.count(first) == 1
