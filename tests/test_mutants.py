"""The list of mutants stays true to the code: each finds its place, and names tests that are there (`make mutants`)."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

from tests.mutants import ROOT, Mutant, known, noticed

MUTANTS = known()


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.breaks)
def test_each_finds_its_place_and_its_tests(mutant: Mutant) -> None:
    text = (ROOT / mutant.file).read_text(encoding="utf-8")
    assert text.count(mutant.old) == 1, f"the code in {mutant.file} has changed: bring the mutant up to date"
    ast.parse(text.replace(mutant.old, mutant.new))
    assert mutant.old != mutant.new and mutant.tests
    for test in mutant.tests:
        path, _, name = test.partition("::")
        assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8"), f"there is no test {test}"


def test_every_rule_has_some_and_no_two_are_called_the_same() -> None:
    assert len({mutant.breaks for mutant in MUTANTS}) == len(MUTANTS) >= 20
    rules = Counter(mutant.rule for mutant in MUTANTS)
    assert set(rules) == {"R1", "R2", "R3", "R4"} and min(rules.values()) >= 5


@pytest.mark.parametrize(("new", "seen"), [("return 3", True), ("return 1 + 1", False), ("return (", False)])
def test_a_change_that_no_test_sees_survives(tmp_path: Path, new: str, seen: bool) -> None:
    """One that keeps the tests from running at all shows nothing, and counts as not seen."""
    (tmp_path / "sums.py").write_text("def two():\n    return 2\n")
    (tmp_path / "test_sums.py").write_text("import sums\n\ndef test_two():\n    assert sums.two() == 2\n")
    mutant = Mutant("R1", "two is not two", "sums.py", "return 2", new, ("test_sums.py::test_two",))
    assert noticed(tmp_path, mutant) is seen
    assert "return 2" in (tmp_path / "sums.py").read_text()
