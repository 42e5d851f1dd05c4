"""The registry and the table `[sources]`."""

from __future__ import annotations

from typing import Any

import pytest

from listeners.sources import SOURCES, enabled, load, problems
from soundings.council import CouncilFile


def test_every_source_of_the_registry_is_there() -> None:
    for name in SOURCES:
        assert load(name).Settings().enabled is False


@pytest.mark.parametrize(
    ("table", "where", "word"),
    [
        ([], ("sources",), "table of its own"),
        ({"blusky": {}}, ("sources", "blusky"), "there are: feeds, sample"),
        ({"feeds": {"enable": True}}, ("sources", "feeds", "enable"), "not something that can be set"),
        ({"feeds": {"feed": [{"url": "x"}]}}, ("sources", "feeds", "feed", 0, "url"), "address of a feed"),
        ({"sample": 5}, ("sources", "sample"), ""),
    ],
)
def test_problems_say_where(table: Any, where: tuple[Any, ...], word: str) -> None:
    (problem,) = problems(table)
    assert problem.path == where and word in problem.message


def test_only_what_is_switched_on_listens() -> None:
    file = CouncilFile(None, tables={"sources": {"sample": {"enabled": True}, "feeds": {"feed": []}}})
    assert [name for name, _, _ in enabled(file)] == ["sample"]
    assert list(enabled(CouncilFile(None))) == []
