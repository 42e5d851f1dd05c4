"""Keyed hashes: the same again, different where they must differ, and private."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from soundings import keys as keys_module
from soundings.errors import BadInput
from soundings.keys import SPARE, Keys, quarter

AUTUMN = datetime(2026, 11, 10, tzinfo=UTC)
WINTER = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys.open(tmp_path / "keys.json")


def test_the_file_is_private_and_read_again(keys: Keys) -> None:
    assert stat.S_IMODE(keys.path.stat().st_mode) == 0o600
    voice = keys.voice("files", "anna", AUTUMN, AUTUMN)
    again = Keys.open(keys.path)
    assert again.post_id("files", "1") == keys.post_id("files", "1")
    assert again.voice("files", "Anna", AUTUMN, AUTUMN) == voice, "handles are the same in any case"


def test_pseudonyms_differ_across_sources_quarters_and_installations(keys: Keys, tmp_path: Path) -> None:
    other = Keys.open(tmp_path / "other.json")
    voices = {
        keys.voice("files", "anna", AUTUMN, AUTUMN),
        keys.voice("feeds", "anna", AUTUMN, AUTUMN),
        keys.voice("files", "anna", WINTER, WINTER),
        other.voice("files", "anna", AUTUMN, AUTUMN),
    }
    assert len(voices) == 4


def test_ids_differ_between_installations(keys: Keys, tmp_path: Path) -> None:
    """Without the key file nobody can tell which public item an id stands for."""
    other = Keys.open(tmp_path / "other.json")
    assert keys.post_id("files", "1") != other.post_id("files", "1")
    assert keys.account("files", "anna") != other.account("files", "anna")


def test_nobody_named_is_no_voice(keys: Keys) -> None:
    assert keys.voice("files", "", AUTUMN, AUTUMN) == ""


def test_living_voices_are_those_of_every_key(keys: Keys) -> None:
    written = {keys.voice("files", "anna", AUTUMN, AUTUMN), keys.voice("files", "anna", WINTER, WINTER)}
    assert set(Keys.open(keys.path).living_voices("files", "anna")) == written


def test_two_processes_make_one_key(keys: Keys) -> None:
    def voice(_: int) -> str:
        return Keys.open(keys.path).voice("files", "anna", AUTUMN, AUTUMN)

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
                keys.voice("files", "anna", AUTUMN, AUTUMN)
    voice = keys.voice("files", "anna", AUTUMN, AUTUMN)
    assert Keys.open(keys.path).voice("files", "anna", AUTUMN, AUTUMN) == voice


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text("{")
    with pytest.raises(BadInput, match=r"keys\.json is damaged"):
        Keys.open(tmp_path / "keys.json")


@pytest.mark.parametrize(("month", "name"), [(1, "2026Q1"), (3, "2026Q1"), (4, "2026Q2"), (12, "2026Q4")])
def test_quarter(month: int, name: str) -> None:
    assert quarter(datetime(2026, month, 15, tzinfo=UTC)) == name


YEAR = timedelta(days=395)
LAST = datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
"""The last moment in which something could be collected in these tests."""


def test_a_key_is_destroyed_when_no_text_of_its_quarter_can_be_left(keys: Keys) -> None:
    keys.voice("files", "anna", AUTUMN, LAST)
    keys.voice("files", "anna", WINTER, LAST + timedelta(days=5))
    until = datetime(2026, 12, 31, tzinfo=UTC) + YEAR + SPARE
    assert keys.retire(until, YEAR, set()) == []
    assert keys.retire(until + timedelta(days=1), YEAR, set()) == ["2026Q4"]
    assert set(Keys.open(keys.path).voice_keys) == {"2027Q1"}


@pytest.mark.parametrize("over", [True, False], ids=["some key is over", "none is over"])
def test_a_destroyed_key_is_not_left_in_what_a_killed_process_wrote(keys: Keys, over: bool) -> None:
    keys.voice("files", "anna", AUTUMN, LAST)
    left = keys.path.with_name(".keys.json.4711")
    left.write_bytes(keys.path.read_bytes())
    keys.retire(LAST + YEAR + SPARE + timedelta(days=1 if over else 0), YEAR, set())
    assert not left.exists()
    assert {path.name for path in keys.path.parent.iterdir()} == {"keys.json", "keys.lock"}


def test_a_key_stays_while_its_quarter_lasts_or_something_of_it_is_held(keys: Keys) -> None:
    """A retention of a day, and a quarter of ninety."""
    day = timedelta(days=1)
    keys.voice("files", "anna", AUTUMN, AUTUMN)
    assert keys.retire(LAST, day, set()) == []
    assert keys.retire(LAST + day, day, {"2026Q4"}) == []
    assert keys.retire(LAST + day, day, {"2026Q3"}) == ["2026Q4"]


def test_an_old_text_collected_late_keeps_its_key_for_its_full_term(keys: Keys) -> None:
    old, imported = datetime(2019, 5, 1, tzinfo=UTC), WINTER
    keys.voice("files", "anna", old, imported)
    assert keys.retire(imported + YEAR, YEAR, set()) == []
    assert keys.retire(imported + YEAR + SPARE + timedelta(days=1), YEAR, set()) == ["2019Q2"]


def test_a_key_of_a_file_without_days_is_counted_from_today(keys: Keys) -> None:
    keys.voice("files", "anna", AUTUMN, AUTUMN)
    stored = json.loads(keys.path.read_text())
    del stored["last_used"]
    keys.path.write_text(json.dumps(stored))
    upgraded = datetime(2028, 6, 1, tzinfo=UTC)
    assert Keys.open(keys.path).retire(upgraded, YEAR, set()) == []
    assert Keys.open(keys.path).retire(upgraded + YEAR, YEAR, set()) == []
    assert Keys.open(keys.path).retire(upgraded + YEAR + SPARE + timedelta(days=1), YEAR, set()) == ["2026Q4"]


def test_another_process_never_uses_a_destroyed_key(keys: Keys) -> None:
    """It has the key in memory. A voice under it could never be found again, so it takes the new one."""
    first = keys.voice("files", "anna", AUTUMN, LAST)
    late = LAST + YEAR + SPARE + timedelta(days=1)
    assert Keys.open(keys.path).retire(late, YEAR, set()) == ["2026Q4"]
    assert "2026Q4" in keys.voice_keys
    again = keys.voice("files", "anna", AUTUMN, late)
    assert again != first
    assert keys.living_voices("files", "anna") == (again,)
    assert Keys.open(keys.path).voice("files", "anna", AUTUMN, late) == again


def test_a_key_in_daily_use_is_not_destroyed_under_anyone(keys: Keys) -> None:
    """The use is in the file before the voice is given away, also when the retention is the shortest that there is."""
    other, day = Keys.open(keys.path), timedelta(days=1)
    for days in range(60):
        now = WINTER + timedelta(days=days)
        voice = keys.voice("files", "anna", AUTUMN, now)
        assert other.retire(now, day, set()) == []
        assert Keys.open(keys.path).living_voices("files", "anna") == (voice,)


def test_the_id_key_outlives_them_all(keys: Keys) -> None:
    known = keys.post_id("files", "1"), keys.account("files", "anna"), keys.bus_key
    keys.voice("files", "anna", AUTUMN, AUTUMN)
    assert keys.retire(LAST + 9 * YEAR, YEAR, set())
    again = Keys.open(keys.path)
    assert (again.post_id("files", "1"), again.account("files", "anna"), again.bus_key) == known


def test_a_day_writes_the_file_once(keys: Keys) -> None:
    keys.voice("files", "anna", AUTUMN, AUTUMN)
    written = keys.path.stat().st_ino
    for account in ("ben", "carys"):
        keys.voice("files", account, AUTUMN, AUTUMN + timedelta(hours=3))
    assert keys.path.stat().st_ino == written
