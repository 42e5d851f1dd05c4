"""The YouTube Data API's videos, comments and errors, read. The people are invented."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listeners import youtube_comments as data
from listeners.native import Native, Unread
from listeners.polled_source import each
from listeners.polling import AskFailed, State
from listeners.published import Published
from soundings.messages import AuthorKind, Kind
from tests.listeners.kit import NOON
from tests.listeners.test_facebook_comments import JSON

CHANNEL = "UC" + "a" * 22
SNIPPET = {
    "textDisplay": "The bins on Tolgarth Road",
    "authorDisplayName": "@anna-jones",
    "authorChannelId": {"value": "UCanna"},
    "publishedAt": "2026-11-10T09:30:00Z",
    "updatedAt": "2026-11-10T09:30:00Z",
}


def heard(**changes: Any) -> Native:
    found = data.comment({"id": "Ug1", "snippet": {**SNIPPET, **changes}}, CHANNEL, "v1")
    assert isinstance(found, Native)
    return found


def test_a_comment_answers_the_video() -> None:
    native = heard()
    assert (native.native_id, native.kind, native.reply_to, native.thread) == ("Ug1", Kind.REPLY, "v1", "v1")
    assert (native.account, native.author_name, native.author_kind) == ("UCanna", "@anna-jones", None)
    assert native.event_at == datetime(2026, 11, 10, 9, 30, tzinfo=UTC) and native.edited_at is None
    assert native.link == "https://www.youtube.com/watch?v=v1&lc=Ug1" and native.mentions == (CHANNEL,)


def test_a_reply_and_an_edit() -> None:
    native = heard(parentId="Ug0", updatedAt="2026-11-10T10:00:00Z")
    assert (native.reply_to, native.thread) == ("Ug0", "v1")
    assert native.edited_at == datetime(2026, 11, 10, 10, 0, tzinfo=UTC)


def test_what_the_channel_itself_says_is_the_councils() -> None:
    assert heard(authorChannelId={"value": CHANNEL}).author_kind is AuthorKind.COUNCIL


@pytest.mark.parametrize("missing", ["authorChannelId", "authorDisplayName", "publishedAt", "updatedAt"])
def test_nearly_everything_may_be_missing_or_null(missing: str) -> None:
    without = {name: value for name, value in SNIPPET.items() if name != missing}
    for snippet in (without, SNIPPET | {missing: None}):
        assert isinstance(data.comment({"id": "Ug1", "snippet": snippet}, CHANNEL, "v1"), Native)
    assert heard(authorChannelId=None).account == ""


def test_a_comment_without_words_says_nothing() -> None:
    assert data.comment({"id": "Ug1", "snippet": SNIPPET | {"textDisplay": ""}}, CHANNEL, "v1") is None


def test_a_video_is_the_councils() -> None:
    about = {"title": "Budget 2027", "description": "What it means", "publishedAt": "2026-11-01T00:00:00Z"}
    item = {"snippet": about, "contentDetails": {"videoId": "v1", "videoPublishedAt": "2026-11-02T00:00:00Z"}}
    found = data.video(item, CHANNEL, NOON)
    assert found.item and (found.item.text, found.item.author_kind) == (
        "Budget 2027\n\nWhat it means",
        AuthorKind.COUNCIL,
    )
    assert found.at == datetime(2026, 11, 2, tzinfo=UTC), "when it was shown, not when it was put on the list"
    bare = data.video({"snippet": {}, "contentDetails": {"videoId": "v1"}}, CHANNEL, NOON)
    assert bare == Published("v1", NOON)


def thread(replies: int, count: int) -> dict[str, Any]:
    first = {"id": "Ug1", "snippet": SNIPPET}
    under = [{"id": f"Ug1.{number}", "snippet": SNIPPET} for number in range(replies)]
    return {
        "id": "Ug1",
        "snippet": {"topLevelComment": first, "totalReplyCount": count},
        "replies": {"comments": under},
    }


def test_replies_that_did_not_come_along_are_asked_for() -> None:
    comments, parent = data.opened(thread(2, 2))
    assert [one["id"] for one in comments] == ["Ug1", "Ug1.0", "Ug1.1"] and not parent
    comments, parent = data.opened(thread(5, 7))
    assert [one["id"] for one in comments] == ["Ug1"] and parent == "Ug1"


def test_threads_are_before_a_time_when_each_is() -> None:
    assert data.are_before([thread(0, 0)], NOON)
    assert not data.are_before([thread(0, 0)], NOON - timedelta(hours=5))
    assert not data.are_before([thread(0, 0), {"id": "x"}], NOON), "of one without a date it is not known"


@pytest.mark.parametrize("item", [{}, {"id": "Ug1"}, {"id": "a&b", "snippet": SNIPPET}, [], None, "x"])
def test_what_is_no_comment_is_put_aside(item: Any) -> None:
    (found,) = each([item], lambda one: data.comment(one, CHANNEL, "v1"))
    assert isinstance(found, Unread)


INNER = [*SNIPPET, "parentId", "topLevelComment", "totalReplyCount", "comments", "videoId", "title"]
SHAPES = st.dictionaries(
    st.sampled_from(["id", "snippet", "replies", "contentDetails", "items"]),
    JSON | st.fixed_dictionaries({}, optional=dict.fromkeys(INNER, JSON)),
)


@given(SHAPES | JSON)
def test_any_json_is_a_comment_nothing_or_put_aside(item: Any) -> None:
    assert all(isinstance(one, Native | Unread) for one in each([item], lambda x: data.comment(x, CHANNEL, "v1")))
    assert all(isinstance(one, Published | Unread) for one in each([item], lambda x: data.video(x, CHANNEL, NOON)))
    comments, parent = data.opened(item)
    assert comments and isinstance(parent, str)
    assert isinstance(data.following(item), str) and data.are_before([item], NOON) in (True, False)


@given(SHAPES | JSON)
def test_any_answer_has_the_uploads_or_is_refused(answer: Any) -> None:
    with pytest.raises(AskFailed, match="no such channel"):
        data.uploads(answer)


def failure(reason: str, status: int = 403) -> AskFailed:
    body = {"error": {"code": status, "message": "Anna Jones", "errors": [{"message": "Anna", "reason": reason}]}}
    with pytest.raises(AskFailed) as failed:
        data.check(status, json.dumps(body).encode(), NOON, "SOUNDINGS_X")
    assert "Anna" not in str(failed.value)
    return failed.value


def test_a_quota_that_is_used_up_waits_until_midnight_in_california() -> None:
    for reason in ("quotaExceeded", "dailyLimitExceeded"):
        found = failure(reason)
        assert found.at_once and found.wait == timedelta(
            hours=20, minutes=1
        )  # noon in London is 4 in the morning there


@pytest.mark.parametrize(
    ("moment", "hours"),
    [
        (datetime(2026, 3, 8, 8, 0, tzinfo=UTC), 23),  # the clocks go forward there in that night
        (datetime(2026, 11, 1, 7, 0, tzinfo=UTC), 25),  # and back
        (datetime(2026, 11, 10, 7, 59, tzinfo=UTC), 1 / 60),
    ],
)
def test_midnight_in_california_is_never_behind_us(moment: datetime, hours: float) -> None:
    assert data.until_midnight(moment) == timedelta(hours=hours, minutes=1)


def test_other_reasons() -> None:
    assert isinstance(failure("commentsDisabled"), data.Nothing)
    assert failure("rateLimitExceeded").wait == timedelta(minutes=5)
    assert not failure("videoNotFound", 404).at_once and not failure("forbidden").at_once
    for reason, status in (("keyInvalid", 400), ("accessNotConfigured", 403), ("Anna Jones", 401)):
        found = failure(reason, status)
        assert found.at_once and "SOUNDINGS_X" in str(found)
    data.check(200, b"", NOON, "X")
    data.check(503, b"", NOON, "X")
    data.check(404, b"<html>", NOON, "X")


def test_our_share_of_the_quota_is_counted_by_googles_day() -> None:
    quota: State = {}
    for _ in range(3):
        data.spend(quota, 3, NOON)
    with pytest.raises(AskFailed, match="units_a_day") as failed:
        data.spend(quota, 3, NOON)
    assert failed.value.at_once and quota["units"] == 3
    data.spend(quota, 3, NOON + failed.value.wait)
    assert quota["units"] == 1
