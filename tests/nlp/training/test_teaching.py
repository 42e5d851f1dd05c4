"""The way from texts to the files of a worker, made short: a few texts, one epoch, the real encoder under it."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from nlp.encoder import Encoder
from nlp.training.data import ACTS, MOODS, as_read, own

if TYPE_CHECKING:
    from nlp.training.model import HearingModel

pytestmark = [pytest.mark.models, pytest.mark.timeout(600)]
FEW = 96
TEXTS = ["Bins missed again", "When does the pool open?", "Thank you all 🎉", "Street light out on Elm Road, column 14"]


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What training leaves of one short epoch."""
    from nlp.training import base
    from nlp.training.rows import rows
    from nlp.training.train import Held, Plan, teach

    out = tmp_path_factory.mktemp("taught")
    tokenizer = base.tokenizer()
    given = rows(own()[:FEW], tokenizer)
    teach(given[:-16], Held(given[-16:], []), tokenizer, Plan(epochs=1, batch=16, own_times=1), out)
    return out


@pytest.fixture(scope="module")
def model(taught: Path) -> HearingModel:
    from nlp.training.train import loaded

    return loaded(taught)[0]


def test_what_is_kept_comes_back_by_from_pretrained(taught: Path, model: HearingModel) -> None:
    import torch
    from transformers import AutoModel

    from nlp.training.model import pieces

    assert model.config.heads == {"sentiment": list(MOODS), "acts": list(ACTS)}
    given = pieces([[101, 2000, 2001, 102], [101, 2002, 102]])
    with torch.no_grad():
        one, other = model(**given), AutoModel.from_pretrained(taught).eval()(**given)
    assert all(torch.equal(one[name], other[name]) for name in one)
    assert json.loads((taught / "record.json").read_text())["epochs"][0]["near_own"] > 0.9


def test_the_shipped_model_was_taught_by_the_plan_that_stands_here() -> None:
    from dataclasses import asdict

    from nlp.training.train import Plan

    kept = json.loads((files("nlp") / "model" / "record.json").read_text(encoding="utf-8"))
    assert kept["plan"] == asdict(Plan())


def test_company_and_padding_change_nothing(model: HearingModel) -> None:
    import torch

    from nlp.training.model import pieces

    with torch.no_grad():
        alone = model(**pieces([[101, 2000, 102]]))["sentence_embedding"][0]
        together = model(**pieces([[101, 2000, 102], [101, *range(2000, 2040), 102]]))["sentence_embedding"][0]
    assert torch.allclose(alone, together, atol=1e-5)


def test_eight_bits_hear_nearly_the_same_and_tell_nothing_of_the_machine(
    taught: Path, model: HearingModel, tmp_path: Path
) -> None:
    import torch

    from nlp.training.export import export
    from nlp.training.model import pieces

    target = tmp_path / "encoder.onnx"
    export(model, target)
    (tmp_path / "tokenizer.json").write_bytes((taught / "tokenizer.json").read_bytes())
    assert target.stat().st_size < 30_000_000
    assert str(Path.home()).encode() not in target.read_bytes()
    encoder = Encoder(tmp_path)
    from nlp.training.train import loaded

    tokenizer = loaded(taught)[1]
    for text in TEXTS:
        with torch.no_grad():
            exact = model(**pieces([tokenizer.encode(as_read(text)).ids]))
        heard = encoder.hear(text)
        assert float(exact["sentence_embedding"][0].numpy() @ heard.about) > 0.97
        assert np.abs(exact["sentiment"][0].numpy() - heard.moods).max() < 0.5


def test_new_pieces_begin_as_what_they_mean() -> None:
    from nlp.training import base
    from nlp.training.model import upon

    pieces = base.tokenizer()
    known = upon(base.folder(), {})
    before = known.encoder.get_input_embeddings().weight.data.clone()
    base.teach_emoji(known, pieces)
    after = known.encoder.get_input_embeddings().weight.data
    [sign] = pieces.encode("😡", add_special_tokens=False).ids
    words = pieces.encode(base.emoji()["😡"], add_special_tokens=False).ids
    assert np.allclose(after[sign].numpy(), before[words].mean(0).numpy())
    assert np.allclose(after[: len(before)].numpy(), before.numpy())


def test_other_weights_than_those_it_was_built_on_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from nlp.training import base

    monkeypatch.setattr(base, "WEIGHTS", "0" * 64)
    with pytest.raises(SystemExit, match="not the weights"):
        base.folder()


def test_feelings_and_acts_have_layers_of_their_own(model: HearingModel) -> None:
    """Beyond the shared layers nothing that is judged moves what a text means, nor the other way round."""
    import torch

    from nlp.training.model import pieces

    given = pieces([[101, 2000, 2001, 102]])
    with torch.no_grad():
        before = model(**given)
        model.branch[-1].output.dense.weight.mul_(0.5)
        after = model(**given)
        model.branch[-1].output.dense.weight.mul_(2.0)
    assert torch.equal(before["sentence_embedding"], after["sentence_embedding"])
    assert not torch.equal(before["sentiment"], after["sentiment"])
    assert len(model.branch) == len(model.encoder.encoder.layer) - model.config.shared
