"""How sure the words by themselves are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.common_names import CITIES, MONTHS, ORDINARY, STREETS, SURNAMES
from nlp.spelling import tokens
from nlp.weighing import BESIDE, MENTIONED, Elsewhere, Sort, Weight, shouts, sort_of, weigh


def weight(text: str, name: str, common: bool = False) -> Weight | None:
    """Of a name of one or more words in a text."""
    parts, words = tokens(text), [token.plain for token in tokens(name)]
    plain = [token.plain for token in parts]
    start = next(at for at in range(len(plain)) if plain[at : at + len(words)] == words)
    end = start + len(words)
    return weigh(parts, start, end, sort_of(parts, start, end, common), shouts(parts))


@pytest.mark.parametrize(
    ("name", "sort"),
    [("Hope", Sort.ORDINARY), ("Ashton", Sort.ORDINARY), ("March", Sort.ORDINARY), ("Tolgarth", Sort.OWN),
     ("the Quay", Sort.OWN), ("Hope Street", Sort.OWN)],
)  # fmt: skip
def test_the_sort_of_a_name(name: str, sort: Sort) -> None:
    parts = tokens(name)
    assert sort_of(parts, 0, len(parts), False) is sort
    assert sort_of(parts, 0, len(parts), True) is Sort.COMMON


def test_the_surer_the_words_the_more_they_weigh() -> None:
    texts = [("on tolgarth road", "tolgarth road"), ("in Tolgarth", "Tolgarth"), ("in tolgarth", "tolgarth"),
             ("Tolgarth is lovely", "Tolgarth"), ("in hope", "hope")]  # fmt: skip
    scores = [(weight(*one) or Weight(0.0)).score for one in texts]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(scores)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("we hope", "hope"),
        ("nice tolgarth", "tolgarth"),
        ("Cllr Hope said", "Hope"),
        ("So John Tolgarth said", "Tolgarth"),
    ],
)
def test_what_is_most_likely_no_name_weighs_nothing(text: str, name: str) -> None:
    assert weight(text, name) is None


def test_only_what_could_be_ours_can_be_lifted() -> None:
    assert weight("Church Street is closed", "Church Street", common=True) == Weight(0.4, liftable=True)
    assert weight("#Hope is flooded", "Hope") == Weight(0.4, liftable=True)
    assert weight("in March", "March") == Weight(0.1)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Mill Rise, Leeds", BESIDE), ("Mill Rise in London", BESIDE), ("Mill Rise, PA", BESIDE),
        ("Mill Rise, New York", BESIDE),
        ("Mill Rise is like Leeds", MENTIONED), ("#Leeds Mill Rise", MENTIONED),
        ("Mill Rise or London Road", 1.0), ("Mill Rise in Derby", 1.0), ("Mill Rise, pa", 1.0), ("Mill Rise", 1.0),
        ("Mill Rise in bath", 1.0), ("MILL RISE, OK?", 1.0),
    ],
)  # fmt: skip
def test_another_town_makes_it_less_sure(text: str, left: float) -> None:
    """`Derby` is ours here."""
    parts = tokens(text)
    start = next(at for at, token in enumerate(parts) if token.plain == "mill")
    assert Elsewhere(parts, lambda town: town == "derby").left(start, start + 2) == left


def test_a_text_in_capitals_shouts() -> None:
    assert shouts(tokens("FLOODING IN HOPE AGAIN"))
    assert not shouts(tokens("Flooding in Hope"))


def test_the_lists_are_written_as_texts_are_read() -> None:
    for name in ORDINARY | SURNAMES | MONTHS | STREETS | CITIES:
        assert " ".join(token.plain for token in tokens(name)) == name
    assert len(STREETS) > 150


@given(st.text(max_size=60))
def test_any_text_weighs_between_nothing_and_one(text: str) -> None:
    parts = tokens(text)
    away = Elsewhere(parts, lambda _: False)
    for start in range(len(parts)):
        found = weigh(parts, start, start + 1, sort_of(parts, start, start + 1, False), away.loud)
        assert found is None or 0 < found.score <= 1
        assert 0 < away.left(start, start + 1) <= 1
