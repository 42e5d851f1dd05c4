"""What the conversion does not manage is said with the model's name. Its parts are stood in for."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from nlp.models import converting
from nlp.models.naming import Named
from soundings.errors import BadInput, SoundingsError

pytestmark = pytest.mark.models
STEPS = ("_longest", "_export", "_smallest")
CONFIG = SimpleNamespace(id2label={0: "negative", 1: "positive"}, num_labels=2)


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose model and tokenizer open, and go through every step."""
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "model.safetensors").write_bytes(b"weights")
    cutter = SimpleNamespace(backend_tokenizer=SimpleNamespace(save=lambda _: None))
    monkeypatch.setattr(converting, "_loaded", lambda *_: SimpleNamespace(config=CONFIG))
    monkeypatch.setattr(converting, "_cutter", lambda *_: cutter)
    for step, answer in zip(STEPS, (64, None, 8), strict=True):
        monkeypatch.setattr(converting, step, lambda *_, answer=answer: answer)
    return tmp_path / "odd"


def convert(source: Path) -> converting.Converted:
    return converting.convert(source, source.parent, Named(model=str(source)))


def test_a_model_that_goes_through(source: Path) -> None:
    assert convert(source) == converting.Converted(("negative", "positive"), 64, 8)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(
    ("error", "said"),
    [(TypeError("forward() got an unexpected keyword\nmore"), r"\(TypeError: forward\(\) got an unexpected keyword\)"),
     (NotImplementedError(), r"\(NotImplementedError\)"), (MemoryError(), "too little memory")],
)  # fmt: skip
def test_what_a_step_does_not_manage_is_said(
    source: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: Exception, said: str
) -> None:
    def fail(*_: Any) -> None:
        raise error

    monkeypatch.setattr(converting, step, fail)
    with pytest.raises(SoundingsError, match=f"^odd cannot be converted .*{said}.* name another model") as caught:
        convert(source)
    assert "\n" not in str(caught.value)


def test_what_is_said_already_is_not_said_otherwise(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise BadInput("The model reads no text as long as its settings say.")

    monkeypatch.setattr(converting, "_longest", fail)
    with pytest.raises(BadInput, match=r"^The model reads no text"):
        convert(source)
