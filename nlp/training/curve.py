"""What officers' corrections are worth: the first topic on half of a labelled file, after so many of the other half.

A file of real reports stands for a council: its reports are corrected one by one, in an order drawn by chance, and what
is then heard of reports that nobody corrected is measured. Knows nothing of where corrections come from in the service.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nlp.encoder import Heard, encoder
from nlp.measuring.labels import Truth, meaning
from nlp.measuring.records import Columns, Record, records
from nlp.topics import Corrected, Topics
from soundings.council import CouncilFile

CORRECTIONS = (0, 25, 100, 400)
DRAWS = 3
"""Halves and orders drawn by chance; the figures are their means."""
Known = tuple[str, Heard, Truth]


def curve(path: Path, columns: Columns, mapping: Path) -> list[dict[str, Any]]:
    """For each number of corrections (at most half of the file) the share of right first topics, strictly and with what
    is also accepted."""
    known = _known(path, columns, mapping)
    counts = dict.fromkeys(min(count, len(known) // 2) for count in CORRECTIONS)
    return [
        _mean(count, [_share(known, count, random.Random(draw)) for draw in range(DRAWS)])  # noqa: S311
        for count in counts
    ]


def _known(path: Path, columns: Columns, mapping: Path) -> list[Known]:
    understood = meaning("topics", "", mapping, CouncilFile(None))
    found = []
    with path.open("rb") as source:
        for record in records(source, path.name, columns):
            if isinstance(record, Record):
                truth = understood.truth(record.label, record.several)
                if isinstance(truth, Truth):
                    found.append((record.text, encoder().hear(record.text), truth))
    return found


def _share(known: Sequence[Known], count: int, chance: random.Random) -> tuple[float, float]:
    drawn = chance.sample(list(known), len(known))
    taught, left = drawn[: len(drawn) // 2], drawn[len(drawn) // 2 :]
    corrected = [Corrected(heard.embedding, truth.main) for _, heard, truth in taught[:count]]
    topics = Topics(CouncilFile(None), corrected)
    said = [(topics.read(heard.judged, heard.about)[0].slug, truth) for text, heard, truth in left]
    strict = sum(slug == truth.main for slug, truth in said)
    also = sum(slug == truth.main or slug in truth.also for slug, truth in said)
    return strict / len(said), also / len(said)


def _mean(count: int, shares: Sequence[tuple[float, float]]) -> dict[str, Any]:
    strict, also = (sum(column) / len(shares) for column in zip(*shares, strict=True))
    return {"corrections": count, "first": strict, "with_also": also}
