"""The texts that are learnt from and those held back: always the same, never both, read as the reader judges them."""

from __future__ import annotations

import json
from pathlib import Path

from nlp.likeness import likeness
from nlp.training.data import ACTS, HELD_BACK, MOODS, Example, drawn, held_back, own, posts, split

MOOD = (0.0, 1.0, 0.0)


def test_held_back_is_about_the_share_and_nothing_is_in_both() -> None:
    learnt, held = split(own(), HELD_BACK)
    assert abs(len(held) / (len(held) + len(learnt)) - HELD_BACK) < 0.02
    assert not {example.text for example in learnt} & {example.text for example in held}


def test_what_is_held_back_says_little_of_what_is_learnt() -> None:
    """No near-duplicate of a text held back is learnt from: their figures choose the epoch and the thresholds."""
    learnt, held = split(own(), HELD_BACK)
    bands: set[tuple[int, ...]] = set()
    for example in learnt:
        signs = likeness(example.raw)
        bands |= {(at, *signs[at : at + 8]) for at in range(0, len(signs), 8)}
    near = [
        example.raw
        for example in held
        if any(
            (at, *signs[at : at + 8]) in bands for signs in [likeness(example.raw)] for at in range(0, len(signs), 8)
        )
    ]
    assert len(near) <= 0.01 * len(held), near[:5]


def test_a_draw_depends_on_the_text_and_the_salt_alone() -> None:
    assert drawn("Bins missed again", "a") == drawn("Bins missed again", "a")
    assert drawn("Bins missed again", "a") != drawn("Bins missed again", "b")
    assert all(0 <= drawn(str(number), "a") < 1 for number in range(100))


def test_a_draw_is_of_the_text_as_written() -> None:
    """So that a change of cleaning never moves a text from one side to the other."""
    one = Example("read in one way", MOOD, raw="as it was written")
    other = Example("read in another", MOOD, raw="as it was written")
    shares = [share / 20 for share in range(21)]
    assert [held_back(one, share) for share in shares] == [held_back(other, share) for share in shares]
    assert not held_back(one, 0.0) and held_back(one, 1.0)


def test_two_labels_are_halves_and_every_label_is_known() -> None:
    for example in own():
        assert abs(sum(example.mood) - 1) < 1e-9
        assert example.acts is not None and set(example.acts) <= {0.0, 0.5, 1.0}
        assert example.topics
    assert len(MOODS) == 3 and len(ACTS) == 10


def test_every_text_has_two_labels() -> None:
    for path in sorted((Path(__file__).parents[3] / "nlp" / "training" / "texts").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert len(json.loads(line)["labels"]) == 2, line[:80]


def test_posts_of_a_file_are_read_as_they_are_judged(tmp_path: Path) -> None:
    path = tmp_path / "posts.jsonl"
    path.write_text(json.dumps({"text": "Emily cannae @x get oot", "label": "negative"}) + "\n", encoding="utf-8")
    [example] = posts(path)
    assert (example.text, example.mood, example.acts) == ("Sam can't @user get out", (1.0, 0.0, 0.0), None)
