"""Chooses how the model's numbers are to be read, on texts held back: `nlp/model/judging.json`.

Measured with the very file that ships, in 8 bits and one text at a time. Nothing here looks at a measure's own texts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from nlp.asking import asked
from nlp.encoder import Heard
from nlp.evenhanded import as_judged
from nlp.judging import FORMED
from nlp.training.data import ACTS, MOODS, Example

Array = NDArray[np.float64]
BALANCES = (1.0, 0.75, 0.5, 0.25, 0.0)
"""How far rare moods are lifted, from 0 (as often as they come) to 1 (all alike): what is rare here may be common
elsewhere, and what is rarest, a grievance, matters most. The greatest of them with which probabilities stay true."""
TRUE_WITHIN = 0.035
"""Expected calibration error that is allowed in each sample."""
CLEAR = 0.8
"""Share of right labels among those shown as clear."""
WEIGHT_OF_RECALL = {"question": 1.5, "need-for-help": 1.5, "idea": 0.7, "offer-of-help": 0.7}
"""Beta of the F score that a threshold makes greatest; 1 for the others. A queue of questions may not miss one; a board
of ideas may not show what is none."""
IN_FORM = {"question": 0.03}
"""Acts that have a form of their own (nlp/asking.py), and the probability below which the model alone overrules it: who
asks in a thread of neighbours does so in ways that no set of texts has all of."""
LEASTS = tuple(round(0.1 + 0.02 * step, 2) for step in range(40))
"""Thresholds that are tried."""
STEPS = 200


@dataclass(frozen=True)
class Sample:
    """What the model heard in some examples of one kind."""

    examples: Sequence[Example]
    heard: Sequence[Heard]


def judging(samples: Sequence[Sample]) -> dict[str, Any]:
    """The content of `judging.json`. Each sample counts alike for moods; acts are chosen on those that have them."""
    with_acts = [(e, one.acts) for s in samples for e, one in zip(s.examples, s.heard, strict=True) if e.acts]
    said = np.array([e.acts for e, _ in with_acts])
    heard = np.array([row for _, row in with_acts], dtype=np.float64)
    forms = np.array([asked(as_judged(e.raw)) for e, _ in with_acts])
    acts = [_act(name, heard[:, at], forms, said[:, at]) for at, name in enumerate(ACTS)]
    return {"moods": _moods([_told(sample) for sample in samples]), "acts": acts}


def _told(sample: Sample) -> tuple[Array, Array]:
    """Logits and labels of moods, (texts, moods) each."""
    logits = np.array([one.moods for one in sample.heard], dtype=np.float64)
    return logits, np.array([example.mood for example in sample.examples])


def _moods(samples: Sequence[tuple[Array, Array]]) -> dict[str, Any]:
    logits, told = (np.concatenate(part) for part in zip(*samples, strict=True))
    for balance in BALANCES:
        weights = np.concatenate([_balanced(labels, balance) for _, labels in samples])
        scale, shift = _softmax_fit(logits, told, weights)
        made = [(_softmax(one * scale + shift), labels) for one, labels in samples]
        if balance == BALANCES[-1] or all(_error(*one) <= TRUE_WITHIN for one in made):
            break
    shares = np.concatenate([one for one, _ in made])
    sure = told.max(1) > 0.5
    return {
        "labels": list(MOODS), "scale": round(scale, 4), "shift": [round(float(one), 4) for one in shift],
        "clear": _clear(shares[sure], told[sure].argmax(1)),
    }  # fmt: skip


def _error(shares: Array, told: Array) -> float:
    """Expected calibration error of the likeliest, in 15 equal bins."""
    sure = told.max(1) > 0.5
    right, most = shares[sure].argmax(1) == told[sure].argmax(1), shares[sure].max(1)
    bins = np.minimum((most * 15).astype(int), 14)
    parts = [(bins == one).mean() * abs(right[bins == one].mean() - most[bins == one].mean()) for one in set(bins)]
    return float(sum(parts))


def _balanced(told: Array, balance: float) -> Array:
    """A weight for each row, so that the sample weighs 1 and its rare moods are lifted."""
    shares = np.maximum(told.mean(0), 1e-6)
    weights: Array = (told * shares**-balance).sum(1)
    made: Array = weights / weights.sum()
    return made


def _softmax(logits: Array) -> Array:
    grown = np.exp(logits - logits.max(1, keepdims=True))
    made: Array = grown / grown.sum(1, keepdims=True)
    return made


def _softmax_fit(logits: Array, told: Array, weights: Array) -> tuple[float, Array]:
    scale = torch.ones((), dtype=torch.float64, requires_grad=True)
    shift = torch.zeros(logits.shape[1], dtype=torch.float64, requires_grad=True)
    given, wanted, weigh = (torch.tensor(one, dtype=torch.float64) for one in (logits, told, weights))

    def lost() -> torch.Tensor:
        return -(torch.log_softmax(given * scale + shift, 1) * wanted).sum(1) @ weigh

    _least(lost, [scale, shift])
    made: Array = shift.detach().numpy()
    return float(scale.detach()), made - made.mean()


def _least(lost: Callable[[], torch.Tensor], weights: list[torch.Tensor]) -> None:
    optimiser = torch.optim.LBFGS(weights, max_iter=STEPS, line_search_fn="strong_wolfe")

    def step() -> torch.Tensor:
        optimiser.zero_grad()
        now = lost()
        now.backward()
        return now

    optimiser.step(step)


def _clear(shares: Array, true: NDArray[np.int64]) -> float:
    """The least probability above which CLEAR of the labels are right."""
    right = shares.argmax(1) == true
    for least in np.arange(0.4, 0.95, 0.01):
        above = shares.max(1) >= least
        if above.any() and right[above].mean() >= CLEAR:
            return round(float(least), 2)
    return 0.95


def _act(name: str, logits: Array, forms: Array, said: Array) -> dict[str, Any]:
    scale = torch.ones((), dtype=torch.float64, requires_grad=True)
    shift = torch.zeros((), dtype=torch.float64, requires_grad=True)
    given, wanted = torch.tensor(logits), torch.tensor(said)

    def lost() -> torch.Tensor:
        made: torch.Tensor = torch.nn.functional.binary_cross_entropy_with_logits(given * scale + shift, wanted)
        return made

    _least(lost, [scale, shift])
    with torch.no_grad():
        shares = torch.sigmoid(given * scale + shift).numpy()
    beta = WEIGHT_OF_RECALL.get(name, 1.0)
    figures = {"label": name, "scale": round(float(scale.detach()), 4), "shift": round(float(shift.detach()), 4)}
    chosen = max(LEASTS, key=lambda least: _score(_found(name, shares, forms, least), said, beta))
    return {**figures, "least": chosen, **({"in_form": IN_FORM[name]} if name in IN_FORM else {})}


def _found(name: str, shares: Array, forms: Array, least: float) -> NDArray[np.bool_]:
    formed = (forms >= FORMED) & (shares >= IN_FORM[name]) if name in IN_FORM else np.zeros(len(shares), np.bool_)
    made: NDArray[np.bool_] = (shares >= least) | formed
    return made


def _score(found: NDArray[np.bool_], said: Array, beta: float) -> float:
    """The F score with this beta; an act that is disputed is a half."""
    right = float(said[found].sum())
    return (1 + beta**2) * right / (beta**2 * float(said.sum()) + int(found.sum())) if right else 0.0
