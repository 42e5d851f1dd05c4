"""Texts misspelt: still the same number of words, handles and links untouched, and the same for the same chance."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from nlp.training.misspelling import SLIPS, misspelt

TEXT = "Nothing was collected from our street this morning, and the council is not answering"


def spelt(text: str, count: int = 200) -> list[str]:
    chance = random.Random(1)
    return [misspelt(text, chance) for _ in range(count)]


def test_some_words_slip_and_none_is_lost() -> None:
    found = spelt(TEXT)
    assert len(set(found)) > 60
    assert {len(text.split()) for text in found} == {len(TEXT.split())}


def test_most_words_stay() -> None:
    kept = [word == other for text in spelt(TEXT) for word, other in zip(text.split(), TEXT.split(), strict=True)]
    assert 0.85 < sum(kept) / len(kept) < 0.97


def test_handles_links_tags_and_short_words_stay() -> None:
    text = "@penmarrow https://example.org/bins #recycling is so out"
    assert {tuple(one.split()[:2]) for one in spelt(text)} == {("@penmarrow", "https://example.org/bins")}
    assert all("#recycling is so out" in spelt_text for spelt_text in spelt(text))


def test_the_same_chance_spells_the_same() -> None:
    assert spelt(TEXT) == spelt(TEXT)


@given(st.from_regex(r"[A-Za-z']{4,12}", fullmatch=True), st.integers())
def test_every_slip_takes_any_word(word: str, seed: int) -> None:
    for slip in SLIPS:
        assert slip(word, random.Random(seed))


@given(st.text(), st.integers())
def test_any_text_can_be_misspelt(text: str, seed: int) -> None:
    assert isinstance(misspelt(text, random.Random(seed)), str)
