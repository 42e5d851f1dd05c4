"""What the model's numbers mean: probabilities that can be believed, and from where on an act is said.

The figures lie beside the model, in `nlp/model/judging.json`: chosen on texts held back, after the temperature scaling
of Guo et al. ("On Calibration of Modern Neural Networks", 2017), with a shift that lifts rare feelings; those below
were chosen by hand. Knows nothing of texts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from nlp.encoder import Numbers
from soundings.messages import ActGuess, Mood, Sentiment, SpeechAct

IRONY = float(np.log(4))
"""What praise beside a grievance adds to "negative": four times as likely. It turns praise of which the model is in
doubt, and none of which it is sure. Chosen on our own texts."""
CALMER_FIRST = (Mood.NEUTRAL, Mood.NEGATIVE, Mood.POSITIVE)
FORMED = 0.45
"""How sure the form of a question has to be for the lower threshold."""
HALF_SURE = 0.5
"""Confidence in an act that its form says and the model doubts."""
MOST_ACTS = 4
"""Acts that one text can have: with more, some are wrong."""
NOTHING = ActGuess(slug=SpeechAct.OTHER, confidence=0.5)


class _Figures(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Moods(_Figures):
    """How logits of moods become probabilities: times `scale`, plus `shift`, softmax."""

    labels: tuple[Mood, Mood, Mood]
    scale: float
    shift: tuple[float, float, float]
    clear: Annotated[float, Field(ge=0, le=1)]
    """Probability of the likeliest from which it is shown as clear."""


class Act(_Figures):
    """How one act's logit becomes a probability: times `scale`, plus `shift`, logistic."""

    label: SpeechAct
    scale: float
    shift: float
    least: Annotated[float, Field(ge=0, le=1)]
    """Probability from which the act is said: low where nothing may be missed, high where what is said must be so."""
    in_form: Annotated[float, Field(ge=0, le=1)] | None = None
    """The same for a text whose sentences have the form of this act, where it has one: questions do (nlp/asking.py)."""

    def said(self, logit: float, asked: float) -> float | None:
        """How surely the act is said, 0 to 1; None when it is not sure enough."""
        share = float(1 / (1 + np.exp(-(logit * self.scale + self.shift))))
        if share >= self.least:
            return share
        formed = self.in_form is not None and asked >= FORMED and share >= self.in_form
        return max(share, HALF_SURE) if formed else None


class OfTopics(_Figures):
    """How logits of topics become probabilities (`nlp/topics.py`)."""

    scale: float
    of_words: float
    """What is added to a topic's logit for words that speak for it without any doubt."""


class Judging(_Figures):
    """All of it."""

    moods: Moods
    acts: tuple[Act, ...]
    topics: OfTopics

    def sentiment(self, logits: Numbers, *, ironic: bool = False) -> Sentiment:
        """The three probabilities (they sum to 1), the likeliest as label, and whether it is clear.

        ironic: whether the words beside its praise say that it is not meant (`nlp/sarcasm.py`).
        """
        raw = np.asarray(logits, dtype=np.float64) * self.moods.scale + self.moods.shift
        if ironic:
            raw[self.moods.labels.index(Mood.NEGATIVE)] += IRONY
        shares = np.exp(raw - raw.max())
        told = dict(zip(self.moods.labels, shares / shares.sum(), strict=True))
        return stated(told, None if ironic else self.moods.clear)

    def speech_acts(self, logits: Numbers, asked: float = 0.0) -> tuple[ActGuess, ...]:
        """Every act that is sure enough, the surest first; `other` alone when there is none.

        asked: how surely its sentences have the form of questions, 0 to 1.
        """
        said: list[tuple[float, SpeechAct]] = []
        for act, logit in zip(self.acts, logits, strict=True):
            if (share := act.said(float(logit), asked)) is not None:
                said.append((share, act.label))
        best = sorted(said, key=lambda item: (-item[0], item[1]))[:MOST_ACTS]
        return tuple(ActGuess(slug=act, confidence=round(share, 2)) for share, act in best) or (NOTHING,)


def stated(shares: Mapping[Mood, float], least: float | None) -> Sentiment:
    """A feeling from its three probabilities, to three places; of equal ones the calmer is the label.

    least: the label's probability from which it is clear; None where it never is.
    """
    found = {mood: float(np.round(share, 3)) for mood, share in shares.items()}
    most = max(CALMER_FIRST, key=found.__getitem__)
    # what rounding left over changes the greatest least
    found[most] = round(1 - sum(share for mood, share in found.items() if mood is not most), 3)
    label = max(CALMER_FIRST, key=found.__getitem__)
    return Sentiment(label=label, clear=least is not None and found[label] >= least, probabilities=found)


@cache
def judging() -> Judging:
    """The figures that came with the model."""
    return Judging.model_validate(json.loads((files("nlp") / "model" / "judging.json").read_text(encoding="utf-8")))
