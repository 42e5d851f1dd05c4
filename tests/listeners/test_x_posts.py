"""From X's JSON to a Native: both spellings of each field, and whatever else may come."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listeners.native import Native
from listeners.x_events import Disconnected, Unreadable, read
from listeners.x_posts import EPOCH, id_at, instant_of, to_native
from soundings.errors import PostFailed
from soundings.messages import Kind
from tests.listeners.kit import NOON
from tests.listeners.x_far_side import ANNA, BARE_GOODBYE, COUNCIL_ID, FULL, GOODBYE, id_of, post

LISTED = {COUNCIL_ID: "PenmarrowCncl"}


def made(data: dict[str, Any], includes: dict[str, Any] | None = None) -> Native:
    found = to_native(data, includes or {}, LISTED)
    assert found is not None
    return found


def test_a_plain_post() -> None:
    native = made(post("Bins in Penmarrow"))
    own = id_of(NOON)
    assert native == Native(
        native_id=own, text="Bins in Penmarrow", account=ANNA, created_at=NOON, event_at=NOON,
        link=f"https://x.com/i/status/{own}",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("note", "referenced", "history"),
    [
        ("note_tweet", "referenced_tweets", "edit_history_tweet_ids"),
        ("note_post", "referenced_posts", "edit_history_post_ids"),
    ],
)
def test_both_names_of_each_field(note: str, referenced: str, history: str) -> None:
    first, own = id_of(NOON), id_of(NOON, 5 << 22)
    data = {
        "id": own, "text": "Bins…", "author_id": ANNA, "conversation_id": "77", note: {"text": "Bins, at length"},
        referenced: [{"type": "replied_to", "id": "78"}, {"type": "quoted", "id": "79"}], history: [own, first],
    }  # fmt: skip
    native = made(data)
    assert (native.text, native.kind, native.reply_to, native.thread) == ("Bins, at length", Kind.REPLY, "78", "77")
    assert (native.quotes, native.native_id, native.aliases) == (("79",), first, (own,))
    assert native.edited_at == NOON + timedelta(milliseconds=5) and native.event_at == NOON


def test_who_answers_the_council_speaks_to_it() -> None:
    native = made(post("When?", in_reply_to_user_id=COUNCIL_ID))
    assert native.mentions == ("PenmarrowCncl",)
    mentions = [{"start": 0, "end": 5, "username": "Weir"}, {"start": 6, "end": 8}]
    assert made(post("@Weir", entities={"mentions": mentions})).mentions == ("Weir",)
    assert made(post("We are sorry", author=COUNCIL_ID)).account == "PenmarrowCncl"


def test_a_repost_and_what_has_no_words_are_none() -> None:
    assert to_native(post("RT", referenced_tweets=[{"type": "retweeted", "id": "5"}]), {}, {}) is None
    link = {"start": 0, "end": 23, "url": "https://t.co/abcdefghij", "expanded_url": "https://x.com/a/status/1/photo/1"}
    assert to_native(post("https://t.co/abcdefghij", entities={"urls": [link]}), {}, {}) is None


def test_a_picture_speaks_by_its_description() -> None:
    includes = {"media": [{"media_key": "3_1", "type": "photo", "alt_text": "A burst bin"},
                          {"media_key": "3_2", "type": "photo", "alt_text": "Another's"}]}  # fmt: skip
    assert made(post("", attachments={"media_keys": ["3_1"]}), includes).alt == ("A burst bin",)


def test_links_are_whole_and_letters_plain() -> None:
    urls = [
        {
            "url": "https://t.co/aaaaaaaaaa",
            "expanded_url": "https://council.example/bins?a=1&b=2",
            "start": 0,
            "end": 1,
        },
        {"url": "https://t.co/bbbbbbbbbb", "expanded_url": "https://x.com/a/status/1/photo/1", "start": 0, "end": 1},
        {"url": "https://t.co/aaaaaaaaaab", "start": 0, "end": 1},
    ]
    text = "a &lt;b&gt; &amp;lt; https://t.co/aaaaaaaaaa https://t.co/aaaaaaaaaab https://t.co/bbbbbbbbbb"
    said = made(post(text, entities={"urls": urls})).text
    assert said == "a <b> &lt; https://council.example/bins?a=1&b=2 https://t.co/aaaaaaaaaab"


def test_where_it_was_written() -> None:
    geo = {"place_id": "p", "coordinates": {"type": "Point", "coordinates": [-2.5, 53.1]}}
    native = made(post("Bins", geo=geo), {"places": [{"id": "q"}, {"id": "p", "full_name": "Weir, UK"}]})
    assert (native.point, native.place_hint) == ((53.1, -2.5), "Weir, UK")


@pytest.mark.parametrize("pair", [[], [1], [1, 2, 3], ["1", "2"], [181, 1], [1, 91], [True, 1], [float("nan"), 1], 5])
def test_a_point_that_is_none(pair: Any) -> None:
    assert made(post("Bins", geo={"coordinates": {"coordinates": pair}})).point is None


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"text": "Bins"}, "it has no id"),
        ({"id": 5, "text": "Bins"}, "it has no id"),
        ({"id": "5x", "text": "Bins"}, "it has no id"),
        ({"id": "5", "text": ["Bins"]}, "its text is no text"),
    ],
)
def test_what_has_no_id_or_text_is_refused(data: dict[str, Any], why: str) -> None:
    with pytest.raises(PostFailed, match=why):
        to_native(data, {}, {})


def test_the_instant_in_an_id() -> None:
    assert instant_of("1346889436626259968") == datetime(2021, 1, 6, 18, 40, 40, 344000, tzinfo=UTC)
    assert instant_of("20") is None


@settings(deadline=None)
@given(st.integers(10**10, 2 * 10**15))
def test_an_instant_and_back(microseconds: int) -> None:
    moment = EPOCH + timedelta(microseconds=microseconds)
    found = instant_of(id_at(moment))
    assert found is not None and timedelta(0) <= moment - found < timedelta(milliseconds=1)
    assert id_at(EPOCH - timedelta(days=1)) == "0"


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["5", "https://t.co/a"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FIELDS = [
    "id", "text", "author_id", "created_at", "conversation_id", "in_reply_to_user_id", "entities", "note_tweet",
    "note_post", "referenced_tweets", "referenced_posts", "edit_history_tweet_ids", "geo", "attachments", "type",
    "urls", "mentions", "url", "expanded_url", "username", "media_keys", "media", "places", "full_name", "coordinates",
]  # fmt: skip
ODD = st.recursive(
    JSON,
    lambda inner: st.dictionaries(st.sampled_from(FIELDS), inner, max_size=6) | st.lists(inner, max_size=2),
    max_leaves=20,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(FIELDS), ODD), st.dictionaries(st.sampled_from(FIELDS), ODD, max_size=3))
def test_whatever_comes_is_a_post_or_nothing_or_refused(data: dict[str, Any], includes: dict[str, Any]) -> None:
    try:
        found = to_native({"id": "7", "text": "Bins"} | data, includes, LISTED)
    except PostFailed as error:
        assert str(error) in ("it has no id", "its text is no text")
    else:
        assert found is None or (found.native_id and found.link.startswith("https://x.com/i/status/"))


@pytest.mark.parametrize("line", [GOODBYE, BARE_GOODBYE, FULL, {"errors": [{"disconnect_type": "Odd one, Anna"}]}])
def test_goodbyes(line: Any) -> None:
    with pytest.raises(Disconnected) as raised:
        read(json.dumps(line).encode())
    assert "Anna" not in str(raised.value)


@pytest.mark.parametrize(
    "raw", [b"{", b"\xff", b"5", b"[]", b"{}", b'{"data": 5}', b'{"errors": 5}', b'{"errors": [5]}', b"[" * 100_000]
)
def test_lines_that_hold_no_post(raw: bytes) -> None:
    with pytest.raises(Unreadable):
        read(raw)


@settings(deadline=None)
@given(st.binary(max_size=60) | JSON.map(lambda found: json.dumps(found).encode()))
def test_any_line_is_a_post_a_goodbye_or_none(raw: bytes) -> None:
    try:
        found = read(raw)
    except (Disconnected, Unreadable):
        return
    assert isinstance(found["data"], dict)
