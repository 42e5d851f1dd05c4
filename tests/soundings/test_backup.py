"""What can go wrong around a backup is said in a sentence, and one is made at a time. See also tests/test_backup.py."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

import pytest

from soundings import backup, manifest, receipts, restore
from soundings.backup import described, made_here, told, turn
from soundings.errors import OursFailed, SoundingsError
from soundings.manifest import UNFINISHED
from soundings.parts import MISSING
from soundings.settings import Settings
from tests.factories import NOON
from tests.soundings.test_manifest import make
from tests.soundings.test_receipts import gone

FAILURES = [
    (OSError(errno.ENOSPC, "No space left on device", "/b/x"), "no room left for /b: free some"),
    (PermissionError(errno.EACCES, "Permission denied", "/b/x"), "/b/x cannot be used: permission denied"),
    (OSError(errno.EIO, "Input/output error"), "/b cannot be used: input/output error"),
    (OursFailed("the bus does not answer"), "the bus does not answer. See `soundings status`"),
    (sqlite3.OperationalError("database or disk is full"), "database or disk is full"),
]


@pytest.mark.parametrize(("failure", "said"), FAILURES, ids=[said for _, said in FAILURES])
def test_a_failure_is_told(failure: Exception, said: str) -> None:
    with pytest.raises(SoundingsError, match=said), told(Path("/b")):
        raise failure


def test_one_at_a_time_and_what_is_under_way_is_left_alone(tmp_path: Path) -> None:
    with turn(tmp_path):
        (tmp_path / f"{UNFINISHED}now").mkdir()
        with pytest.raises(SoundingsError, match="Another backup is being made"), turn(tmp_path):
            pass
        assert (tmp_path / f"{UNFINISHED}now").exists()
    with turn(tmp_path):
        assert not (tmp_path / f"{UNFINISHED}now").exists()


def test_only_this_homes_are_counted_and_what_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    ours = make(tmp_path)
    (make(tmp_path, 1) / "manifest.json").write_text("{")
    assert [path for path, _ in made_here(Settings(home=Path("/srv/soundings")), tmp_path)] == [ours]
    assert made_here(Settings(home=Path("/srv/other")), tmp_path) == []


def test_one_that_may_not_be_read_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path)

    def read(path: Path) -> bytes:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", read)
    assert made_here(Settings(home=Path("/srv/soundings")), tmp_path) == []


def test_old_ones_that_cannot_be_removed_fail_no_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = [make(tmp_path, days, daily=True) for days in range(3)]

    def stuck(path: Path, ignore_errors: bool = False) -> None:
        if path.name.endswith(made[0].name) and not ignore_errors:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr("shutil.rmtree", stuck)
    backup._remove_old(Settings(home=Path("/srv/soundings"), backups_kept=1), tmp_path)
    assert manifest.backups_in(tmp_path) == made[-1:]
    said = capsys.readouterr().err
    assert "could not be removed (permission denied)" in said
    assert f"Removed the daily backup {made[1].name}" in said


def test_it_notes_what_receipts_lie_beside_it(settings: Settings) -> None:
    receipts.append(settings.receipts, [gone("1"), gone("2", 40), gone("1")])
    noted = backup._receipts(settings)
    assert noted and (noted.count, noted.days) == (2, settings.retention_days)


def test_damaged_receipts_are_said_and_fail_no_backup(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    receipts.append(settings.receipts, [gone("1")])
    (path,) = settings.receipts.iterdir()
    path.write_text('{"order": "nothing"}\n')
    assert backup._receipts(settings) is None
    assert "line 1, is no receipt" in capsys.readouterr().err


def test_counts_are_for_people() -> None:
    assert described({"posts": 1234, "rejected": 0}) == "posts 1,234, rejected 0"


@pytest.mark.parametrize("missing", [{}, {MISSING: 7}])
def test_the_drill_says_when_posts_are_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], missing: dict[str, int]
) -> None:
    """Every file as it was written is not enough: what is in the tables afterwards counts."""
    made, settings = make(tmp_path), Settings(home=tmp_path / "home")
    monkeypatch.setattr(restore, "_build", lambda *_: {"posts in the database": 5, **missing})
    if missing:
        with pytest.raises(SoundingsError, match=r"IS NOT SOUND: posts in the database 5, .* 7\. Take another backup"):
            restore.check(settings, made, NOON)
    else:
        assert restore.check(settings, made, NOON) == 0
        assert "is sound" in capsys.readouterr().out
