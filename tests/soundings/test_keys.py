"""Keyed hashes: the same again, different where they must differ, and private."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from soundings import keys as keys_module
from soundings.errors import BadInput
from soundings.keys import Keys, quarter

AUTUMN = datetime(2026, 11, 10, tzinfo=UTC)
WINTER = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys.open(tmp_path / "keys.json")


def test_the_file_is_private_and_read_again(keys: Keys) -> None:
    assert stat.S_IMODE(keys.path.stat().st_mode) == 0o600
    voice = keys.voice("files", "anna", AUTUMN)
    again = Keys.open(keys.path)
    assert again.post_id("files", "1") == keys.post_id("files", "1")
    assert again.voice("files", "Anna", AUTUMN) == voice, "handles are the same in any case"


def test_pseudonyms_differ_across_sources_quarters_and_installations(keys: Keys, tmp_path: Path) -> None:
    other = Keys.open(tmp_path / "other.json")
    voices = {
        keys.voice("files", "anna", AUTUMN),
        keys.voice("feeds", "anna", AUTUMN),
        keys.voice("files", "anna", WINTER),
        other.voice("files", "anna", AUTUMN),
    }
    assert len(voices) == 4


def test_nobody_named_is_no_voice(keys: Keys) -> None:
    assert keys.voice("files", "", AUTUMN) == ""


def test_living_voices_are_those_of_every_key(keys: Keys) -> None:
    written = {keys.voice("files", "anna", AUTUMN), keys.voice("files", "anna", WINTER)}
    assert set(Keys.open(keys.path).living_voices("files", "anna")) == written


def test_two_processes_make_one_key(keys: Keys) -> None:
    def voice(_: int) -> str:
        return Keys.open(keys.path).voice("files", "anna", AUTUMN)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(voice, range(16)))) == 1


def test_a_key_that_the_disk_did_not_take_is_not_used(keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the next start makes another one, and `forget` never learns of the voice between."""

    def full(path: Path, text: str) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(keys_module, "write_private", full)
        for _ in range(2):
            with pytest.raises(OSError, match="No space"):
                keys.voice("files", "anna", AUTUMN)
    voice = keys.voice("files", "anna", AUTUMN)
    assert Keys.open(keys.path).voice("files", "anna", AUTUMN) == voice


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text("{")
    with pytest.raises(BadInput, match=r"keys\.json is damaged"):
        Keys.open(tmp_path / "keys.json")


@pytest.mark.parametrize(("month", "name"), [(1, "2026Q1"), (3, "2026Q1"), (4, "2026Q2"), (12, "2026Q4")])
def test_quarter(month: int, name: str) -> None:
    assert quarter(datetime(2026, month, 15, tzinfo=UTC)) == name
