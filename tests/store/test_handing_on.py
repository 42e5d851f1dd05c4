"""Whoever takes an answer away is told what may not be handed on."""

from __future__ import annotations

from typing import Any

import pytest

from soundings.policies import POLICIES, Extract
from store import handing_on
from store.answers import SourceCount
from store.spreading import Spread
from tests.dashboard.fake_store import NOW, said


def spread(*sources: str) -> Spread:
    return Spread("They took our bus", 3, 3, 0, 0, sources, NOW, NOW, "files:1", cut=False)


@pytest.mark.parametrize(
    ("rows", "seen"),
    [
        ([said("1", source="x").view, said("2", source="files").view], {"x", "files"}),
        ([spread("reddit", "feeds")], {"reddit", "feeds"}),
        ([SourceCount("x", 3, 3)], set()),
        ([], set()),
    ],
    ids=["posts", "stories", "numbers", "nothing"],
)
def test_the_sources_of_texts_are_noted_and_the_rows_stay(rows: list[Any], seen: set[str]) -> None:
    noted: set[str] = set()
    assert list(handing_on.watched(iter(rows), noted)) == rows
    assert noted == seen


def test_one_sentence_for_each_source_that_has_a_limit() -> None:
    found = list(handing_on.limits(["youtube", "x", "files", "bluesky", "parish-survey"]))
    assert found == [
        "For inside only: of X nobody may hand on more than 500 texts a day, and only by hand.",
        "For inside only: texts of YouTube (the council's own channel) may not be handed on, only numbers.",
    ]


@pytest.mark.parametrize("name", POLICIES)
def test_every_policy_is_obeyed(name: str) -> None:
    assert bool(list(handing_on.limits([name]))) is (POLICIES[name].extract is not Extract.WHOLE)
