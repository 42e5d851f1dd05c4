"""How the model's numbers are to be read: true probabilities, thresholds by what an act feeds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nlp.encoder import SIZE, Heard
from nlp.training.data import ACTS, MOODS, Example

pytestmark = [pytest.mark.models, pytest.mark.timeout(300)]
COUNT = 3_000


def sample(spread: float, moods: tuple[float, float, float] = (0.3, 0.5, 0.2)) -> Any:
    """Texts of which the model knows the truth, with noise, and is `spread` times as sure as it may be."""
    from nlp.training.judge import Sample

    chance = np.random.default_rng(1)
    examples, heard = [], []
    for number in range(COUNT):
        mood = int(chance.choice(3, p=moods))
        acts = chance.random(len(ACTS)) < 0.2
        examples.append(
            Example("x", tuple(np.eye(3)[mood]), tuple(acts.astype(float)), {}, f"Text {number}, said plainly.")
        )
        said = np.eye(3)[mood] + chance.normal(0, 0.7, 3)
        for_acts = np.where(acts, 1.0, -1.0) + chance.normal(0, 1.5, len(ACTS))
        nothing = np.zeros(SIZE, np.float32)
        heard.append(Heard(nothing, (said * spread).astype(np.float32), for_acts.astype(np.float32), nothing, "x"))
    return Sample(examples, heard)


@pytest.mark.parametrize("spread", [0.5, 2.0, 8.0])
def test_however_sure_the_model_is_its_probabilities_are_true(spread: float) -> None:
    from nlp.training.judge import TRUE_WITHIN, judging

    given = sample(spread)
    found = judging([given])["moods"]
    logits = np.array([one.moods for one in given.heard]) * found["scale"] + np.array(found["shift"])
    shares = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    told = np.array([example.mood for example in given.examples])
    right = shares.argmax(1) == told.argmax(1)
    assert abs(right.mean() - shares.max(1).mean()) < TRUE_WITHIN
    assert found["labels"] == list(MOODS)


def test_a_queue_of_questions_misses_less_than_a_board_of_ideas_invents() -> None:
    from nlp.training.judge import judging

    given = sample(1.0)
    acts = {one["label"]: one for one in judging([given])["acts"]}
    figures = {}
    for at, name in enumerate(ACTS):
        said = np.array([example.acts[at] for example in given.examples]) > 0.5
        logits = np.array([one.acts[at] for one in given.heard]) * acts[name]["scale"] + acts[name]["shift"]
        found = 1 / (1 + np.exp(-logits)) >= acts[name]["least"]
        figures[name] = (said[found].mean(), found[said].mean())
    assert figures["question"][1] > figures["idea"][1]
    assert figures["idea"][0] > figures["question"][0]
    assert "in_form" in acts["question"]
    assert "in_form" not in acts["idea"]
