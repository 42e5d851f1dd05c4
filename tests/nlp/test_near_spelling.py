"""One slip in a name: near enough, behind a place word, and never a short or a common word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.near_spelling import NearSpellings
from nlp.spelling import tokens

NAMES = ("tolgarth road", "saltings lane", "mill lane", "merrow primary school", "llanorwen", "hope", "green lane",
         "northgate street", "southgate street")  # fmt: skip
NEAR = NearSpellings(NAMES)


def found(text: str) -> list[str]:
    return [name for name, _, _ in NEAR.find(tokens(text))]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("on Tolgarth Raod", "tolgarth road"),
        ("on Tolgrth Road", "tolgarth road"),
        ("on Tollgarth Rd", "tolgarth road"),
        ("on the Tolgarht Road", "tolgarth road"),
        ("outside Saltimgs Ln now", "saltings lane"),
        ("near merrow primray school", "merrow primary school"),
        ("in Llanorwan", "llanorwen"),
        ("in LLanorewn", "llanorwen"),
    ],
)
def test_one_slip_is_found(text: str, name: str) -> None:
    assert found(text) == [name]


@pytest.mark.parametrize(
    "text",
    [
        "Tolgarth Raod",
        "on Tolgarth Road",
        "on Hill Lane",  # another lane
        "on Greek Lane",
        "on Forthgate Street and on Westgate Street",
        "in Hopes",
        "in llanorwan",
        "on",
        "",
    ],
)
def test_what_is_no_slip_is_left_alone(text: str) -> None:
    assert found(text) == []


def test_between_two_names_it_does_not_choose() -> None:
    assert [n for n, _, _ in NearSpellings(("tolgarth road", "tolgarsh road")).find(tokens("on Tolgarch Road"))] == []


@given(st.lists(st.text(max_size=12), max_size=6), st.text(max_size=60))
def test_any_names_and_any_text(names: list[str], text: str) -> None:
    plain = [" ".join(token.plain for token in tokens(name)) for name in names]
    near = NearSpellings([name for name in plain if name])
    assert all(0 < start < end for _, start, end in near.find(tokens(f"in {text}")))
