"""Measures a reader on the texts written for this project that nothing is learnt from (`nlp/training/measures/`).

Returns plain mappings for a file. The examples are texts of ours: no resident wrote them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from nlp.measuring.labels import meaning
from nlp.measuring.swaps import swapped
from nlp.measuring.tallies import tally_for
from nlp.reader import Reader
from nlp.training.data_card import described, near_ones
from nlp.training.kept import Folders, digests, labelled, model_digests
from nlp.training.people import agreements, own_records
from soundings.council import CouncilFile

EXAMPLES = 3
"""Of each class."""
TASKS = ("sentiment", "acts", "topics")


def measured(reader: Reader, folders: Folders) -> dict[str, Any]:
    """All that the card says of our own texts. Raises BadInput when they are not there."""
    held_out = labelled(folders.measures / "acts.jsonl")
    learnt = own_records(folders)
    found: dict[str, Any] = {
        "reader": f"{reader.name} {reader.version}",
        "files": digests(folders.measures, folders.texts),
        "model": model_digests(folders.model),
        "golden": _task(reader, labelled(folders.measures / "golden.jsonl"), "sentiment"),
        "swapped": _swapped(reader, labelled(folders.measures / "swapped.jsonl")),
        "people": {name: asdict(one) for name, one in agreements(held_out).items()},
        "people_learnt": {name: asdict(one) for name, one in agreements(learnt).items()},
        "learnt": asdict(described(learnt)),
        "held_out": asdict(described(held_out)),
        "near_learnt": near_ones(_texts(held_out), _texts(learnt)),
    }
    return found | {task: _task(reader, held_out, task) for task in TASKS}


def _task(reader: Reader, records: Sequence[dict[str, Any]], task: str) -> dict[str, Any]:
    tally = tally_for(meaning(task, "", None, CouncilFile(None)), EXAMPLES)
    understood = meaning(task, "", None, CouncilFile(None))
    for record, answer in zip(records, reader.read(_texts(records)), strict=True):
        truth = understood.truth(record.get("label", record.get("labels")), several="label" not in record)
        if isinstance(truth, str):
            raise ValueError(f"{record['text']!r}: {truth}")
        tally.add(record["text"], truth, answer)
    examples = {name: [asdict(one) for one in kept.list()] for name, kept in sorted(tally.mistakes.items())}
    return {"report": asdict(tally.report()), "examples": examples}


def _swapped(reader: Reader, records: Sequence[dict[str, Any]]) -> dict[str, Any]:
    one, other = (reader.read([record["texts"][at] for record in records]) for at in (0, 1))
    kinds = [record["swapped"] for record in records]
    return {kind: asdict(found) for kind, found in swapped(zip(kinds, one, other, strict=True)).items()}


def _texts(records: Sequence[dict[str, Any]]) -> list[str]:
    return [record["text"] for record in records]
