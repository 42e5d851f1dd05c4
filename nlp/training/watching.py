"""How well a model does on what was held back, while it is taught: what chooses the epoch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from nlp.training.data import ACTS, MOODS
from nlp.training.model import HearingModel, pieces
from nlp.training.rows import Row


def said(model: HearingModel, given: Sequence[Row]) -> dict[str, NDArray[np.float32]]:
    """What the model says of rows: (rows, numbers) for the embedding and each head."""
    model.eval()
    order = sorted(range(len(given)), key=lambda at: len(given[at].ids))
    found: dict[str, NDArray[np.float32]] = {}
    with torch.no_grad():
        for start in range(0, len(order), 64):
            part = order[start : start + 64]
            for name, values in model(**pieces([given[at].ids for at in part], model.device)).items():
                found.setdefault(name, np.zeros((len(given), values.shape[1]), dtype=np.float32))[part] = (
                    values.cpu().numpy()
                )
    return found


def measured(model: HearingModel, held: Sequence[Row], held_posts: Sequence[Row]) -> dict[str, float]:
    """On what was held back: macro recall of moods on each kind, mean F1 of acts, nearness to the untouched encoder."""
    figures: dict[str, float] = {}
    for name, given in (("own", held), ("posts", held_posts)):
        if not given:
            continue
        out = said(model, given)
        figures[f"recall_{name}"] = macro_recall([row.example.mood for row in given], out["sentiment"])
        meant = np.stack([row.meant for row in given])
        figures[f"near_{name}"] = float((out["sentence_embedding"] * meant).sum(1).mean())
        if name == "own":
            figures["acts"] = act_score([row.example.acts or () for row in given], out["acts"])
    figures["score"] = figures.get("recall_posts", 0.0) + figures.get("recall_own", 0.0) + figures.get("acts", 0.0)
    return {key: round(value, 4) for key, value in figures.items()}


def macro_recall(moods: Sequence[Sequence[float]], logits: NDArray[np.float32]) -> float:
    """Mean over the moods of the share found; texts whose two labels differ are left out."""
    true = np.array(moods)
    sure = true.max(1) > 0.5
    true, guessed = true[sure].argmax(1), logits[sure].argmax(1)
    return float(
        np.mean([(guessed[true == mood] == mood).mean() for mood in range(len(MOODS)) if (true == mood).any()])
    )


def act_score(acts: Sequence[Sequence[float]], logits: NDArray[np.float32]) -> float:
    """Mean average precision over the acts: it needs no threshold."""
    scores = []
    for at in range(len(ACTS)):
        true = np.array([row[at] for row in acts]) > 0.5
        if true.any():
            ranked = true[np.argsort(-logits[:, at])]
            scores.append(float((np.cumsum(ranked) / np.arange(1, len(ranked) + 1))[ranked].mean()))
    return float(np.mean(scores)) if scores else 0.0
