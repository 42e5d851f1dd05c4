"""The table `[topics]` of the council file: what is in order, and each mistake named where it stands."""

from __future__ import annotations

from typing import Any

import pytest

from nlp.own_topics import problems


@pytest.mark.parametrize(
    "table",
    [
        {},
        {"roads": {"words": ["the top road"]}},
        {"roads": {"name": "Highways"}},
        {"roads": {"sentences": ["The surface of the top road is coming up again."]}},
        {
            "harbour": {
                "name": "The harbour",
                "words": ["mooring"],
                "sentences": ["There is no mooring free at the quay."],
            }
        },
    ],
)
def test_a_table_in_order_has_no_problems(table: Any) -> None:
    assert problems(table) == []


@pytest.mark.parametrize(
    ("table", "path", "says"),
    [
        ("roads", ("topics",), "must be a table"),
        ({"Roads!": {"words": ["x1"]}}, ("topics", "Roads!"), "small letters, digits and hyphens"),
        ({"roads": ["pothole"]}, ("topics", "roads"), "must be a table"),
        ({"roads": {"wrods": ["pothole"]}}, ("topics", "roads", "wrods"), "not something that can be set here"),
        ({"roads": {"words": []}}, ("topics", "roads", "words"), "has no words"),
        ({"roads": {}}, ("topics", "roads", "words"), "add `words = "),
        ({"roads": {"words": [""]}}, ("topics", "roads", "words", 0), "at least 2"),
        ({"roads": {"words": ["!!"]}}, ("topics", "roads", "words", 0), "match"),
        ({"roads": {"words": "pothole"}}, ("topics", "roads", "words"), "list in square brackets"),
        ({"harbour": {"words": ["mooring"]}}, ("topics", "harbour"), "a topic of your own needs `name = "),
        ({"road": {"words": ["mooring"]}}, ("topics", "road"), "did you mean 'roads'?"),
        ({"harbour": {"name": "", "words": ["mooring"]}}, ("topics", "harbour", "name"), "at least 1"),
        ({"harbour": {"name": "The harbour"}}, ("topics", "harbour", "words"), "has no words"),
    ],
)
def test_a_mistake_is_named_where_it_stands(table: Any, path: tuple[str | int, ...], says: str) -> None:
    found = problems(table)
    assert [problem.path for problem in found] == [path]
    assert says in found[0].message


def test_every_mistake_is_named() -> None:
    assert len(problems({"roads": {"words": []}, "road": {"words": ["x1"]}, "BAD": {}})) == 3
