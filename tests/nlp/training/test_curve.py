"""What corrections are worth, on a file made for this test: a council whose residents call bins by their own names."""

from __future__ import annotations

from pathlib import Path

from nlp.measuring.records import Columns
from nlp.training.curve import curve

TEXTS = [f"the {what} at number {number} again" for number in range(12) for what in ("moggle", "skip-jack")]


def test_corrections_teach_what_a_word_means_here(tmp_path: Path) -> None:
    labels = ["waste" if "moggle" in text else "roads" for text in TEXTS]
    (tmp_path / "posts.csv").write_text(
        "text,y\n" + "".join(f"{text},{label}\n" for text, label in zip(TEXTS, labels, strict=True))
    )
    (tmp_path / "map.csv").write_text("other_label,slug,also_accepted\nwaste,bins-recycling,\nroads,roads,parking\n")
    rows = curve(tmp_path / "posts.csv", Columns(label="y"), tmp_path / "map.csv")
    assert [row["corrections"] for row in rows] == [0, 12]
    assert rows[1]["first"] > max(0.9, rows[0]["first"])
    assert all(row["with_also"] >= row["first"] for row in rows)
