"""The Graph API's posts, comments and errors, read. The people are invented."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listeners import facebook_comments as graph
from listeners.native import Native, Unread
from listeners.polled_source import each
from listeners.polling import AskFailed
from listeners.published import Hidden, Published
from soundings.messages import AuthorKind, Kind
from tests.listeners.kit import NOON

PAGE, POST = "1001", "1001_5"
COMMENT = {
    "id": "5_9",
    "message": "The bins on Tolgarth Road",
    "created_time": "2026-11-10T09:30:00+0000",
    "from": {"id": "77", "name": "Anna Jones"},
    "permalink_url": "https://www.facebook.com/5_9",
    "is_hidden": False,
}
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text() | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def heard(**changes: Any) -> Native:
    found = graph.comment({**COMMENT, **changes}, PAGE, POST)
    assert isinstance(found, Native)
    return found


def test_a_comment_answers_the_post() -> None:
    native = heard()
    assert (native.native_id, native.kind, native.reply_to, native.thread) == ("5_9", Kind.REPLY, POST, POST)
    assert (native.account, native.author_name, native.author_kind) == ("77", "Anna Jones", None)
    assert native.event_at == native.created_at == datetime(2026, 11, 10, 9, 30, tzinfo=UTC)
    assert native.mentions == (PAGE,) and native.edited_at is None


def test_a_reply_answers_the_comment_and_stays_in_the_thread() -> None:
    native = heard(parent={"id": "5_8", "from": {"id": "1"}, "message": "x"})
    assert (native.reply_to, native.thread) == ("5_8", POST)


def test_what_the_page_itself_says_is_the_councils() -> None:
    native = heard(**{"from": {"id": PAGE, "name": "Penmarrow Council"}})
    assert (native.author_kind, native.account, native.mentions) == (AuthorKind.COUNCIL, PAGE, ())


@pytest.mark.parametrize("missing", ["from", "permalink_url", "created_time", "is_hidden"])
def test_nearly_everything_may_be_missing_or_null(missing: str) -> None:
    without = {name: value for name, value in COMMENT.items() if name != missing}
    for item in (without, COMMENT | {missing: None}):
        assert isinstance(graph.comment(item, PAGE, POST), Native)
    assert heard(**{"from": None}).account == ""


@pytest.mark.parametrize("how", [{"is_hidden": True}, {"is_private": True}])
def test_what_the_public_cannot_see_is_not_heard(how: dict[str, bool]) -> None:
    assert graph.comment(COMMENT | how, PAGE, POST) == Hidden("5_9")


def test_a_sticker_says_nothing() -> None:
    assert graph.comment(COMMENT | {"message": " "}, PAGE, POST) is None


def test_people_who_are_tagged_become_handles() -> None:
    """Facebook writes the whole name of who is tagged; as a handle it is masked. A page's name stays."""
    tags = [
        {"id": "8", "name": "Jo O'Neil", "type": "user"},
        {"id": "1", "name": "Penmarrow Council", "type": "page"},
        {"id": "9", "name": "Jo"},
    ]
    text = heard(message="Jo O'Neil look, Penmarrow Council did it, Jo", message_tags=tags).text
    assert text == "@JoONeil look, Penmarrow Council did it, @Jo"


def test_a_post_is_the_councils_and_may_have_no_words() -> None:
    found = graph.post(COMMENT | {"id": POST}, PAGE, NOON)
    assert found.item and (found.item.author_kind, found.item.account, found.item.kind) == (
        AuthorKind.COUNCIL,
        PAGE,
        Kind.POST,
    )
    assert graph.post({"id": POST}, PAGE, NOON) == Published(POST, NOON)


@pytest.mark.parametrize("item", [{}, {"id": 5}, {"id": "../me"}, {"id": "5_9", "created_time": "soon"}, [], None, "x"])
def test_what_is_no_comment_is_put_aside(item: Any) -> None:
    (found,) = each([item], lambda one: graph.comment(one, PAGE, POST))
    assert isinstance(found, Unread)


@given(st.dictionaries(st.sampled_from([*COMMENT, "parent", "message_tags"]), JSON) | JSON)
def test_any_json_is_a_comment_nothing_or_put_aside(item: Any) -> None:
    assert all(
        isinstance(one, Native | Hidden | Unread) for one in each([item], lambda x: graph.comment(x, PAGE, POST))
    )
    assert all(isinstance(one, Published | Unread) for one in each([item], lambda x: graph.post(x, PAGE, NOON)))


@given(JSON)
def test_any_json_has_a_next_page_or_none(answer: Any) -> None:
    assert graph.following(answer) == ""


def test_the_next_page_is_asked_by_its_cursor() -> None:
    paging = {"cursors": {"after": "c"}, "next": "https://graph.facebook.com/x?access_token=EAA"}
    assert graph.following({"data": [], "paging": paging}) == "c", "also after an empty page"
    assert graph.following({"paging": {"cursors": {"after": "c"}}}) == ""
    with pytest.raises(AskFailed):
        graph.following({"paging": {"next": "https://x"}})


def failure(code: Any, **headers: str) -> AskFailed:
    body = {"error": {"message": "Anna Jones", "type": "OAuthException", "code": code, "error_subcode": 463}}
    with pytest.raises(AskFailed) as failed:
        graph.check(json.dumps(body).encode(), headers, "SOUNDINGS_X")
    assert "Anna" not in str(failed.value)
    return failed.value


@pytest.mark.parametrize("code", [190, 102])
def test_a_token_that_expired_is_told_with_what_to_do(code: int) -> None:
    found = failure(code)
    assert found.at_once and "renew" in str(found) and "SOUNDINGS_X" in str(found)


@pytest.mark.parametrize("code", [10, 200, 283, 3])
def test_a_missing_permission_is_told_with_its_name(code: int) -> None:
    found = failure(code)
    assert found.at_once and "pages_read_user_content" in str(found)


@pytest.mark.parametrize("code", [4, 17, 32, 613, 80001])
def test_too_many_calls_is_a_pause(code: int) -> None:
    found = failure(code)
    assert not found.at_once and found.wait == timedelta(minutes=30)
    usage = json.dumps({PAGE: [{"type": "pages", "call_count": 100, "estimated_time_to_regain_access": 90}]})
    assert failure(code, **{"x-business-use-case-usage": usage}).wait == timedelta(minutes=90)


@pytest.mark.parametrize("code", [1, 2, 100, None, "x"])
def test_other_errors_are_tried_again(code: Any) -> None:
    found = failure(code)
    assert not found.at_once and not found.wait


@given(JSON)
def test_what_is_no_error_is_none(body: Any) -> None:
    graph.check(json.dumps(body).encode(), {}, "X")
    graph.check(b"<html>", {}, "X")


@pytest.mark.parametrize(
    ("used", "rests"),
    [
        ({"call_count": 20}, 0),
        ({"call_count": 95}, 30),
        ({"total_cputime": 90}, 30),
        ({"call_count": 100, "estimated_time_to_regain_access": 12}, 12),
        ({"call_count": "x"}, 0),
        ("x", 0),
    ],
)
def test_it_rests_before_it_is_made_to(used: Any, rests: int) -> None:
    headers = {"x-business-use-case-usage": json.dumps({PAGE: [{"call_count": 1}, used]})}
    assert graph.rest(headers) == timedelta(minutes=rests)


@given(JSON)
def test_any_usage_is_a_rest_or_none(usage: Any) -> None:
    assert graph.rest({"x-business-use-case-usage": json.dumps(usage)}) >= timedelta(0)
    assert graph.rest({"x-business-use-case-usage": "{"}) == timedelta(0)
