"""Small files: whole or not at all, private, and nothing left of one that failed."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from soundings.errors import BadInput
from soundings.files import make_private_folder, write_private


def test_every_folder_that_is_made_is_private_and_no_other_is_changed(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there").chmod(0o755)
    before = os.umask(0o022)
    try:
        made = make_private_folder(tmp_path / "there" / "one" / "two")
    finally:
        os.umask(before)
    modes = [path.stat().st_mode & 0o777 for path in (made, made.parent, made.parent.parent)]
    assert modes == [0o700, 0o700, 0o755]


@pytest.mark.parametrize("name", ["file", "file/below"])
def test_one_that_cannot_be_made_is_said(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadInput, match=r"cannot make the folder .* with SOUNDINGS_BACKUPS"):
        make_private_folder(tmp_path / name, "SOUNDINGS_BACKUPS")


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_one_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    write_private(tmp_path / "keys.json", "old")
    monkeypatch.setattr(os if step == "fsync" else Path, step, full)
    with pytest.raises(OSError, match="No space"):
        write_private(tmp_path / "keys.json", "new")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"keys.json": "old"}
