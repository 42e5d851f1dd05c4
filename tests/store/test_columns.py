"""The words that search compares: without case, accents and punctuation."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.columns import fold


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Dŵr Cymru's", "dwr cymru s"),
        ("STRASSE straße", "strasse strasse"),
        ("  snake_case,\tnew\nline ", "snake case new line"),
        ("½ ﬁne ①", "1 2 fine 1"),
        ("🗑️", ""),
        ("e\u0301 and é", "e and e"),
    ],
)
def test_folding(text: str, words: str) -> None:
    assert fold(text) == words


@given(st.text())
def test_only_letters_and_digits_are_left(text: str) -> None:
    spelt_out = "".join(
        letter if letter.isalnum() else " "
        for letter in unicodedata.normalize("NFKD", text).casefold()
        if not unicodedata.combining(letter)
    )
    assert fold(text) == " ".join(spelt_out.split())
