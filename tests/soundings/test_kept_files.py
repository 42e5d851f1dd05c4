"""The council file and its gazetteer go into a backup together, and come out of it together."""

from __future__ import annotations

from pathlib import Path

from soundings import gazetteers, kept_files
from soundings.keys import Keys
from soundings.parts import Saving
from soundings.settings import Settings


def fill(folder: Path, what: str = "ours") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in (kept_files.COUNCIL, *gazetteers.FILES):
        (folder / name).write_text(f"{name} {what}", encoding="utf-8")


def test_all_of_it_goes_in_and_comes_out(settings: Settings, tmp_path: Path) -> None:
    fill(settings.home)
    Keys.open(settings.keys_path)
    backup, elsewhere = tmp_path / "backup", Settings(home=tmp_path / "elsewhere")
    backup.mkdir()
    kept_files.save(Saving(settings, backup, print))
    assert sorted(path.name for path in backup.iterdir()) == [
        "council.toml", "keys.json", "places.jsonl", "places.wards.json"]  # fmt: skip
    kept_files.restore(elsewhere, backup)
    for name in (kept_files.COUNCIL, *gazetteers.FILES):
        assert (elsewhere.home / name).read_text() == f"{name} ours"


def test_a_council_file_elsewhere_gets_its_gazetteer_beside_it(settings: Settings, tmp_path: Path) -> None:
    fill(settings.home)
    given = tmp_path / "etc" / "penmarrow.toml"
    assert kept_files.keep_elsewhere(given, settings.home / kept_files.COUNCIL) == ""
    assert (given.parent / gazetteers.FILE).read_text() == "places.jsonl ours"
    assert kept_files.keep_elsewhere(given, settings.home / kept_files.COUNCIL) == ""


def test_what_is_other_than_the_backups_stays_and_is_said(settings: Settings, tmp_path: Path) -> None:
    fill(settings.home)
    given = tmp_path / "etc" / kept_files.COUNCIL
    fill(given.parent, "newer")
    told = kept_files.keep_elsewhere(given, settings.home / kept_files.COUNCIL)
    assert told == (
        f"Other than the backup's, and left as they are: the council file {given} and what was imported beside it "
        f"(places.jsonl, places.wards.json). The backup's are in {settings.home}."
    )
    assert (given.parent / gazetteers.FILE).read_text() == "places.jsonl newer"
    for name in (kept_files.COUNCIL, gazetteers.OUTLINES):
        (given.parent / name).write_text(f"{name} ours", encoding="utf-8")
    told = kept_files.keep_elsewhere(given, settings.home / kept_files.COUNCIL)
    assert f"left as they are: what was imported beside {given} (places.jsonl)" in told


def test_a_council_file_that_is_another_is_said_alone_where_no_places_are(settings: Settings, tmp_path: Path) -> None:
    fill(settings.home)
    given = tmp_path / "etc" / kept_files.COUNCIL
    fill(given.parent)
    given.write_text("newer", encoding="utf-8")
    told = kept_files.keep_elsewhere(given, settings.home / kept_files.COUNCIL)
    assert told == f"The council file {given} is another one than the backup's, and stays as it is."
