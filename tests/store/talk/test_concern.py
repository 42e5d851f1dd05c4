"""Which words are of public life, and which speak to one neighbour. Written for this test."""

from __future__ import annotations

import pytest

from store.talk.concern import personal, public, to_all


@pytest.mark.parametrize(
    "text",
    [
        "how do you renew the licence",
        "Do the trains stop at Halt on Sundays",
        "anyone know a dentist with places",
        "Is the council's office open?",
        "oes dosbarth nos yn y neuadd",
        "are the infants on the top site or the bottom",
        "who does one apply to",
    ],
)
def test_public_life(text: str) -> None:
    assert public(text)


@pytest.mark.parametrize(
    "text", ["who won last night", "what's for tea", "can a hamster be lonely", "what shall I bake"]
)
def test_private_life(text: str) -> None:
    assert not public(text)


@pytest.mark.parametrize("text", ["what's her name", "which house?", "Have you told him", "did they write to you"])
def test_to_one_neighbour_or_about_somebody(text: str) -> None:
    assert personal(text)


@pytest.mark.parametrize("text", ["until when?", "any idea when it's back", "do you have to book", "who do you ring"])
def test_to_whoever_knows(text: str) -> None:
    assert to_all(text)
    assert not personal(text)
