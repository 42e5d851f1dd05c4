"""The models of a council file, opened: for the stage, for `soundings check`, `up`, `models` and `classify`."""

from __future__ import annotations

import json
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from nlp.classify import main as classify
from nlp.models import choices, command, fetching
from nlp.models.converting import Converted, convert
from nlp.models.fetching import fetch
from nlp.models.naming import Named
from nlp.models.opening import judges, lacking, readiness
from nlp.models.shelf import NETWORK, TOKENIZER, Shelf
from nlp.trained import TrainedReader
from nlp.worker import Worker
from soundings import check, up
from soundings.council import CouncilFile
from soundings.errors import BadInput, SoundingsError
from soundings.messages import Mood
from soundings.settings import Settings
from tests.factories import make_post
from tests.nlp.fakes import FakeBus
from tests.nlp.models.network import shelve

TABLE = {"reader": {"sentiment": [{"model": "owner/model", "languages": ["en", "cy"]}]}}
FILE = CouncilFile(None, tables=TABLE)
TOML = '[council]\nname = "Testford"\n[[reader.sentiment]]\nmodel = "owner/model"\nlanguages = ["en", "cy"]\n'
NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def home(settings: Settings) -> Settings:
    """A home whose council file names a model."""
    settings.home.mkdir(parents=True)
    settings.council_path.write_text(TOML, encoding="utf-8")
    return settings


def test_no_model_is_the_usual_case(settings: Settings) -> None:
    found = judges(CouncilFile(None), settings)
    assert (dict(found.by_language), found.choice) == ({}, 0)
    assert not settings.home.exists()


def test_what_is_named_and_not_ready_is_said_with_what_to_do(settings: Settings) -> None:
    for open_it in (judges, lacking):
        with pytest.raises(BadInput, match=r"not ready: owner/model. `soundings models fetch` says how large"):
            open_it(FILE, settings)


async def test_a_worker_reads_by_the_model_that_is_named(settings: Settings) -> None:
    made = shelve(Shelf(settings))
    bus = FakeBus()
    reader = TrainedReader(FILE, judges=judges(FILE, settings))
    worker = Worker(bus, reader)
    await worker.put(await worker.work([make_post(text="The bins have been good and the crew was good")]))
    [reading] = bus.readings
    assert reading.understood.sentiment.label is Mood.POSITIVE
    assert reading.understood.reader == f"trained 4 + {made.title}"


def test_the_number_grows_with_each_choice(settings: Settings) -> None:
    shelf = Shelf(settings)
    shelve(shelf)
    first = judges(FILE, settings).choice
    assert judges(FILE, settings).choice == first > 0
    fewer = CouncilFile(None, tables={"reader": {"sentiment": [{"model": "owner/model", "languages": ["en"]}]}})
    assert [judges(file, settings).choice - first for file in (fewer, FILE, CouncilFile(None))] == [1, 2, 3]


def test_check_says_who_reads_what(home: Settings) -> None:
    text, good = check.report(home.council_path)
    assert good
    assert "to do  feeling in English, Welsh: owner/model is not here yet; `soundings models fetch`" in text
    shelve(Shelf(home), licence="cc-by-4.0")
    text, _ = check.report(home.council_path)
    assert "ready  feeling in English, Welsh: owner/model@cccccccccccc (8 bits, 0.1 MB, cc-by-4.0)" in text
    assert "ready  feeling: other languages are named and not scored" in text


def test_check_without_models(settings: Settings) -> None:
    [(ready, line)] = readiness(CouncilFile(None), settings)
    assert ready
    assert line == (
        "feeling: English by what comes with Soundings, Welsh by word lists, shown as unclear, other languages are "
        "named and not scored"
    )


def test_up_starts_nothing_and_fetches_nothing_while_one_is_lacking(home: Settings) -> None:
    with pytest.raises(BadInput, match="not ready: owner/model"):
        up.run(home)


