"""What a set of texts is, and how far two people agree about it."""

from __future__ import annotations

from typing import Any

import pytest

from nlp.training.data_card import described, near_ones
from nlp.training.people import agreements


def record(text: str, *labels: dict[str, Any]) -> dict[str, Any]:
    return {"text": text, "labels": list(labels)}


ONE = {"acts": ["question"], "topics": ["roads", "parking"], "sentiment": "neutral"}
OTHER = {"acts": ["complaint", "question"], "topics": ["parking"], "sentiment": "negative"}
LONG = "The street light outside the library has been out since the storm on Tuesday night"
RECORDS = [record(LONG, ONE, OTHER), record(LONG + "!!", ONE), record("Bins?", OTHER, OTHER)]


def test_a_set_is_described() -> None:
    found = described(RECORDS)
    assert (found.n, found.by_two, found.near) == (3, 2, 2)
    assert (found.shortest, found.median, found.longest) == (5, len(LONG), len(LONG) + 2)
    assert found.acts == {"question": 3, "complaint": 1}
    assert found.topics == {"parking": 3, "roads": 2}
    assert found.sentiment == {"neutral": 2, "negative": 1}
    assert described([]).n == 0


def test_near_duplicates_between_two_sets() -> None:
    assert near_ones([LONG, "Bins?"], [LONG.upper(), "something else altogether"]) == 1
    assert near_ones([LONG], []) == 0


def test_agreement_of_two_people() -> None:
    """Of the two texts that two people labelled they agree on one; about complaint, as often as by chance."""
    found = agreements(RECORDS)
    assert (found["complaint"].n, found["complaint"].same) == (2, 0.5)
    assert found["complaint"].kappa == pytest.approx(0.0)
    assert (found["question"].same, found["question"].kappa) == (1.0, None)
    assert (found["sentiment"].same, found["first topic"].same) == (0.5, 0.5)
    assert agreements([]) == {}
