"""The texts that the model learns from, and those held back: which is which is decided by the text itself.

Two kinds. Our own, written for this project, most with two labels (`texts/`, docs/labelling.md). And, where a
file is given, posts with a sentiment alone: SemEval-2017 task 4A, which anybody may train on (CC BY 3.0) and nobody may
pass on here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nlp.cleaning import clean
from nlp.evenhanded import as_judged

MOODS = ("negative", "neutral", "positive")
ACTS = (
    "fault-report", "complaint", "question", "answer", "idea", "offer-of-help", "need-for-help", "thanks", "opinion",
    "information",
)  # fmt: skip
"""The acts that the model tells; a text with none of them is `other`."""
TEXTS = Path(__file__).parent / "texts"
HELD_BACK, HELD_BACK_POSTS = 0.1, 0.06
"""Shares of our own texts and of the posts from a file that nothing is learnt from. They choose the epoch, thresholds
and calibration, so no figure on them is one of a measure."""


@dataclass(frozen=True)
class Example:
    """One text, as the model reads it, and what its labels say: shares from 0 to 1, of one or of two."""

    text: str
    mood: tuple[float, ...]
    acts: tuple[float, ...] | None = None
    """One share for each of ACTS; None where nobody said."""
    topics: dict[str, float] = field(default_factory=dict)
    raw: str = ""


def as_read(text: str) -> str:
    """A text as the model reads it when it judges (nlp/encoder.py)."""
    return clean(as_judged(text))


def drawn(text: str, salt: str) -> float:
    """A number from 0 to 1 that depends on the text alone: the same in every run and on every machine."""
    return int.from_bytes(hashlib.sha256(f"{salt} {text}".encode()).digest()[:8]) / 2**64


def own(folder: Path = TEXTS) -> list[Example]:
    """The texts written for this project."""
    return [example for path in sorted(folder.glob("*.jsonl")) for example in _own(path)]


def _own(path: Path) -> Iterator[Example]:
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        labels = record["labels"]
        share = 1 / len(labels)
        topics: dict[str, float] = {}
        for label in labels:
            for slug in label["topics"]:
                topics[slug] = topics.get(slug, 0.0) + share
        yield Example(
            as_read(record["text"]),
            tuple(sum(label["sentiment"] == mood for label in labels) * share for mood in MOODS),
            tuple(sum(act in label["acts"] for label in labels) * share for act in ACTS),
            topics,
            record["text"],
        )


def posts(path: Path) -> list[Example]:
    """A file of JSON lines with `text` and `label`, one of MOODS."""
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        Example(as_read(record["text"]), tuple(float(record["label"] == mood) for mood in MOODS), raw=record["text"])
        for record in records
    ]


def split(examples: Sequence[Example], share: float) -> tuple[list[Example], list[Example]]:
    """Those to learn from, and the share held back to choose by."""
    kept = [example for example in examples if not held_back(example, share)]
    return kept, [example for example in examples if held_back(example, share)]


def held_back(example: Example, share: float) -> bool:
    """Whether an example is in the share that nothing is learnt from."""
    return drawn(example.raw, "held back") < share
