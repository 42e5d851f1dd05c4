"""Real models of the usual kinds, made small: what a worker answers is what the model's own pipeline answers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from nlp.models.converting import ALIKE, convert
from nlp.models.fetching import fetch
from nlp.models.naming import Named
from nlp.models.running import Model, given
from nlp.models.shelf import Made, Shelf
from soundings.council import CouncilFile
from soundings.errors import BadInput
from soundings.settings import Settings
from tests.nlp.models import tiny

pytestmark = [pytest.mark.models, pytest.mark.timeout(900)]
TEXTS = [
    "The bins were not collected again",
    "Thank you for mending the swing @[…] https://example.org/swing",
    "Mae'r biniau heb eu casglu eto",
    "bench",
    "shambles 😡 town hall",
    "When does the library open on Saturdays, and is there a ramp? " * 40,
]
KINDS = ["roberta, slow tokenizer", "xlm-roberta, sentencepiece", "bert", "distilbert"]


@pytest.fixture(scope="module", params=KINDS)
def kind(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Shelf, Made]:
    """A published folder of one kind, and what was made of it."""
    name, _, how = str(request.param).partition(", ")
    folder = tiny.make(tmp_path_factory.mktemp("published") / "own-model", name)
    if how == "slow tokenizer":
        tiny.slow_only(folder)
    elif how:
        tiny.sentence_pieces(folder)
    shelf = Shelf(Settings(home=tmp_path_factory.mktemp("home")))
    made = fetch(Named(model=str(folder)), CouncilFile(None), shelf, datetime.now(UTC), print, newest=False)
    return folder, shelf, made


def usual(folder: Path, longest: int, texts: Sequence[str]) -> list[dict[str, float]]:
    """What `pipeline`, with the model's own tokenizer, answers."""
    from transformers import pipeline

    classify = pipeline("text-classification", model=str(folder), top_k=None)
    answers = [classify(given(text), truncation=True, max_length=longest)[0] for text in texts]
    return [{one["label"]: one["score"] for one in answer} for answer in answers]


def test_the_worker_answers_as_the_models_own_pipeline(kind: tuple[Path, Shelf, Made]) -> None:
    folder, shelf, made = kind
    model = Model(shelf.whole(made), made, Named(model=str(folder)))
    alike = ALIKE if made.bits == 8 else 0.002
    for ours, theirs in zip(model.probabilities(TEXTS), usual(folder, made.longest, TEXTS), strict=True):
        wanted = [theirs[label] for label in made.labels]
        assert ours == pytest.approx(wanted, abs=alike)
        if sorted(wanted)[-1] - sorted(wanted)[-2] > 2 * alike:
            assert max(ours) == ours[wanted.index(max(wanted))]


def test_it_reads_as_many_pieces_as_the_model_can(kind: tuple[Path, Shelf, Made]) -> None:
    folder, _, made = kind
    assert made.longest == (64 if "roberta" in json.loads((folder / "config.json").read_text())["model_type"] else 512)


def test_neither_order_nor_batch_changes_an_answer(kind: tuple[Path, Shelf, Made]) -> None:
    folder, shelf, made = kind
    model = Model(shelf.whole(made), made, Named(model=str(folder)))
    once = model.probabilities(TEXTS)
    assert model.probabilities(TEXTS[::-1]) == once[::-1]
    assert [model.probabilities([text])[0] for text in TEXTS] == once


def test_a_worker_needs_no_torch(kind: tuple[Path, Shelf, Made]) -> None:
    folder, shelf, _ = kind
    code = (
        "import json, sys\n"
        "from nlp.models.opening import judges\n"
        "from nlp.trained import TrainedReader\n"
        "from soundings import settings\n"
        "from soundings.council import CouncilFile\n"
        f"file = CouncilFile(None, tables={{'reader': {{'sentiment': [{{'model': {str(folder)!r}}}]}}}})\n"
        "reader = TrainedReader(file, judges=judges(file, settings.load()))\n"
        "[found] = reader.read(['The bins are full and that is that'])\n"
        "print(json.dumps([found.reader, [name for name in ('torch', 'transformers', 'onnx') if name in sys.modules]]))"
    )
    environment = {**os.environ, "SOUNDINGS_HOME": str(shelf.folder.parent)}
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    reader, heavy = json.loads(made.stdout)
    assert reader.startswith("trained 4 + own-model@")
    assert heavy == []


# --- what is refused


def refused(folder: Path, into: Path) -> str:
    with pytest.raises(BadInput) as caught:
        convert(folder, into, Named(model=str(folder)))
    return str(caught.value)


def change(folder: Path, **settings: Any) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | settings), encoding="utf-8")


def test_labels_that_say_nothing(tmp_path: Path) -> None:
    folder = tiny.make(tmp_path / "m", labels=("LABEL_0", "LABEL_1", "LABEL_2"))
    assert "add to its table: labels = {" in refused(folder, tmp_path)


def test_a_model_that_was_never_trained_to_classify(tmp_path: Path) -> None:
    from transformers import AutoModel

    folder = tiny.make(tmp_path / "m")
    AutoModel.from_pretrained(folder).save_pretrained(folder)
    change(folder, id2label=dict(enumerate(tiny.THREE)), num_labels=3)
    assert "m was not trained to classify" in refused(folder, tmp_path)


def test_code_that_comes_with_a_model_is_never_run(tmp_path: Path) -> None:
    folder = tiny.make(tmp_path / "m")
    (folder / "own.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n", encoding="utf-8")
    change(folder, model_type="own", auto_map={"AutoConfig": "own.C", "AutoModelForSequenceClassification": "own.M"})
    assert "A model that needs code of its own is not taken" in refused(folder, tmp_path)
    assert not (tmp_path / "ran").exists()


def test_pickles_are_not_opened(tmp_path: Path) -> None:
    folder = tiny.make(tmp_path / "m")
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    assert "only weights that can run code" in refused(folder, tmp_path)


def test_damaged_weights(tmp_path: Path) -> None:
    folder = tiny.make(tmp_path / "m")
    (folder / "model.safetensors").write_bytes((folder / "model.safetensors").read_bytes()[:1000])
    assert "m cannot be opened as a text classifier" in refused(folder, tmp_path)


def test_several_labels_at_once_are_no_feeling(tmp_path: Path) -> None:
    folder = tiny.make(tmp_path / "m")
    change(folder, problem_type="multi_label_classification")
    assert "no choice of one among labels" in refused(folder, tmp_path)
