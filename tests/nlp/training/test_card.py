"""The model card: made from tiny sets, and the committed one is the generated one.

Nothing is measured on the committed texts here: the page is written from what was kept, and what was kept names the
files and the reader it was measured with.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from nlp.classify import reader_of
from nlp.trained import TrainedReader
from nlp.training.card import main, page
from nlp.training.card_tables import flat, number
from nlp.training.card_words import quoted
from nlp.training.kept import Folders, digest, digests, load, model_digests
from nlp.training.people import main as print_agreement
from soundings.errors import BadInput
from tests.nlp.councils import PLAIN

HERE = Folders()


def lines(path: Path, records: Sequence[dict[str, Any]]) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def label(act: str, topic: str, sentiment: str) -> dict[str, Any]:
    return {"acts": [act], "topics": [topic], "sentiment": sentiment}


ASKS = label("question", "bins-recycling", "neutral")
MOANS = label("complaint", "roads", "negative")
THANKS = label("thanks", "libraries-culture", "positive")


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    """Tiny sets of our own."""
    where = Folders(
        texts=tmp_path / "texts",
        measures=tmp_path / "measures",
        results=tmp_path,
        model=tmp_path,
        about=tmp_path / "about.md",
        card=tmp_path / "model-card.md",
    )
    lines(where.texts / "talk.jsonl", [{"text": "Is the tip open on Sunday?", "labels": [ASKS, ASKS]}])
    acts = [
        {"text": "When is the bin collection next week?", "labels": [ASKS, ASKS]},
        {"text": "I am so happy with the *lovely* new [road]", "labels": [MOANS, MOANS]},
        {"text": "Thank you library staff, you are brilliant", "labels": [THANKS, MOANS]},
    ]
    lines(where.measures / "acts.jsonl", acts)
    lines(where.measures / "golden.jsonl", [{"text": "What day are the bins?", "label": "neutral"}])
    lines(where.measures / "swapped.jsonl", [{"swapped": "name", "texts": ["Ann asks", "Aisha asks"]}])
    where.about.write_text("## The encoder under it\n\nBy others.\n", encoding="utf-8")
    return where


def write(folders: Folders, *arguments: str, code: int = 0) -> str:
    assert main(arguments, folders, lambda: date(2026, 11, 22), lambda: TrainedReader(PLAIN)) == code
    return folders.card.read_text(encoding="utf-8") if folders.card.exists() else ""


def test_a_card_from_our_own_texts(folders: Folders) -> None:
    card = write(folders)
    assert card.startswith("# Model card: the reader\n\nMade by `python -m nlp.training.card`; do not edit.\n")
    for title in (
        "## What it can be trusted with",
        "## What it cannot be trusted with",
        "## What it gets wrong, in examples",
        "## Measured on texts written for this project",
        "## Measured on files of others",
        "## Data card: the texts",
        "### How far the two labels agree",
        "## The encoder under it",
    ):
        assert f"\n{title}\n" in card
    assert "None yet" in card
    assert "0 of 1 with another name" in card
    assert "—" not in card
    assert card == page(folders)


def test_examples_are_ours_and_no_mark_of_theirs_is_obeyed(folders: Folders) -> None:
    assert "\\*lovely\\* new \\[road\\]” Labels: negative. Reader:" in write(folders)


def test_figures_of_others_are_kept_without_their_texts(folders: Folders, tmp_path: Path) -> None:
    posts = lines(tmp_path / "posts.jsonl", [{"text": "Secret awful words", "label": "positive"}] * 3)
    topics = tmp_path / "topics.csv"
    topics.write_text("text,y\nSecret potholes,holes\n", encoding="utf-8")
    mapped = tmp_path / "map.csv"
    mapped.write_text("other_label,slug,also_accepted\nholes,roads,\n", encoding="utf-8")
    card = write(folders, "--posts", str(posts), "--topics", str(topics), "--map", str(mapped))
    assert "### posts.jsonl: sentiment" in card and "### topics.csv: topics" in card
    assert "on 2026-11-22" in card and digest(posts) in card
    assert "Secret" not in card + folders.outside.read_text(encoding="utf-8")
    posts.unlink()
    assert write(folders) == card, "without the files, their figures stay"
    assert write(folders, "--write-only") == card


def test_facts_that_training_wrote_are_told(folders: Folders) -> None:
    facts = {"epochs": 3, "held_back": [0.1, 0.06], "acts": [{"label": "idea", "least": 0.5}]}
    (folders.model / "record.json").write_text(json.dumps(facts), encoding="utf-8")
    card = write(folders)
    assert "| `record.epochs` | 3 |" in card
    assert "| `record.held_back` | 0.1, 0.06 |" in card
    assert "| `record.acts.idea.least` | 0.5 |" in card


def test_what_cannot_be_used_is_said(folders: Folders, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folders, "--write-only", code=2)
    assert "Nothing was measured yet" in capsys.readouterr().err
    write(folders, "--posts", str(tmp_path / "none.jsonl"), code=2)
    assert "cannot be read" in capsys.readouterr().err
    write(folders, "--posts", str(lines(tmp_path / "bad.jsonl", [{"text": "a", "label": "angry"}])), code=2)
    assert "No line of" in capsys.readouterr().err
    (folders.measures / "golden.jsonl").unlink()
    write(folders, code=2)
    assert "There is no file" in capsys.readouterr().err


def test_agreement_is_printed(folders: Folders, capsys: pytest.CaptureFixture[str]) -> None:
    print_agreement(folders)
    shown = capsys.readouterr().out
    assert "Texts to measure by" in shown and "first topic" in shown


def test_small_things() -> None:
    assert quoted("a\n<b> `c` | d") == "“a &lt;b> \\`c\\` \\| d”"
    assert len(quoted("x" * 1000)) == 302
    assert number({"value": None}) == number(None) == "-"
    assert number({"value": 0.5, "low": 0.25, "high": 0.75}) == "0.500 [0.250, 0.750]"
    assert list(flat({"a": {"b": [1, 2]}, "c": "d|e"})) == [("a.b", "1, 2"), ("c", "d\\|e")]


def test_an_empty_folder_has_no_page(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        page(Folders(results=tmp_path))


def test_the_committed_card_is_the_generated_one() -> None:
    assert HERE.card.read_text(encoding="utf-8") == page(HERE), "run `python -m nlp.training.card --write-only`"


def test_the_kept_figures_are_of_these_texts_and_this_reader() -> None:
    kept, reader = load(HERE.inside), reader_of(PLAIN)
    assert kept["files"] == digests(HERE.measures, HERE.texts), "run `python -m nlp.training.card`"
    assert kept["reader"] == f"{reader.name} {reader.version}", "run `python -m nlp.training.card`"
    assert kept["model"] == model_digests(HERE.model), "other weights: raise the reader's version, and measure again"
