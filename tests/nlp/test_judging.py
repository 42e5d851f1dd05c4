"""From the model's numbers to what is said: probabilities, labels, and which acts are sure enough."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.judging import MOST_ACTS, Act, Judging, Moods, OfTopics
from soundings.messages import Mood, SpeechAct

LABELS = (Mood.NEGATIVE, Mood.NEUTRAL, Mood.POSITIVE)
ACTS = tuple(act for act in SpeechAct if act is not SpeechAct.OTHER)


def figures(*, scale: float = 1.0, shift: tuple[float, float, float] = (0, 0, 0), least: float = 0.5) -> Judging:
    return Judging(
        moods=Moods(labels=LABELS, scale=scale, shift=shift, clear=0.6),
        acts=tuple(Act(label=act, scale=1.0, shift=0.0, least=least) for act in ACTS),
        topics=OfTopics(scale=1.0, of_words=5.0),
    )


def numbers(*values: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.array(values, np.float32)


def test_the_likeliest_is_the_label_and_clear_when_it_is_likely_enough() -> None:
    sure, unsure = figures().sentiment(numbers(3, 0, 0)), figures().sentiment(numbers(0.3, 0, 0))
    assert (sure.label, sure.clear) == (Mood.NEGATIVE, True)
    assert (unsure.label, unsure.clear) == (Mood.NEGATIVE, False)


def test_a_smaller_scale_doubts_more_and_a_shift_leans() -> None:
    doubted = figures(scale=0.5).sentiment(numbers(3, 0, 0)).probabilities[Mood.NEGATIVE]
    assert doubted < figures().sentiment(numbers(3, 0, 0)).probabilities[Mood.NEGATIVE]
    assert figures(shift=(0, 0, 1)).sentiment(numbers(0, 0, 0)).label is Mood.POSITIVE


def test_irony_turns_praise_that_is_in_doubt_and_none_that_is_sure() -> None:
    doubted, sure = (figures().sentiment(numbers(0, -3, praise), ironic=True) for praise in (1, 3))
    assert (doubted.label, doubted.clear) == (Mood.NEGATIVE, False)
    assert (sure.label, sure.clear) == (Mood.POSITIVE, False)


def test_of_equal_ones_the_calmer() -> None:
    assert figures().sentiment(numbers(0, 0, 0)).label is Mood.NEUTRAL


@given(st.lists(st.floats(-50, 50), min_size=3, max_size=3))
def test_probabilities_of_any_numbers(logits: list[float]) -> None:
    found = figures().sentiment(numbers(*logits))
    assert sum(found.probabilities.values()) == pytest.approx(1, abs=1e-9)
    assert found.probabilities[found.label] == max(found.probabilities.values())


def test_acts_that_are_sure_enough_the_surest_first() -> None:
    logits = numbers(*[-5.0] * len(ACTS))
    logits[2], logits[5] = 1, 3
    assert [(act.slug, act.confidence) for act in figures().speech_acts(logits)] == [(ACTS[5], 0.95), (ACTS[2], 0.73)]


def test_other_when_none_is() -> None:
    found = figures(least=0.9).speech_acts(numbers(*[1.0] * len(ACTS)))
    assert [act.slug for act in found] == [SpeechAct.OTHER]


def test_no_more_acts_than_one_text_can_have() -> None:
    assert len(figures().speech_acts(numbers(*[4.0] * len(ACTS)))) == MOST_ACTS
