"""Likeness is a pure function of the text, the same on every machine, and says how much two texts share."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.likeness import BLOCK, SIZE, likeness, normalised, resemblance

POTHOLE = "The pothole outside the chemist on Chandlery Street has opened up again, mind your tyres tonight"


def test_the_values_never_change() -> None:
    """Stored values are compared with new ones for a year: other constants would part all stories."""
    assert likeness("Pothole on Mill Lane")[:4] == FIRST_FOUR


FIRST_FOUR = (456084544, 133396489, 615051184, 31991439)


def test_another_process_makes_the_same_values() -> None:
    code = f"from nlp.likeness import likeness; print(likeness({POTHOLE!r}))"
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert made.strip() == str(likeness(POTHOLE))


@pytest.mark.parametrize(
    "copy",
    [
        POTHOLE.upper(),
        "  " + POTHOLE.replace(" ", "   ") + "!!!",
        POTHOLE + " https://talk.example/p/17",
        "@someone " + POTHOLE,
        POTHOLE.replace("tonight", "tonight 🙄"),
    ],
)
def test_what_a_copy_changes_without_changing_words_counts_for_nothing(copy: str) -> None:
    assert resemblance(likeness(POTHOLE), likeness(copy)) == 1


@pytest.mark.parametrize(
    "near",
    [
        POTHOLE.replace("chemist", "bakery"),
        "PSA: " + POTHOLE,
        POTHOLE + " please share",
        POTHOLE.replace("tonight", "tomorrow"),
    ],
)
def test_a_copy_with_a_word_changed_is_much_alike(near: str) -> None:
    assert resemblance(likeness(POTHOLE), likeness(near)) > 0.6


def test_two_posts_about_the_same_thing_are_not_copies() -> None:
    other = "Has anyone reported that big hole by the pharmacy in Chandlery Street? Wrecked my wheel this morning"
    assert resemblance(likeness(POTHOLE), likeness(other)) < 0.3


def test_the_estimate_is_near_the_true_share_of_runs() -> None:
    one, other = POTHOLE, POTHOLE[:60] + " and nobody has been near it since Easter, shocking"
    runs = [{text[at : at + 5] for at in range(len(text) - 4)} for text in (normalised(one), normalised(other))]
    true = len(runs[0] & runs[1]) / len(runs[0] | runs[1])
    assert resemblance(likeness(one), likeness(other)) == pytest.approx(true, abs=0.17)


@pytest.mark.parametrize("text", ["", " ", "\n\t"])
def test_nothing_has_no_likeness(text: str) -> None:
    assert likeness(text) == ()
    assert resemblance(likeness(text), likeness(text)) == 0


@pytest.mark.parametrize(("one", "other"), [("👍", "👎"), ("???", "!!!"), ("ok", "no"), ("bin", "bins")])
def test_the_shortest_texts_are_alike_only_to_themselves(one: str, other: str) -> None:
    assert resemblance(likeness(one), likeness(one)) == 1
    assert resemblance(likeness(one), likeness(other)) < 0.2


def test_full_width_letters_are_letters() -> None:
    assert likeness("ｐｏｔｈｏｌｅ on Mill Lane") == likeness("pothole on Mill Lane")


def test_a_text_of_many_blocks_is_the_lowest_of_its_parts() -> None:
    long = " ".join(f"word{number}" for number in range(BLOCK))
    assert len(long) > BLOCK * 5
    parts = [likeness(long[start : start + 9000 + 4]) for start in range(0, len(long), 9000)]
    assert likeness(long) == tuple(min(values) for values in zip(*parts, strict=True))


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_64_unsigned_values_of_32_bits_or_none(text: str) -> None:
    values = likeness(text)
    assert len(values) in (0, SIZE)
    assert all(0 <= value < 2**32 for value in values)
    assert values == likeness(text)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80), st.text(max_size=80))
def test_resemblance_is_a_share_and_the_same_both_ways(one: str, other: str) -> None:
    left, right = likeness(one), likeness(other)
    assert 0 <= resemblance(left, right) <= 1
    assert resemblance(left, right) == resemblance(right, left)
