"""Where the model card's figures lie: kept in files, so that the card can be written anew without measuring again.

Owns the folders and how results are written. Knows nothing of what they say.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from soundings.errors import BadInput

_HERE = Path(__file__).parent
MODEL = ("encoder.onnx", "tokenizer.json", "judging.json", "topics.npz")
PLACES = 6
"""Decimal places of kept figures."""


@dataclass(frozen=True)
class Folders:
    """What the card is made from, and the card."""

    texts: Path = _HERE / "texts"
    measures: Path = _HERE / "measures"
    results: Path = _HERE
    model: Path = _HERE.parent / "model"
    about: Path = _HERE / "about.md"
    card: Path = _HERE.parent.parent / "docs" / "model-card.md"

    @property
    def inside(self) -> Path:
        """Results on texts written for this project."""
        return self.results / "inside.json"

    @property
    def outside(self) -> Path:
        """Results on files that are not in the repository."""
        return self.results / "outside.json"


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def digests(*folders: Path) -> dict[str, str]:
    """`texts/talk.jsonl` -> SHA-256, for every file of JSON lines."""
    return {
        f"{path.parent.name}/{path.name}": digest(path) for folder in folders for path in sorted(folder.glob("*.jsonl"))
    }


def model_digests(model: Path) -> dict[str, str]:
    """SHA-256 of what the reader's answers come from: other files, other figures."""
    return {name: digest(model / name) for name in MODEL if (model / name).exists()}


def labelled(path: Path) -> list[dict[str, Any]]:
    """The records of one of our own files. Raises BadInput when it is not there."""
    if not path.exists():
        raise BadInput(f"There is no file {path}.")
    with path.open(encoding="utf-8") as source:
        return [json.loads(line) for line in source if line.strip()]


def load(path: Path) -> dict[str, Any]:
    """What was kept; nothing when the file is not there."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def keep(path: Path, results: Mapping[str, Any]) -> None:
    """Write results, rounded: what is beyond the sixth place says nothing."""
    path.write_text(json.dumps(rounded(results), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def rounded(value: Any) -> Any:
    """The same with every number to six places."""
    if isinstance(value, float):
        return round(value, PLACES)
    if isinstance(value, Mapping):
        return {str(key): rounded(one) for key, one in value.items()}
    return [rounded(one) for one in value] if isinstance(value, list | tuple) else value
