"""When a stage must stop, and what a reject never holds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from soundings.errors import TooManyRejects
from soundings.messages import AreaMatch, Post, Retraction
from soundings.rejects import IN_A_ROW, MAX_KEPT, WINDOW, RejectLimit, first_rejected, make_reject, with_item
from tests.factories import NOON, make_post, make_reading, post_id


def test_it_is_dated_by_the_first_time() -> None:
    later = NOON + timedelta(days=3)
    assert first_rejected(make_reading(first_rejected_at=NOON), later) == NOON
    assert first_rejected(make_post(first_rejected_at=NOON), later) == NOON
    order = Retraction(source="files", post_id=post_id(), reason="x", observed_at=NOON)
    assert first_rejected(make_post(), later) == first_rejected(order, later) == later


def test_twenty_in_a_row_stop() -> None:
    limit = RejectLimit()
    for _ in range(IN_A_ROW - 1):
        limit.rejected("it is damaged")
    with pytest.raises(TooManyRejects, match=r"^Stopped: 20 items in a row were rejected, .* it is damaged\. "):
        limit.rejected("it is damaged")


def test_one_good_one_ends_the_row() -> None:
    limit = RejectLimit()
    for _ in range(4):
        for _ in range(IN_A_ROW - 1):
            limit.rejected("x")
        limit.taken()


def test_half_of_the_last_two_hundred_stop() -> None:
    limit = RejectLimit()
    with pytest.raises(TooManyRejects, match=f"^Stopped: {WINDOW // 2} of the last {WINDOW} items were rejected"):
        for _ in range(WINDOW):
            limit.taken()
            limit.rejected("x")


def test_a_reject_holds_length_and_hash_and_not_the_text() -> None:
    reject = make_reject("nlp", "files", "line 3", "it is too long", b"Jane's secret", NOON)
    assert (reject.length, len(reject.digest), reject.body) == (13, 64, "")
    assert "Jane" not in reject.model_dump_json()


def test_damaged_ones_among_good_ones_are_no_row() -> None:
    limit = RejectLimit()
    limit.taken(180)
    for _ in range(IN_A_ROW):
        limit.rejected("it is damaged", in_a_row=False)


def test_an_empty_envelope_does_not_end_the_row() -> None:
    limit = RejectLimit()
    with pytest.raises(TooManyRejects):
        for _ in range(IN_A_ROW):
            limit.rejected("x")
            limit.taken(0)


def test_the_same_item_again_says_nothing_new() -> None:
    """A feed gives its one bad entry each time that it is asked, for weeks."""
    limit = RejectLimit()
    for _ in range(IN_A_ROW * 2):
        limit.rejected("it has no text", "feeds.entry 1")
    assert limit.state == "x"


def test_another_process_knows_how_near_it_is() -> None:
    first = RejectLimit()
    first.taken()
    for number in range(IN_A_ROW - 1):
        first.rejected("x", str(number))
    second = RejectLimit(first.state)
    with pytest.raises(TooManyRejects, match="20 items in a row"):
        second.rejected("x", "another")
    assert second.state == "", "who starts it again has looked at it"


def test_news_are_told_once_and_nothing_bad_is_no_news() -> None:
    limit = RejectLimit()
    limit.taken(5)
    assert limit.news() is None
    limit.rejected("x")
    assert (limit.news(), limit.news()) == (".....x", None)
    limit.taken(WINDOW)
    assert (limit.news(), limit.news()) == ("", None)


def imported(**changes: Any) -> Post:
    return make_post(area_match=AreaMatch(reason="imported by an officer", purpose="listening"), **changes)


def test_the_post_of_an_officers_own_import_is_kept_and_no_other() -> None:
    reject = make_reject("nlp", "files", post_id(), "it failed", b"bytes", NOON)
    assert with_item(reject, imported()).post == imported()
    assert with_item(reject, make_reading(area_match=imported().area_match)).post == imported()
    heard = make_post(area_match=AreaMatch(reason="names Tolgarth Road"))
    assert with_item(reject, heard) == reject
    assert with_item(reject.model_copy(update={"length": MAX_KEPT + 1}), imported()).post is None


def test_a_notice_is_kept() -> None:
    """It holds no text, and an order to remove must not be lost."""
    order = Retraction(source="feeds", post_id=post_id(source="feeds"), reason="gone", observed_at=NOON)
    assert with_item(make_reject("store", "feeds", "x", "it failed", b"bytes", NOON), order).notice == order
