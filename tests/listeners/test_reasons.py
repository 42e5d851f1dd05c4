"""Each reason that the code can give for a reject has exactly one plain explanation, and none is left over."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from listeners.reasons import KINDS, NOTICE, UNKNOWN, kind_of
from soundings.messages import Gap
from soundings.rejects import make_reject, with_item
from tests.factories import NOON

ROOT = Path(__file__).parents[2]
ROOMS = ("soundings", "listeners", "nlp", "store")
GIVERS = {"PostFailed", "TooLong", "Damaged", "Bad", "_refuse", "Row"}
"""What is called with a reason."""
NAMES = {"NOT_UTF8", "UNCLOSED", "reason"}
"""What a reason is put into before it is given."""


def reasons() -> Iterator[tuple[str, str]]:
    """Every reason that stands in the code, with where: what is filled in later is shown as 7."""
    for room in ROOMS:
        for path in sorted((ROOT / room).glob("*.py")):
            where = str(path.relative_to(ROOT))
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                for text in _given(node):
                    yield where, text


def _given(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
        name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        if name in GIVERS:
            for argument in [*node.args, *(keyword.value for keyword in node.keywords)]:
                yield from _texts(argument)
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id in NAMES:
        yield from _texts(node.value)


def _texts(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)) if text:
            yield text
        case ast.JoinedStr():
            yield "".join(part.value if isinstance(part, ast.Constant) else "7" for part in node.values)  # type: ignore[misc]
        case ast.IfExp():
            yield from _texts(node.body)
            yield from _texts(node.orelse)
        case ast.Call(func=ast.Name(id="partial")):
            return


FOUND = sorted(set(reasons()))


def test_the_code_is_searched_well() -> None:
    assert len(FOUND) > 45
    assert any("has no offset from UTC" in text for _, text in FOUND)
    assert any("a quote in it is never closed" in text for _, text in FOUND)


@pytest.mark.parametrize(("where", "reason"), FOUND, ids=lambda value: str(value)[:40])
def test_each_reason_has_exactly_one_explanation(where: str, reason: str) -> None:
    assert [kind.name for kind in KINDS if kind.fits(reason)] != [], f"{where}: listeners/reasons.py explains it not"
    assert len([kind for kind in KINDS if kind.fits(reason)]) == 1


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_each_explanation_is_for_something(kind: object) -> None:
    assert any(kind.fits(reason) for _, reason in [*FOUND, VALIDATION]) or kind in (UNKNOWN, NOTICE)  # type: ignore[attr-defined]


VALIDATION = ("pydantic", "place_hint: input should be a valid string")


def test_what_pydantic_says_is_a_damaged_message() -> None:
    for reason in (VALIDATION[1], "the item: input should be a valid dictionary", "retraction.post_id: string should"):
        assert [kind.name for kind in KINDS if kind.fits(reason)] == ["a damaged message"]


def test_a_notice_is_explained_before_its_reason() -> None:
    reject = make_reject("store", "feeds", "gap", "it failed alone 3 times, the last with KeyError", b"x", NOON)
    assert kind_of(with_item(reject, Gap(source="feeds", start=NOON, why="it was away"))) is NOTICE
    assert kind_of(reject.model_copy(update={"reason": "something of a later version"})) is UNKNOWN


def test_explanations_are_sentences() -> None:
    for kind in (*KINDS, UNKNOWN, NOTICE):
        assert kind.means.endswith(".") and kind.do.endswith(".") and not kind.name.endswith(".")
