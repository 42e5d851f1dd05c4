"""Phrases made into patterns, and the files they stand in."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.patterns import document, either, prepared


def test_fragments_are_put_in() -> None:
    pattern = either([r"\bcould <body> <do>\b", r"\?"], {"body": ["we", "you"], "do": ["put", "add"]})
    assert [found.group() for found in pattern.finditer("could we add or could you see?")] == ["could we add", "?"]


@given(
    st.lists(st.sampled_from([r"\bone\b", r"two\b", r"\bthr(?:ee|u)", "four", r"\bon\w*\b"]), min_size=1),
    st.text(alphabet="onetwhrfu ", max_size=30),
)
def test_sharing_edges_changes_nothing(phrases: list[str], text: str) -> None:
    assert bool(either(phrases, {}).search(text)) == any(re.search(phrase, text) for phrase in phrases)


@pytest.mark.parametrize(("text", "expected"), [("WHY DON’T", "why don't"), ("‘So’", "'so'"), ("", "")])
def test_prepared(text: str, expected: str) -> None:
    assert prepared(text) == expected


@pytest.mark.parametrize("name", ["topics.toml", "asking.toml", "sarcasm.toml", "welsh.toml"])
def test_the_packages_words_are_there(name: str) -> None:
    assert document(name)
