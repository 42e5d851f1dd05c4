"""Phrases made into patterns: the same that a plain list would find."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.patterns import any_word, document, either, prepared

WORD = st.text(alphabet="ab ", min_size=1, max_size=6).map(str.strip).filter(bool)


@given(st.lists(WORD, min_size=1, max_size=8), st.text(alphabet="ab c", max_size=20))
def test_a_tree_finds_what_a_list_finds(phrases: list[str], text: str) -> None:
    longest_first = sorted(phrases, key=len, reverse=True)
    plain = re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
    assert [found.span() for found in any_word(phrases).finditer(text)] == [
        found.span() for found in plain.finditer(text)
    ]


def test_the_longest_phrase_that_fits_wins_and_only_whole_words() -> None:
    pattern = any_word(["on hold", "on hold for", "on"])
    assert pattern.findall("On hold for an hour, on holding, on it") == ["On hold for", "on", "on"]


def test_signs_in_a_phrase_are_only_signs() -> None:
    assert any_word(["a.b", "c"]).findall("axb a.b") == ["a.b"]


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


@pytest.mark.parametrize("name", ["topics.toml", "acts.toml", "asking.toml", "sarcasm.toml", "sentiment.toml"])
def test_the_packages_words_are_there(name: str) -> None:
    assert document(name)
