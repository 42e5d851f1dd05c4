"""The arrows of the house and the heavy libraries in their rooms (docs/architecture.md)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_IMPORT: dict[str, set[str]] = {
    "soundings": set(),
    "listeners": {"soundings"},
    "nlp": {"soundings"},
    "store": {"soundings"},
    "alerts": {"soundings", "store"},
    "dashboard": {"soundings", "store"},
}
ROOMS = {
    "clickhouse_connect": {"store"},
    "chdb": {"store"},
    "tweepy": {"listeners"},
    "praw": {"listeners"},
    "atproto": {"listeners"},
    "atproto_client": {"listeners"},
    "atproto_jetstream": {"listeners"},
    "mastodon": {"listeners"},
    "feedparser": {"listeners"},
    "transformers": {"nlp"},
    "torch": {"nlp"},
    "huggingface_hub": {"nlp"},
    "onnxruntime": {"nlp"},
    "spacy": {"nlp"},
    "streamlit": {"dashboard"},
    "apprise": {"alerts"},
}


def imports(source: str) -> Iterator[str]:
    """The top-level names that a module imports, also inside functions and by importlib."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]
        elif isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == "import_module":
            yield from (str(arg.value).partition(".")[0] for arg in node.args if isinstance(arg, ast.Constant))


def wrong_arrows(package: str, source: str) -> list[str]:
    """What a module of `package` imports and may not."""
    return [
        name
        for name in imports(source)
        if (name in MAY_IMPORT and name != package and name not in MAY_IMPORT[package])
        or (name in ROOMS and package not in ROOMS[name])
    ]


def modules() -> list[Path]:
    return [path for package in MAY_IMPORT for path in sorted((ROOT / package).rglob("*.py"))]


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_import_follows_an_arrow(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    assert wrong_arrows(package, path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("package", "source"),
    [
        ("soundings", "import store"),
        ("soundings", "def late():\n    from nlp.reader import Reader"),
        ("listeners", "from store.questions import newest"),
        ("nlp", "import listeners.files"),
        ("store", "import dashboard"),
        ("dashboard", "from importlib import import_module\nimport_module('nlp.trained')"),
        ("dashboard", "import clickhouse_connect"),
        ("alerts", "import streamlit as st"),
    ],
)
def test_a_wrong_arrow_is_seen(package: str, source: str) -> None:
    assert wrong_arrows(package, source)


def test_no_module_of_the_dashboard_hides_a_package() -> None:
    """Streamlit puts dashboard/ first on the path: a module named like a package would be taken for it."""
    taken = {path.stem for path in (ROOT / "dashboard").glob("*.py")} - {"__init__"}
    taken |= {path.name for path in (ROOT / "dashboard").iterdir() if path.is_dir()}
    assert taken & (set(MAY_IMPORT) | set(ROOMS)) == set()


def test_modules_and_functions_stay_short() -> None:
    """House rules 1: modules to 250 lines, functions to 40."""
    for path in modules():
        text = path.read_text(encoding="utf-8")
        assert text.count("\n") <= 250, f"{path} is longer than 250 lines: split it"
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert (node.end_lineno or 0) - node.lineno < 40, f"{path}: {node.name} is longer than 40 lines"


def test_every_module_says_what_it_owns() -> None:
    for path in modules():
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), f"{path} has no opening sentence"