def test_models_says_the_same_and_what_is_not_used(home: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main([]) == 2
    shelve(Shelf(home))
    shelve(Shelf(home), model="owner/other")
    assert command.main([]) == 0
    out = capsys.readouterr().out
    assert "ready  feeling in English, Welsh: owner/model@cccccccccccc" in out
    assert "owner/other@cccccccccccc is not used: remove" in out


def test_fetch_of_what_is_ready_notes_the_choice(home: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    shelve(Shelf(home))
    assert command.main(["fetch"]) == 0
    noted = json.loads((home.home / "models" / "choices.json").read_text(encoding="utf-8"))["number"]
    assert judges(FILE, home).choice == noted
    assert f'revision = "{"c" * 40}"' in capsys.readouterr().out


def test_fetch_where_none_is_named(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["fetch"]) == 0
    assert "names no model" in capsys.readouterr().out
    assert not settings.home.exists()


def test_fetch_after_the_last_model_was_taken_out_notes_that(
    home: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Else the stage never starts where it cannot write in `models`, as in a container."""
    shelve(Shelf(home))
    assert command.main(["fetch"]) == 0
    before = judges(FILE, home).choice
    home.council_path.write_text('[council]\nname = "Testford"\n', encoding="utf-8")
    assert command.main(["fetch", "--dry-run"]) == command.main(["fetch"]) == 0
    assert "names no model" in capsys.readouterr().out

    def refuse(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(choices, "write_private", refuse)
    assert judges(CouncilFile(None), home).choice == before + 1


def test_without_the_extra_it_says_how_to_install_it(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "find_spec", lambda _: None)
    for arguments in (["fetch"], ["fetch", "--dry-run"]):
        with pytest.raises(SoundingsError, match=r"needs the extra \[models\] \(torch, transformers, onnx, onnxscript"):
            command.main(arguments)


def test_classify_reads_by_it_too(home: Settings, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"id": 1, "text": "bad bad bad"}\n', encoding="utf-8")
    assert classify([str(tmp_path / "in.jsonl")]) == 2
    shelve(Shelf(home))
    assert classify([str(tmp_path / "in.jsonl")]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["reader"] == "trained 4 + owner/model@cccccccccccc"
    assert answer["sentiment"]["label"] == "negative"


# --- folders


def entry(folder: Path) -> Named:
    folder.mkdir(exist_ok=True)
    return Named(model=str(folder))


def get(one: Named, settings: Settings) -> Any:
    return fetch(one, CouncilFile(None), Shelf(settings), NOW, lambda _: None, newest=False)


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "check_installed", lambda: None)


@pytest.mark.usefixtures("installed")
def test_no_such_folder(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=f"There is no folder {tmp_path}/none"):
        get(Named(model=str(tmp_path / "none")), settings)


@pytest.mark.usefixtures("installed")
def test_a_folder_without_weights(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"bare has no weights: there is no model.safetensors in it"):
        get(entry(tmp_path / "bare"), settings)


@pytest.mark.usefixtures("installed")
def test_a_folder_with_pickled_weights_only(settings: Settings, tmp_path: Path) -> None:
    one = entry(tmp_path / "old")
    (tmp_path / "old" / "pytorch_model.bin").write_bytes(b"cos\nsystem\n")
    with pytest.raises(BadInput, match=r"only weights that can run code when they are opened \(pytorch_model.bin\)"):
        get(one, settings)
    with pytest.raises(BadInput):
        convert(tmp_path / "old", tmp_path, one)


@pytest.mark.usefixtures("installed")
def test_a_conversion_that_fails_leaves_nothing(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_source: Path, into: Path, _entry: Named) -> Converted:
        (into / NETWORK).write_bytes(b"half")
        raise SoundingsError("the disk is full")

    monkeypatch.setattr(fetching, "convert", fail)
    with pytest.raises(SoundingsError, match="disk is full"):
        get(entry(tmp_path / "m"), settings)
    assert [path.name for path in (settings.home / "models").iterdir()] == ["fetching.lock"]


@pytest.mark.usefixtures("installed")
def test_two_at_once_convert_once(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    converted: list[str] = []

    def slowly(_source: Path, into: Path, one: Named) -> Converted:
        converted.append(one.name)
        time.sleep(0.3)
        for name in (NETWORK, TOKENIZER):
            (into / name).write_bytes(b"made")
        return Converted(("negative", "positive"), 64, 8)

    monkeypatch.setattr(fetching, "convert", slowly)
    one = entry(tmp_path / "m")
    commands = [threading.Thread(target=get, args=(one, settings)) for _ in range(3)]
    for each in commands:
        each.start()
    for each in commands:
        each.join()
    assert converted == ["m"]
    assert len(list(Shelf(settings).ready())) == 1


@pytest.mark.usefixtures("installed")
def test_a_disk_without_room(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = entry(tmp_path / "m")
    (tmp_path / "m" / "model.safetensors").write_bytes(b"s" * 5_000_000)

    class Little:
        free = 1_000_000

    monkeypatch.setattr("shutil.disk_usage", lambda _: Little)
    with pytest.raises(SoundingsError, match=r"m needs 20 MB free on the disk of .*; 1 MB are"):
        get(one, settings)
