"""What may stand where: one inert function for residents' words, no element that renders or exports them."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import dashboard

ROOT = Path(dashboard.__file__).parent
MODULES = sorted(ROOT.rglob("*.py"))
FORBIDDEN = {
    "dataframe",
    "data_editor",
    "download_button",
    "write",
    "write_stream",
    "latex",
    "json",
    "iframe",
    "exception",
    "file_uploader",
    "caption",
    "image",
    "link_button",
}
"""Of Streamlit: renders or exports what it is given, takes files, thins its text, or leads away."""


def calls(path: Path) -> Iterator[ast.Call]:
    yield from (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))


def of_streamlit(call: ast.Call) -> str:
    """`markdown` for `st.markdown(...)`, else empty."""
    function = call.func
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id == "st":
        return function.attr
    return ""


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_forbidden_call(path: Path) -> None:
    assert {of_streamlit(call) for call in calls(path)} & FORBIDDEN == set()


def test_the_text_of_a_post_goes_to_one_function_only() -> None:
    users = {
        (path.name, ast.unparse(call.func), ast.unparse(given))
        for path in MODULES
        for call in calls(path)
        for given in [*call.args, *(word.value for word in call.keywords)]
        for part in ast.walk(given)
        if isinstance(part, ast.Attribute) and part.attr == "text" and ast.unparse(part.value) not in ("ink", "st")
    }
    assert users == {
        ("acting.py", "inert.copyable", "given.text"),
        ("acting.py", "inert.option", "talk.text"),
        ("cards.py", "inert.resident_text", "card.text"),
        ("cards.py", "inert.resident_text", "other.text"),
        ("conversation.py", "inert.resident_text", "talk.text"),
        ("queue.py", "inert.resident_text", "talk.text"),
        ("sayings.py", "inert.resident_text", "saying.text"),
        ("threads.py", "inert.resident_text", "one.text"),
        ("threads.py", "inert.resident_text", "post.text"),
        ("views.py", "Card", "post.text"),
        ("views.py", "Saying", "story.text"),
        ("views.py", "Talk", "told.text"),
        ("views.py", "ThreadPost", "post.text"),
    }


def test_text_as_typed_is_drawn_for_residents_and_for_the_councils_own_words_only() -> None:
    drawn = {
        (path.name, ast.unparse(call.args[0]))
        for path in MODULES
        for call in calls(path)
        if of_streamlit(call) == "text"
    }
    assert drawn == {
        ("inert.py", "start"),
        ("inert.py", "whole"),
        ("inert.py", "calm(text)"),
        ("frame.py", "''"),
        ("about.py", "inert.calm(purpose)"),
        ("about.py", "f'{inert.calm(name)} is listened to for a purpose of its own: {inert.calm(aim)}'"),
        ("about.py", "f'Write to {inert.calm(contact)}.'"),
    }


def test_no_element_draws_html_but_our_style_sheet() -> None:
    drawn = [ast.unparse(call) for path in MODULES for call in calls(path) if of_streamlit(call) == "html"]
    assert drawn == ["st.html(theme.STYLE)"]
    assert not [path for path in MODULES if "unsafe_allow" in path.read_text()]


@pytest.mark.parametrize("path", sorted((ROOT / "entries").glob("*_page.py")), ids=lambda path: path.name)
def test_a_page_has_no_logic(path: Path) -> None:
    kinds = {type(statement) for statement in ast.parse(path.read_text()).body}
    assert kinds <= {ast.Expr, ast.ImportFrom}
    assert len(path.read_text().splitlines()) < 10


def test_page_icons_are_local_files() -> None:
    for path in MODULES:
        for call in calls(path):
            if of_streamlit(call) in ("Page", "set_page_config"):
                icons = [word.value for word in call.keywords if word.arg in ("icon", "page_icon")]
                assert [ast.unparse(icon) for icon in icons] in ([], ["theme.ICON"])


def test_no_module_hides_a_package() -> None:
    taken = {"soundings", "listeners", "nlp", "store", "alerts", "dashboard"} | set(sys.stdlib_module_names)
    assert [path for path in ROOT.glob("*.py") if path.stem in taken] == []


ASKS = {"store.clickhouse", "store.questions", "store.promises", "store.decisions"}
SHAPES = {"Client", "Promise", "TalkField", "What"}
"""Of these modules: types, which ask nothing."""


def asks(path: Path) -> bool:
    """Whether a module imports anything with which the store can be asked or told."""
    for node in ast.walk(ast.parse(path.read_text())):
        names = {alias.name for alias in getattr(node, "names", [])}
        if isinstance(node, ast.Import) and names & ASKS:
            return True
        if isinstance(node, ast.ImportFrom) and node.module:
            named = {f"{node.module}.{name}" for name in names}
            if named & ASKS or (node.module in ASKS and names - SHAPES):
                return True
    return False


def test_only_these_modules_talk_to_the_store() -> None:
    asking = {str(path.relative_to(ROOT)) for path in MODULES if asks(path)}
    assert asking == {"keeping.py", "source.py", "talk/asking.py", "talk/deciding.py"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_house_rules(path: Path) -> None:
    tree = ast.parse(path.read_text())
    assert ast.get_docstring(tree)
    assert len(path.read_text().splitlines()) <= 250
    lengths = [
        node.end_lineno - node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.end_lineno
    ]
    assert max(lengths, default=0) < 40
