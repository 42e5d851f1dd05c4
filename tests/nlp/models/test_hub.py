"""Fetching from a hub: what is said before, what is fetched, and what never is. With the real huggingface_hub."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from nlp.models import fetching
from nlp.models import hub as asked
from nlp.models.converting import Converted
from nlp.models.fetching import fetch
from nlp.models.naming import Named
from nlp.models.shelf import NETWORK, TOKENIZER, Shelf
from soundings.council import CouncilFile
from soundings.errors import BadInput, SoundingsError
from soundings.settings import Settings
from tests.nlp.models.hub import COMMIT, Hub, served

pytestmark = [pytest.mark.models, pytest.mark.timeout(600)]
FILES = {
    "config.json": b"{}",
    "vocab.json": b"{}",
    "merges.txt": b"#version: 0.2",
    "model.safetensors": b"s" * 2_500_000,
    "pytorch_model.bin": b"pickle",
    "modeling_own.py": b"raise SystemExit('run')",
    "onnx/model.onnx": b"o",
    "README.md": b"# A model",
}
ENTRY = Named(model="owner/model")
NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    import huggingface_hub

    found = Hub()
    found.models["owner/model"] = dict(FILES)
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hub"))
    with served(found) as address:
        monkeypatch.setattr(huggingface_hub, "HfApi", partial(huggingface_hub.HfApi, endpoint=address))
        yield found


@pytest.fixture
def converted(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Files that each conversion was given; nothing is converted."""
    seen: list[list[str]] = []

    def convert(source: Path, into: Path, _: Any) -> Converted:
        seen.append(sorted(path.name for path in source.iterdir() if path.is_file()))
        (into / NETWORK).write_bytes(b"network")
        (into / TOKENIZER).write_bytes(b"tokenizer")
        return Converted(("negative", "neutral", "positive"), 64, 8)

    monkeypatch.setattr(fetching, "convert", convert)
    return seen


def get(settings: Settings, entry: Named = ENTRY, *, newest: bool = False) -> tuple[Any, list[str]]:
    said: list[str] = []
    return fetch(entry, CouncilFile(None), Shelf(settings), NOW, said.append, newest=newest), said


def test_it_is_said_before_and_only_what_is_needed_is_fetched(
    hub: Hub, converted: list[list[str]], settings: Settings
) -> None:
    made, said = get(settings)
    assert said[0].startswith(f"owner/model for English: 3 MB from the hub, commit {COMMIT}, licence cc-by-4.0.")
    assert converted == [["config.json", "merges.txt", "model.safetensors", "vocab.json"]]
    assert sorted(hub.given) == converted[0]
    assert (made.commit, made.licence, made.title) == (COMMIT, "cc-by-4.0", f"owner/model@{COMMIT[:12]}")
    assert Shelf(settings).find(ENTRY, CouncilFile(None)) == made
    assert [path.name for path in (settings.home / "models").iterdir() if path.is_dir()] == [made.place]


def test_what_is_ready_is_not_asked_for_again(hub: Hub, converted: list[list[str]], settings: Settings) -> None:
    get(settings)
    hub.models.clear()
    assert get(settings)[1] == [f"owner/model@{COMMIT[:12]} is ready for English."]


def test_the_newest_is_looked_for_on_demand(hub: Hub, converted: list[list[str]], settings: Settings) -> None:
    get(settings)
    assert get(settings, newest=True)[1][-1].endswith("is ready, and is the newest.")
    assert len(converted) == 1


def test_a_download_that_was_cut_short_is_not_taken_for_whole(
    hub: Hub, converted: list[list[str]], settings: Settings
) -> None:
    hub.cut_short = 50
    with pytest.raises(SoundingsError, match="hub did not give owner/model"):
        get(settings)
    assert (converted, list(Shelf(settings).ready())) == ([], [])
    hub.cut_short = 0
    get(settings)
    assert len(converted) == 1


def test_weights_that_can_run_code_are_refused_before_anything_is_fetched(hub: Hub, settings: Settings) -> None:
    del hub.models["owner/model"]["model.safetensors"]
    with pytest.raises(BadInput, match=r"only weights that can run code when they are opened \(pytorch_model.bin\)"):
        get(settings)
    assert hub.given == []


def test_no_such_model_no_such_commit_and_not_for_everybody(hub: Hub, settings: Settings) -> None:
    with pytest.raises(BadInput, match="There is no public model owner/none"):
        get(settings, Named(model="owner/none"))
    with pytest.raises(BadInput, match="no such commit"):
        get(settings, Named(model="owner/model", revision="5" * 40))
    hub.gated.add("owner/model")
    with pytest.raises(BadInput, match="agrees to its terms"):
        get(settings)


def test_without_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub

    monkeypatch.setattr(huggingface_hub, "HfApi", partial(huggingface_hub.HfApi, endpoint="http://127.0.0.1:9"))
    with pytest.raises(SoundingsError, match="A folder that was fetched elsewhere can be named instead"):
        asked.look(ENTRY)
