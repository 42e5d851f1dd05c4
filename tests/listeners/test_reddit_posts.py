"""What a listed thing of Reddit's becomes."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listeners import reddit_posts
from listeners.checks import check
from listeners.reddit_posts import DELETED, LEFT, REMOVED, community_of, created, name_of, to_native, why_gone
from soundings.errors import PostFailed
from soundings.messages import AuthorKind, Kind
from tests.listeners.kit import NOON

SUBMISSION = {
    "name": "t3_1abcde", "id": "1abcde", "author": "saltings_sal", "subreddit": "Penmarrow", "title": "Bins again",
    "selftext": "Nobody *came* to Tolgarth Road.", "created_utc": NOON.timestamp(), "edited": False,
    "permalink": "/r/Penmarrow/comments/1abcde/bins_again/", "removed_by_category": None, "distinguished": None,
}  # fmt: skip
COMMENT = {
    "name": "t1_kx00001", "id": "kx00001", "author": "Weir_Willy", "subreddit": "Penmarrow", "body": "Here too",
    "created_utc": NOON.timestamp(), "edited": False, "parent_id": "t3_1abcde", "link_id": "t3_1abcde",
    "link_author": "PenmarrowCouncil",
}  # fmt: skip


def thing(fields: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"kind": str(fields["name"])[:2], "data": {**fields, **changes}}


def test_a_submission() -> None:
    found = to_native(thing(SUBMISSION), local=True)
    assert (found.native_id, found.kind, found.account) == ("t3_1abcde", Kind.POST, "saltings_sal")
    assert found.text == "Bins again\n\nNobody came to Tolgarth Road."
    assert found.event_at == found.created_at == NOON and found.edited_at is None and found.local
    assert found.link == "https://www.reddit.com/r/Penmarrow/comments/1abcde/bins_again/"
    assert not found.thread and not found.reply_to and found.author_kind is None


def test_a_comment_stands_in_its_thread_and_speaks_to_whom_it_answers() -> None:
    found = to_native(thing(COMMENT))
    assert (found.kind, found.reply_to, found.thread) == (Kind.REPLY, "t3_1abcde", "t3_1abcde")
    assert found.mentions == ("PenmarrowCouncil",) and not found.local
    deeper = to_native(thing(COMMENT, parent_id="t1_kx00000", body="thanks /u/CllrPennoyre, see x.example/u/nobody"))
    assert (deeper.reply_to, deeper.thread, deeper.mentions) == ("t1_kx00000", "t3_1abcde", ("CllrPennoyre",))


@pytest.mark.parametrize("fields", [COMMENT, {**COMMENT, "permalink": None}])
def test_an_old_comment_has_no_permalink(fields: dict[str, Any]) -> None:
    assert to_native(thing(fields)).link == "https://www.reddit.com/comments/1abcde/_/kx00001"


def test_an_edit_has_its_time() -> None:
    edited = NOON.timestamp() + 90.0
    assert to_native(thing(COMMENT, edited=edited)).edited_at == datetime.fromtimestamp(edited, UTC)
    assert to_native(thing(COMMENT, edited=True)).edited_at is None, "as very old comments say it"


def test_an_id_may_have_to_be_put_together() -> None:
    assert name_of(thing(COMMENT, name=None)) == "t1_kx00001" == to_native(thing(COMMENT, name=None)).native_id


def test_what_is_passed_on_names_what_it_passes_on_and_keeps_none_of_its_words() -> None:
    parent = {"name": "t3_1zzzzz", "title": "Bins again", "selftext": "the words of another", "author": "Anna_Weir"}
    passed = thing(SUBMISSION, selftext="", crosspost_parent="t3_1zzzzz", crosspost_parent_list=[parent])
    found = to_native(passed)
    assert (found.kind, found.quotes, found.text) == (Kind.REPOST, ("t3_1zzzzz",), "Bins again")
    own = to_native({**passed, "data": {**passed["data"], "title": "Look at this, Penmarrow"}})
    assert (own.kind, own.quotes) == (Kind.POST, ("t3_1zzzzz",))


def test_captions_are_the_authors_words() -> None:
    gallery = {"items": [{"caption": "The hole", "media_id": "a"}, {"media_id": "b"}, 5]}
    assert to_native(thing(SUBMISSION, gallery_data=gallery)).alt == ("The hole",)


@pytest.mark.parametrize(
    "changes", [{"distinguished": "moderator"}, {"author": "AutoModerator"}, {"author": "Penmarrow-ModTeam"}]
)
def test_who_speaks_for_the_community_is_no_resident(changes: dict[str, Any]) -> None:
    assert to_native(thing(COMMENT, **changes)).author_kind is AuthorKind.ORGANISATION


def test_the_account_of_a_deleted_author_is_nobodys() -> None:
    assert to_native(thing(COMMENT, author="[deleted]")).account == ""


@pytest.mark.parametrize(
    ("fields", "changes", "why"),
    [
        (COMMENT, {}, ""),
        (SUBMISSION, {}, ""),
        (COMMENT, {"body": "The word [removed] stood there"}, ""),
        (COMMENT, {"author": "[deleted]", "body": "[deleted]"}, DELETED),
        (SUBMISSION, {"author": "[deleted]", "selftext": "[deleted]", "removed_by_category": "deleted"}, DELETED),
        (SUBMISSION, {"author": "[deleted]", "title": "[deleted by user]", "selftext": ""}, DELETED),
        (COMMENT, {"body": "[removed]"}, REMOVED),
        (COMMENT, {"body": "[ Removed by Reddit ]"}, REMOVED),
        (COMMENT, {"body": "[ Removed by reddit in response to a copyright notice. ]"}, REMOVED),
        (SUBMISSION, {"selftext": "[removed]", "removed_by_category": "moderator"}, REMOVED),
        (SUBMISSION, {"selftext": "", "removed_by_category": "automod_filtered"}, REMOVED),
        (COMMENT, {"banned_by": "a_moderator"}, REMOVED),
        (COMMENT, {"removal_reason": "legal"}, REMOVED),
        (COMMENT, {"author": "[deleted]"}, LEFT),
        (COMMENT, {"author": None}, LEFT),
    ],
)
def test_why_it_is_gone(fields: dict[str, Any], changes: dict[str, Any], why: str) -> None:
    assert why_gone(thing(fields, **changes)) == why


@pytest.mark.parametrize(
    "odd",
    [
        None, "t1_x", [], {}, {"kind": "t1"}, {"kind": "t1", "data": []}, {"kind": "more", "data": {"id": "_"}},
        thing(COMMENT, body=None), thing(COMMENT, body=["x"]), thing(SUBMISSION, title=5),
        thing(SUBMISSION, selftext={"a": 1}), {"kind": "t9", "data": {"id": "x", "body": "x"}},
    ],
)  # fmt: skip
def test_what_is_no_post_is_refused(odd: Any) -> None:
    with pytest.raises(PostFailed):
        to_native(odd)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
NAMES = sorted({*SUBMISSION, *COMMENT, "crosspost_parent", "crosspost_parent_list", "gallery_data", "banned_by"})
THINGS = JSON | st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(["t1", "t3", "more"]) | JSON,
        "data": st.fixed_dictionaries(
            {}, optional={name: JSON | st.sampled_from(["t1_a", "t3_b", NOON.timestamp()]) for name in NAMES}
        ),
    },
)


@given(THINGS)
def test_whatever_comes_is_a_post_or_refused_with_a_sentence(odd: Any) -> None:
    assert isinstance(name_of(odd), str)
    created(odd)
    try:
        why_gone(odd)
        community_of(odd)
        native = to_native(odd)
    except PostFailed:
        return
    assert reddit_posts.FULLNAME.fullmatch(native.native_id) and "\0" not in native.link
    with suppress(PostFailed):
        check(native)
