"""When a stage must stop, and what a reject never holds."""

from __future__ import annotations

import pytest

from soundings.errors import TooManyRejects
from soundings.rejects import IN_A_ROW, WINDOW, RejectLimit, make_reject
from tests.factories import NOON


def test_twenty_in_a_row_stop() -> None:
    limit = RejectLimit()
    for _ in range(IN_A_ROW - 1):
        limit.rejected("it is damaged")
    with pytest.raises(TooManyRejects, match="it is damaged"):
        limit.rejected("it is damaged")


def test_one_good_one_ends_the_row() -> None:
    limit = RejectLimit()
    for _ in range(4):
        for _ in range(IN_A_ROW - 1):
            limit.rejected("x")
        limit.taken()


def test_half_of_the_last_two_hundred_stop() -> None:
    limit = RejectLimit()
    with pytest.raises(TooManyRejects, match=f"{WINDOW // 2} of the last {WINDOW}"):
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
