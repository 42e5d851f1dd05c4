"""`make mutants`: breaks R1 to R4 on purpose, one small change at a time, and runs the tests that must then fail.

Each change is made in a copy of the tree, never in the checkout. The list is tests/mutants.toml; a change that no test
notices is reported, and the exit code is 1. Words on the command line pick the mutants whose description has them all.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
FAILED = 1
"""pytest's exit code when tests ran and some failed; any other but 0 means that they could not run."""


@dataclass(frozen=True)
class Mutant:
    """One change: what it breaks, where, and which tests must notice."""

    rule: str
    breaks: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


def known() -> list[Mutant]:
    """All of them."""
    with (ROOT / "tests" / "mutants.toml").open("rb") as file:
        entries = tomllib.load(file)["mutant"]
    return [Mutant(**{**entry, "tests": tuple(entry["tests"])}) for entry in entries]


def main(words: Sequence[str]) -> int:
    """Try the mutants. Returns 0 when each is noticed by each of its tests."""
    chosen = [one for one in known() if all(word in f"{one.rule} {one.breaks} {one.file}" for word in words)]
    with tempfile.TemporaryDirectory(prefix="soundings-mutants-") as folder:
        tree = copy(Path(folder) / "tree")
        sound = sorted({test for one in chosen for test in one.tests})
        if not chosen or run(tree, sound) != 0:
            sys.stdout.write("No such mutants, or their tests fail without any change: nothing can be shown.\n")
            return 2
        survivors = [one for one in chosen if not noticed(tree, one)]
    sys.stdout.write(f"{len(chosen) - len(survivors)} of {len(chosen)} mutants were noticed.\n")
    return 1 if survivors else 0


def copy(tree: Path) -> Path:
    """What git knows of and does not ignore, as it lies in the checkout."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tree / name)
    return tree


def noticed(tree: Path, mutant: Mutant) -> bool:
    """Whether every test of a mutant fails; the tree is as before afterwards."""
    path = tree / mutant.file
    sound = path.read_text(encoding="utf-8")
    path.write_text(sound.replace(mutant.old, mutant.new, 1), encoding="utf-8")
    try:
        results = {test: run(tree, [test]) for test in mutant.tests}
    finally:
        path.write_text(sound, encoding="utf-8")
    kept = [test for test, code in results.items() if code != FAILED]
    sys.stdout.write(f"{'SURVIVED' if kept else 'noticed '}  {mutant.rule}  {mutant.breaks}\n")
    sys.stdout.writelines(f"          {test}: pytest ended with {results[test]}\n" for test in kept)
    sys.stdout.flush()
    return not kept


def run(tree: Path, tests: Iterable[str]) -> int:
    """pytest's exit code for some tests of a tree."""
    environment = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    return subprocess.run(command, cwd=tree, env=environment, capture_output=True).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
