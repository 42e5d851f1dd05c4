"""How far the two labels of our texts agree: `python -m nlp.training.people` prints it.

For each act yes or no, for sentiment and the first topic which one. Knows nothing of readers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nlp.measuring.agreement import Agreement, agreement
from nlp.measuring.printing import figure, table
from nlp.training.kept import Folders, labelled
from soundings.words import SpeechAct

SENTIMENT, FIRST_TOPIC = "sentiment", "first topic"


def agreements(records: Sequence[dict[str, Any]]) -> dict[str, Agreement]:
    """Of the texts with two labels: each act, sentiment and first topic."""
    pairs = [(record["labels"][0], record["labels"][1]) for record in records if len(record.get("labels", ())) > 1]
    found = {
        str(act): agreement([(act in one["acts"], act in other["acts"]) for one, other in pairs]) for act in SpeechAct
    }
    found[SENTIMENT] = agreement([(one["sentiment"], other["sentiment"]) for one, other in pairs])
    found[FIRST_TOPIC] = agreement([(_first(one), _first(other)) for one, other in pairs])
    return {name: one for name, one in found.items() if one}


def _first(label: dict[str, Any]) -> str:
    return str(label["topics"][0]) if label["topics"] else ""


def own_records(folders: Folders) -> list[dict[str, Any]]:
    """Every text to learn from."""
    return [record for path in sorted(folders.texts.glob("*.jsonl")) for record in labelled(path)]


def main(folders: Folders | None = None) -> None:
    """Print it for the texts to measure by, and for those to learn from."""
    where = folders or Folders()
    for title, records in (
        ("Texts to measure by", labelled(where.measures / "acts.jsonl")),
        ("Texts to learn from", own_records(where)),
    ):
        found = agreements(records)
        rows = [["", "texts", "same", "kappa"]]
        rows += [[name, str(one.n), figure(one.same), figure(one.kappa)] for name, one in found.items()]
        print("\n".join([title, *table(rows), ""]))


if __name__ == "__main__":
    main()
