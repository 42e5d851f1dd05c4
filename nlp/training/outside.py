"""Measures a reader on files that are not in the repository, and keeps the figures: never a text of theirs."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from nlp.evaluate import measure
from nlp.measuring.labels import meaning
from nlp.measuring.records import Columns, records
from nlp.reader import Reader
from nlp.training.kept import digest
from soundings.council import CouncilFile
from soundings.errors import BadInput

LEFT_OUT = ("bins", "coverage", "confused", "confusion", "mistakes")
"""Of a report: what the card does not show."""


def result(
    reader: Reader, path: Path, task: str, today: date, columns: Columns, mapping: Path | None = None
) -> dict[str, Any]:
    """One file's figures, with what it takes to know the file again. Raises BadInput when it cannot be used."""
    understood = meaning(task, "", mapping, CouncilFile(None))
    try:
        with path.open("rb") as source:
            found = measure(lambda: reader, records(source, path.name, columns), understood)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from None
    if not found.texts:
        raise BadInput(f"No line of {path} could be used: `soundings evaluate` says why.")
    report = {name: value for name, value in asdict(found.report).items() if name not in LEFT_OUT}
    return {
        "task": task,
        "file": path.name,
        "sha256": digest(path),
        "map": digest(mapping) if mapping else "",
        "date": today.isoformat(),
        "reader": found.reader,
        "rejected": found.rejected.reasons.total(),
        "report": report,
    }
