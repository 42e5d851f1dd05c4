"""What the model reads of a text: handles, links, masks, hashtags and drawn-out words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.cleaning import clean


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("@PenmarrowCouncil when?", "@user when?"),
        ("@[…] when?", "@user when?"),
        ("ask @name@server.example about it", "ask @user@user about it"),
        ("call […] on Monday", "call on Monday"),
        ("see https://example.org/a?b=c now", "see http now"),
        ("www.example.org", "http"),
        ("more http", "more http"),
        ("#BinDay again", "# Bin Day again"),
        ("#fly_tipping #A470", "# fly tipping # A470"),
        ("sooooo good!!!", "soo good!!!"),
        ("it’s “fine”", 'it\'s "fine"'),
        ("two\n\nlines\t here ", "two lines here"),
        ("", ""),
    ],
)
def test_what_says_nothing_looks_alike(text: str, read: str) -> None:
    assert clean(text) == read


@given(st.text())
def test_any_text_is_read_and_cleaning_twice_adds_no_line(text: str) -> None:
    assert "\n" not in clean(text)
    assert clean(text) == clean(text).strip()
