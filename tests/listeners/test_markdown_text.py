"""Markdown as people see it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listeners.markdown_text import plain_words


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("The **bins** on *Tolgarth Road*", "The bins on Tolgarth Road"),
        ("***very*** __late__ _again_ ~~never~~", "very late again never"),
        ("**bold with *weak* in it**", "bold with weak in it"),
        ("2 * 3 * 4, snake_case_name and 5*3*2", "2 * 3 * 4, snake_case_name and 5*3*2"),
        (r"not \*weak\* and \_this\_ \#1", "not *weak* and _this_ #1"),
        ('see [the page](https://council.example/bins "Bins")', "see the page"),
        ("[](https://council.example)", "https://council.example"),
        ("https://council.example/a_b_c", "https://council.example/a_b_c"),
        ("![gif](giphy|xyz)", ""),
        ("look ![a hole](abc123)", "look a hole"),
        ("# Heading\n\n* one\n+ two\n- three\n1. four", "Heading\n\n- one\n- two\n- three\n1. four"),
        ("before\n\n---\n\nafter", "before\n\nafter"),
        ("> what you said\n\nwhat I say", "> what you said\n\nwhat I say"),
        (">!a spoiler!< here", "a spoiler here"),
        ("`code` and ``more``", "code and more"),
        ("```\nfenced\n```", "fenced"),
        ("a ^(small) word, x^2", "a small word, x2"),
        ("fish &amp; chips\n\n&#x200B;\n\nhere", "fish & chips\n\nhere"),
        ("|Day|Bin|\n|:--|--:|\n|Mon|green|", "|Day|Bin|\n|Mon|green|"),
        ("a\r\nb", "a\nb"),
        ("Croeso i Benmarrow 🙂", "Croeso i Benmarrow 🙂"),
        ("", ""),
    ],
)
def test_what_people_see(written: str, seen: str) -> None:
    assert plain_words(written) == seen


@given(st.text(alphabet=st.sampled_from("ab *_~`[]()!>#|\\^&;\n-"), max_size=80) | st.text(max_size=80))
def test_no_text_raises_and_no_word_is_lost(text: str) -> None:
    seen = plain_words(text)
    if "[" not in text and "&" not in text and "`" not in text and "~" not in text:  # an address or a fence may go
        assert [letter for letter in seen if letter.isalnum()] == [letter for letter in text if letter.isalnum()]


@pytest.mark.parametrize("piece", ["*", "**a", "_ ", "[", "[a](", "`", ">!", "^(", "|-", "\\", "!["])
def test_a_long_line_takes_no_longer_than_it_is(piece: str) -> None:
    begun = time.process_time()
    plain_words(piece * (40_000 // len(piece)) + "x")
    assert time.process_time() - begun < 2
