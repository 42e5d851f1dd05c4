"""Other people's labels as negative, neutral and positive."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.models.labels import meanings, shares
from soundings.errors import BadInput
from soundings.words import Mood

BAD, CALM, GOOD = Mood.NEGATIVE, Mood.NEUTRAL, Mood.POSITIVE
STARS = ("1 star", "2 stars", "3 stars", "4 stars", "5 stars")


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (("negative", "neutral", "positive"), (BAD, CALM, GOOD)),
        (("Positive", "NEUTRAL", "Negative"), (GOOD, CALM, BAD)),
        (("NEG", "NEU", "POS"), (BAD, CALM, GOOD)),
        (("NEGATIVE", "POSITIVE"), (BAD, GOOD)),
        (STARS, (BAD, BAD, CALM, GOOD, GOOD)),
        (("1_star", "2-star", "3 Stars", "4 star", "5 stars"), (BAD, BAD, CALM, GOOD, GOOD)),
        (("Very Negative", "Negative", "Neutral", "Positive", "Very Positive"), (BAD, BAD, CALM, GOOD, GOOD)),
    ],
)
def test_labels_that_say_what_they_mean(labels: tuple[str, ...], expected: tuple[Mood, ...]) -> None:
    assert meanings(labels, {}, "owner/model") == expected


def test_labels_that_say_nothing_are_asked_about() -> None:
    with pytest.raises(BadInput) as caught:
        meanings(("LABEL_0", "LABEL_1"), {}, "owner/model")
    assert 'labels = {"LABEL_0" = "...", "LABEL_1" = "..."}' in str(caught.value)


def test_and_taken_as_told() -> None:
    told = {"LABEL_0": BAD, "LABEL_1": CALM, "LABEL_2": GOOD}
    assert meanings(("LABEL_0", "LABEL_1", "LABEL_2"), told, "owner/model") == (BAD, CALM, GOOD)


def test_what_is_told_goes_before_what_a_label_says() -> None:
    assert meanings(("negative", "positive", "mixed"), {"mixed": CALM}, "owner/model") == (BAD, GOOD, CALM)


def test_what_is_told_of_a_label_that_is_not_there() -> None:
    with pytest.raises(BadInput, match=r"no label 'LABEL_9'; it has 'negative', 'positive'"):
        meanings(("negative", "positive"), {"LABEL_9": BAD}, "owner/model")


@pytest.mark.parametrize("labels", [("neutral", "positive"), ("negative", "neutral")])
def test_a_model_that_cannot_say_both(labels: tuple[str, ...]) -> None:
    with pytest.raises(BadInput, match="no model of feeling"):
        meanings(labels, {}, "owner/model")


def test_stars_are_added_up() -> None:
    moods = meanings(STARS, {}, "owner/model")
    assert shares((0.1, 0.2, 0.3, 0.15, 0.25), moods) == pytest.approx((0.3, 0.3, 0.4))


@pytest.mark.parametrize(
    ("two", "three"),
    [
        ((0.5, 0.5), (0, 1, 0)),
        ((0.9, 0.1), (0.72, 0.2, 0.08)),
        ((0.0, 1.0), (0, 0, 1)),
        ((0.7, 0.3), (0.28, 0.6, 0.12)),
    ],
)
def test_of_two_labels_doubt_is_neutral(two: tuple[float, float], three: tuple[float, float, float]) -> None:
    assert shares(two, (BAD, GOOD)) == pytest.approx(three)


@given(st.lists(st.floats(0.001, 1), min_size=2, max_size=5))
def test_they_sum_to_one(raw: list[float]) -> None:
    probabilities = [share / sum(raw) for share in raw]
    moods = [BAD, GOOD, CALM, GOOD, BAD][: len(raw)]
    assert sum(shares(probabilities, moods)) == pytest.approx(1)
