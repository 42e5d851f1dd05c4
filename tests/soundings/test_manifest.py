"""A backup is whole or not at all, and shows damage, strangers and newer versions in one sentence each."""

from __future__ import annotations

import errno
import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from soundings import manifest
from soundings.errors import BadInput
from soundings.manifest import Manifest
from soundings.messages import SCHEMA
from tests.factories import NOON


def make(folder: Path, days: float = 0, **about: Any) -> Path:
    """A small backup."""
    at = NOON + timedelta(days=days)
    with manifest.unfinished(folder, manifest.name_of(at)) as path:
        (path / "ledgers").mkdir(mode=0o755)
        (path / "ledgers" / "files.sqlite").write_bytes(b"rows")
        (path / "keys.json").write_text("{}")
        return manifest.seal(path, Manifest(**{"made_at": at, "home": "/srv/soundings", **about}))


def test_what_is_sealed_is_verified_private_and_named_by_its_instant(tmp_path: Path) -> None:
    made = make(tmp_path, counts={"posts": 3})
    assert made == tmp_path / "2026-11-10T12-00-00Z"
    found = manifest.verify(made)
    assert (found.counts, set(found.files)) == ({"posts": 3}, {"ledgers/files.sqlite", "keys.json"})
    assert {path.stat().st_mode & 0o777 for path in [made, made / "ledgers"]} == {0o700}
    assert {path.stat().st_mode & 0o777 for path in made.rglob("*") if path.is_file()} == {0o600}


def test_one_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="full"), manifest.unfinished(tmp_path, "x") as path:
        (path / "half").write_text("half")
        raise OSError("the disk is full")
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_one_left_is_no_backup_and_is_cleared(tmp_path: Path) -> None:
    kept = make(tmp_path)
    left = tmp_path / f"{manifest.UNFINISHED}2026-11-11T12-00-00Z"
    kept.joinpath("ledgers").rename(tmp_path / "aside")
    left.mkdir()
    (tmp_path / "aside").rename(left / "ledgers")
    assert manifest.backups_in(tmp_path) == [kept]
    with pytest.raises(BadInput, match="never finished"):
        manifest.verify(left)
    assert manifest.clear(tmp_path, print) == 1
    assert list(tmp_path.iterdir()) == [kept]


def _change(made: Path, **fields: Any) -> None:
    told = json.loads((made / manifest.NAME).read_text())
    (made / manifest.NAME).write_text(json.dumps(told | fields))


DAMAGES = [
    (lambda made: (made / "keys.json").unlink(), "keys.json is missing"),
    (lambda made: (made / "keys.json").write_text("{ }"), "keys.json is not what was written"),
    (lambda made: (made / "ledgers" / "more.sqlite").touch(), "holds ledgers/more.sqlite, which does not belong"),
    (lambda made: (made / manifest.NAME).write_text('{"what": "a bac'), "or its manifest.json is damaged"),
    (lambda made: _change(made, what="a backup of something"), "is not a backup of Soundings"),
    (lambda made: _change(made, format=manifest.FORMAT + 1), "a newer Soundings"),
    (lambda made: _change(made, messages=SCHEMA + 1, version="9.9"), r"a newer Soundings \(9.9\)"),
    (lambda made: _change(made, messages=SCHEMA - 2), "a much older Soundings"),
    (lambda made: (made / manifest.NAME).unlink(), "it has no manifest.json"),
]


@pytest.mark.parametrize(("damage", "said"), DAMAGES, ids=[said for _, said in DAMAGES])
def test_damage_is_said_in_one_sentence(tmp_path: Path, damage: Any, said: str) -> None:
    made = make(tmp_path)
    damage(made)
    with pytest.raises(BadInput, match=said):
        manifest.verify(made)


def test_what_a_newer_one_adds_is_no_damage(tmp_path: Path) -> None:
    made = make(tmp_path)
    _change(made, mood="cheerful", receipts={"days": 395, "files": {"blocked.jsonl": 2}, "mood": "sad"})
    found = manifest.verify(made).receipts
    assert found and found.count == 2


def test_one_of_before_receipts_were_counted_is_read(tmp_path: Path) -> None:
    made = make(tmp_path)
    told = json.loads((made / manifest.NAME).read_text())
    del told["receipts"]
    (made / manifest.NAME).write_text(json.dumps(told))
    assert manifest.verify(made).receipts is None


def test_a_folder_of_backups_names_the_newest(tmp_path: Path) -> None:
    make(tmp_path, 0), make(tmp_path, 2), make(tmp_path, 1)
    with pytest.raises(BadInput, match=r"holds 3 backups.*2026-11-12T12-00-00Z"):
        manifest.verify(tmp_path)
    with pytest.raises(BadInput, match="There is no folder"):
        manifest.verify(tmp_path / "nowhere")


def test_one_that_is_discarded_never_looks_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = make(tmp_path)
    monkeypatch.setattr("shutil.rmtree", lambda path: None)  # as if it were killed at its first file
    manifest.discard(made, print)
    assert manifest.backups_in(tmp_path) == []


@pytest.fixture
def stuck(monkeypatch: pytest.MonkeyPatch) -> str:
    """A name: the folder that has it in its own cannot be removed, as a file of another owner's."""
    real = shutil.rmtree

    def rmtree(path: Path, ignore_errors: bool = False) -> None:
        if "stuck" not in path.name:
            real(path, ignore_errors)
        elif not ignore_errors:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr("shutil.rmtree", rmtree)
    return "stuck"


def test_what_cannot_be_cleared_is_told_and_stops_nothing(tmp_path: Path, stuck: str) -> None:
    told: list[str] = []
    for name in (stuck, "another"):
        (tmp_path / f"{manifest.UNFINISHED}{name}").mkdir()
    assert manifest.clear(tmp_path, told.append) == 1
    assert [path.name for path in tmp_path.iterdir()] == [f"{manifest.UNFINISHED}{stuck}"]
    (said,) = told
    assert f"{stuck} could not be removed (permission denied). It holds residents' texts" in said


def test_what_cannot_be_discarded_is_told(tmp_path: Path, stuck: str) -> None:
    told: list[str] = []
    made = make(tmp_path).rename(tmp_path / f"2026-11-10T12-00-00Z-{stuck}")
    assert not manifest.discard(made, told.append)
    assert manifest.backups_in(tmp_path) == []
    assert not manifest.discard(made, told.append), "nor can one that is not there"
    assert [text.count("could not be removed") for text in told] == [1, 1]


def test_two_of_one_second_have_two_names(tmp_path: Path) -> None:
    first = make(tmp_path)
    at = manifest.free_instant(tmp_path, NOON)
    assert manifest.name_of(at) == "2026-11-10T12-00-01Z"
    assert manifest.free_instant(tmp_path, NOON + timedelta(days=1)) == NOON + timedelta(days=1)
    assert manifest.backups_in(tmp_path) == [first]
