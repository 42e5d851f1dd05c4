"""Twins of texts: who speaks, and of whom, is swapped; what is said stays."""

from __future__ import annotations

import random
import tomllib
from importlib.resources import files

from hypothesis import given
from hypothesis import strategies as st

from nlp.training.twins import Twin, twin


def twins(text: str, count: int = 40) -> set[Twin]:
    chance = random.Random(1)
    return {twin(text, chance) for _ in range(count)}


def test_names_and_nations_are_swapped_for_others_of_their_kind() -> None:
    found = {one.text for one in twins("Gareth and the Polish family next door")}
    assert len(found) > 20
    assert all(" and the " in text or "next d" in text for text in found)
    assert not all("Gareth" in text for text in found)


def test_another_place_of_worship_is_another_place() -> None:
    changed = [one for one in twins("Bins left outside the mosque") if "mosque" not in one.text]
    assert changed
    assert not any(one.same_meaning for one in changed)


def test_a_dialect_says_the_same() -> None:
    spoken = [one for one in twins("I don't know who lifted our bins down the town", 400) if "dinnae" in one.text]
    assert spoken
    assert all(one.same_meaning for one in spoken)


def test_a_word_that_only_looks_like_a_name_stays() -> None:
    assert {one.text for one in twins("by the grace of god") if "grace" not in one.text} == set()


def test_nothing_to_swap_nothing_swapped() -> None:
    assert twins("Potholes") == {Twin("Potholes", True)}


def test_capitals_are_kept() -> None:
    assert all(one.text[0].isupper() for one in twins("Do not park there"))


def test_every_dialect_is_listed_in_small_letters() -> None:
    content = tomllib.loads((files("nlp.training") / "twins.toml").read_text(encoding="utf-8"))
    for name, words in content["dialects"].items():
        assert all(word == word.lower() for word in words), name


@given(st.text(), st.integers())
def test_any_text_has_a_twin(text: str, seed: int) -> None:
    assert isinstance(twin(text, random.Random(seed)).text, str)
