"""How a place may be spelled, and which of overlapping names is found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.spelling import MOST_SPELLINGS, Words, spellings, tokens


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("Tolgarth Road", "tolgarth road"),
        ("Tolgarth Road", "tolgarth rd"),
        ("Tolgarth Road", "tolgarthroad"),
        ("St Mary's Lane", "st marys lane"),
        ("St Mary's Lane", "saint marys ln"),
        ("St. Mary’s Lane", "st marys lane"),
        ("Stoke-on-Trent", "stoke on trent"),
        ("Marks & Spencer", "marks and spencer"),
        ("Marks & Spencer", "marks n spencer"),
        ("Whey Avenue", "whey ave"),
        ("Merrow Primary School", "merrow prim school"),
        ("Hope", "hope"),
    ],
)
def test_the_ways_to_write_a_name(name: str, form: str) -> None:
    assert form in spellings(name)


def test_the_name_itself_is_first_and_there_is_an_end() -> None:
    assert spellings("North Street and South Street Park Estate")[0] == "north street and south street park estate"
    assert len(spellings("North Street and South Street Park Estate")) <= 2 * MOST_SPELLINGS + 1


@pytest.mark.parametrize("name", ["Street", "The", "Road"])
def test_a_name_of_one_word_is_not_abbreviated(name: str) -> None:
    assert "st" not in spellings(name) and "rd" not in spellings(name)


def test_a_name_without_letters_has_no_spellings() -> None:
    assert spellings("!!!") == []


def test_words_of_a_text() -> None:
    found = tokens("In St Mary's, #MarrowFair @someone https://x.example")
    assert [token.plain for token in found] == ["in", "st", "marys", "marrowfair"]
    assert [token.capital for token in found] == [True, True, True, True]
    assert [token.tagged for token in found] == [False, False, False, True]
    assert [token.joined for token in found] == [False, True, True, False]


def find(phrases: list[str], text: str) -> list[str]:
    return [phrase for phrase, _, _ in Words(phrases).find(tokens(text))]


def test_the_longest_wins_where_names_overlap() -> None:
    names = ["tolgarth", "tolgarth road", "tolgarth road library", "road library"]
    assert find(names, "Tolgarth Road Library in Tolgarth") == ["tolgarth road library", "tolgarth"]


def test_no_names_find_nothing() -> None:
    assert find([], "Tolgarth Road") == []


@given(st.text(max_size=60))
def test_any_name_is_spelled_and_any_text_is_cut(text: str) -> None:
    assert all(form.strip() == form for form in spellings(text))
    assert all(token.plain for token in tokens(text))
