"""The documentation is true: generated pages are fresh, and what pages name is there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from soundings import council
from soundings.cli import COMMANDS
from tests.generated_docs import DOCS, EXAMPLES, PAGES

ROOT = DOCS.parent
TEXTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_fresh(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == PAGES[name](), "run `make docs`"


@pytest.mark.parametrize("header", EXAMPLES)
def test_an_example_to_copy_is_in_order(header: str) -> None:
    document = tomllib.loads(EXAMPLES[header])
    assert council.problems({"council": {"purpose": "To answer."}, **document}) == []


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_what_a_page_names_is_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for command in re.findall(r"`(?:[A-Z_]+=\S+ )?soundings ([a-z]+)", text):
        assert command in COMMANDS, f"{path.name} names `soundings {command}`"
    for target in re.findall(r"`make ([a-z-]+)", text):
        assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE), f"no `make {target}`"
    for test in re.findall(r"`(tests/[\w/]+(?:\.\w+)?)", text):
        assert (ROOT / test).exists(), f"{path.name} names {test}"
    for link in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", text):
        assert (path.parent / link).exists(), f"{path.name} links to {link}"
