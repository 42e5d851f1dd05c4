"""That somebody says why a council listens, and what for it may not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soundings import purposes
from tests.listeners.toml_values import VALUES

ON = {"enabled": True}


def missing(**document: Any) -> list[str]:
    return [".".join(map(str, path)) for path, _ in purposes.missing(document)]


def test_a_source_that_listens_needs_one() -> None:
    assert missing(sources={"feeds": ON, "x": ON}) == ["sources.feeds", "sources.x"]
    [(_, says)] = purposes.missing({"sources": {"feeds": ON}})
    assert says.startswith("'feeds' is switched on and nobody has said what for: add a line `purpose = ")
    assert "under [council]" in says


@pytest.mark.parametrize(
    "document",
    [
        {"council": {"purpose": "To answer."}, "sources": {"feeds": ON}},
        {"sources": {"feeds": {**ON, "purpose": "To answer."}}},
        {"sources": {"feeds": {"enabled": False}, "x": {}}},
        {"council": {"invented": True}, "sources": {"bluesky": ON}},
        {"sources": {"sample": ON}},
        {},
    ],
    ids=["the council's", "its own", "off", "invented council", "the sample", "nothing"],
)
def test_nobody_is_asked_twice_or_for_nothing(document: dict[str, Any]) -> None:
    assert missing(**document) == []


@pytest.mark.parametrize("blank", ["", "  ", "\n", "-", "n/a", "a 1 2"])
def test_a_blank_says_nothing(blank: str) -> None:
    assert missing(council={"purpose": blank}, sources={"feeds": {**ON, "purpose": blank}}) == ["sources.feeds"]


@pytest.mark.parametrize("on", [True, "true", "yes", 1])
def test_however_it_is_switched_on(on: object) -> None:
    """As pydantic reads it: another spelling is no way round the rule."""
    assert missing(sources={"feeds": {"enabled": on}}) == ["sources.feeds"]


@pytest.mark.parametrize(
    "text", ["enforcement of fines", "fraud investigation", "employment checks", "Watch protesters"]
)
def test_a_refused_purpose_is_told_in_one_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"^Soundings may not be used for .*Say instead what service"):
        purposes.allowed(text)


def test_the_example_is_allowed() -> None:
    assert purposes.allowed(purposes.EXAMPLE) == purposes.EXAMPLE


@given(council=VALUES, sources=VALUES, feeds=VALUES, enabled=VALUES, purpose=VALUES)
def test_any_document_is_told_and_none_raises(**given: Any) -> None:
    table = {"enabled": given["enabled"], "purpose": given["purpose"]}
    for document in (
        {"council": given["council"], "sources": given["sources"]},
        {"sources": {"feeds": given["feeds"]}},
        {"sources": {"feeds": table}},
    ):
        for path, says in purposes.missing(document):
            assert path[0] == "sources" and says


@given(st.text(max_size=60))
def test_a_purpose_is_taken_as_it_is_or_refused(text: str) -> None:
    try:
        assert purposes.allowed(text) == text
    except ValueError as error:
        assert "may not be used" in str(error)
