"""How far praise is to be doubted."""

from __future__ import annotations

import pytest

from nlp.sarcasm import LONGEST_READ, Doubt, doubt


@pytest.mark.parametrize(
    "text",
    [
        "Thanks for nothing",
        "Great job on the roads, not",
        "Oh lovely, roadworks",
        "Brilliant, bins missed",
        "Well done council for ignoring us",
        "What a wonderful council #sarcasm",
        "Fantastic. Lift out again.",
        "Hats off, the third time this month the drain is overflowing",
    ],
)
def test_praise_that_is_most_likely_not_meant(text: str) -> None:
    assert doubt(text) is Doubt.STRONG


@pytest.mark.parametrize(
    "text",
    [
        "The park is lovely, shame about the potholes",
        "Great turnout 🙄",
        'They call that "improvement", amazing',
        "The lady was lovely but I was on hold for an hour",
    ],
)
def test_praise_that_may_be_meant(text: str) -> None:
    assert doubt(text) is Doubt.SOME


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Our bins were missed again",
        "Thank you for the new bench",
        "Brilliant, they fixed the pothole that was ignored for weeks",
        "Well done to the crew who cleared the flooded lane",
        "Great day out",
        "Lovely library, not too busy",
    ],
)
def test_no_doubt(text: str) -> None:
    assert doubt(text) is Doubt.NONE


def test_an_article_is_not_searched_to_its_end() -> None:
    assert doubt("word " * (LONGEST_READ // 5) + "Thanks for nothing") is Doubt.NONE
