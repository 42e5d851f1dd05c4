"""The shelf: all of a model or nothing, whoever looks and whatever was cut short."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from nlp.models.naming import Named
from nlp.models.shelf import NETWORK, NOTE, Shelf, digest, parts
from soundings.council import CouncilFile
from soundings.errors import SoundingsError
from soundings.settings import Settings
from tests.nlp.models.network import shelve

ENTRY = Named(model="owner/model")
NOBODY = CouncilFile(None)
LATER = datetime(2026, 11, 22, tzinfo=UTC) + timedelta(days=1)


def test_an_empty_shelf(settings: Settings) -> None:
    assert Shelf(settings).find(ENTRY, NOBODY) is None


def test_it_is_found_by_its_name(settings: Settings) -> None:
    shelf = Shelf(settings)
    made = shelve(shelf)
    assert shelf.find(ENTRY, NOBODY) == made
    assert shelf.find(Named(model="owner/other"), NOBODY) is None
    assert made.title == "owner/model@cccccccccccc"


def test_a_commit_that_is_named_must_be_the_one(settings: Settings) -> None:
    shelf = Shelf(settings)
    made = shelve(shelf)
    assert shelf.find(Named(model="owner/model", revision="c" * 40), NOBODY) == made
    assert shelf.find(Named(model="owner/model", revision="d" * 40), NOBODY) is None


def test_without_one_the_newest(settings: Settings) -> None:
    shelf = Shelf(settings)
    shelve(shelf)
    newer = shelve(shelf, commit="d" * 40, at=LATER)
    assert shelf.find(ENTRY, NOBODY) == newer


def test_what_was_cut_short_is_not_there(settings: Settings) -> None:
    shelf = Shelf(settings)
    shelf.aside("making").joinpath(NETWORK).write_bytes(b"half")
    (shelf.folder / ".fetched-cc").mkdir()
    (shelf.folder / "somebody's").mkdir()
    (shelf.folder / "somebody's" / NOTE).write_text("{}", encoding="utf-8")
    assert list(shelf.ready()) == []


def test_one_of_another_form_is_not_there(settings: Settings) -> None:
    shelf = Shelf(settings)
    shelve(shelf, form=99)
    assert list(shelf.ready()) == []


def test_a_damaged_file_is_said(settings: Settings) -> None:
    shelf = Shelf(settings)
    made = shelve(shelf)
    (shelf.at(made) / NETWORK).write_bytes(b"half")
    with pytest.raises(SoundingsError, match=r"model\.onnx is damaged or missing"):
        shelf.whole(made)


def test_a_folder_is_found_until_it_changes(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "welsh"
    folder.mkdir()
    (folder / "config.json").write_text("{}", encoding="utf-8")
    (folder / "README.md").write_text("of no weight", encoding="utf-8")
    shelf, entry = Shelf(settings), Named(model=str(folder))
    made = shelve(shelf, model="welsh", commit="", source=digest(folder))
    assert shelf.find(entry, NOBODY) == made
    (folder / "README.md").write_text("still of no weight", encoding="utf-8")
    assert shelf.find(entry, NOBODY) == made
    (folder / "config.json").write_text('{"id2label": {}}', encoding="utf-8")
    assert shelf.find(entry, NOBODY) is None


def test_a_folder_that_is_only_on_another_machine_is_found_by_its_name(settings: Settings, tmp_path: Path) -> None:
    shelf = Shelf(settings)
    made = shelve(shelf, model="welsh", commit="")
    assert shelf.find(Named(model=str(tmp_path / "welsh")), NOBODY) == made
    assert shelf.find(Named(model="owner/welsh"), NOBODY) is None


def test_two_that_place_the_same_leave_one(settings: Settings) -> None:
    shelf = Shelf(settings)
    made = shelve(shelf)
    assert shelve(shelf) == made
    assert list(shelf.ready()) == [made]
    shelf.whole(made)


def test_who_looks_while_another_places_finds_all_or_nothing(settings: Settings) -> None:
    shelf, halves = Shelf(settings), list[str]()

    def look() -> None:
        while not done.is_set():
            if made := shelf.find(ENTRY, NOBODY):
                try:
                    shelf.whole(made)
                except SoundingsError as error:
                    halves.append(str(error))

    done = threading.Event()
    workers = [threading.Thread(target=look) for _ in range(2)]
    for worker in workers:
        worker.start()
    for _ in range(20):
        shelve(shelf)
    done.set()
    for worker in workers:
        worker.join()
    assert halves == []


def test_code_and_pickles_are_no_parts(tmp_path: Path) -> None:
    for name in (
        "config.json",
        "model.safetensors",
        "pytorch_model.bin",
        "modeling_x.py",
        "model-00001-of-00002.safetensors",
    ):
        (tmp_path / name).write_bytes(b"")
    assert [path.name for path in parts(tmp_path)] == [
        "config.json", "model-00001-of-00002.safetensors", "model.safetensors",
    ]  # fmt: skip
