"""What the labels of somebody else's model mean as negative, neutral and positive. Knows nothing of texts.

Three rules (docs/models.md): labels with the same meaning are added up, so of five stars one and two are negative; a
model that knows no neutral is neutral by as much as it is in doubt; and a label that says nothing is asked about, never
guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from soundings.errors import BadInput
from soundings.words import Mood

Shares = tuple[float, float, float]
"""Probabilities of negative, neutral and positive; they sum to 1."""
ORDER = (Mood.NEGATIVE, Mood.NEUTRAL, Mood.POSITIVE)

_SAYS = {
    "negative": Mood.NEGATIVE, "neg": Mood.NEGATIVE, "very negative": Mood.NEGATIVE,
    "neutral": Mood.NEUTRAL, "neu": Mood.NEUTRAL,
    "positive": Mood.POSITIVE, "pos": Mood.POSITIVE, "very positive": Mood.POSITIVE,
    "1 star": Mood.NEGATIVE, "2 stars": Mood.NEGATIVE, "3 stars": Mood.NEUTRAL,
    "4 stars": Mood.POSITIVE, "5 stars": Mood.POSITIVE,
}  # fmt: skip


def meanings(labels: Sequence[str], told: Mapping[str, Mood], model: str) -> tuple[Mood, ...]:
    """What each label means. Raises BadInput that says what to write into the council file."""
    if unknown := sorted(set(told) - set(labels)):
        raise BadInput(f"{model} has no label {_listed(unknown)}; it has {_listed(labels)}. Correct `labels`.")
    found = [told.get(label, _SAYS.get(_plain(label))) for label in labels]
    if silent := [label for label, mood in zip(labels, found, strict=True) if mood is None]:
        example = ", ".join(f'"{label}" = "..."' for label in silent)
        raise BadInput(
            f"{model} calls its answers {_listed(labels)}, and {_listed(silent)} could mean anything. Look it up on "
            f"the model's page, then add to its table: labels = {{{example}}}, each negative, neutral or positive."
        )
    moods = tuple(mood for mood in found if mood)
    if missing := [mood for mood in (Mood.NEGATIVE, Mood.POSITIVE) if mood not in moods]:
        raise BadInput(
            f"{model} cannot say {missing[0]}: its answers are {_listed(labels)}. It is no model of feeling."
        )
    return moods


def shares(probabilities: Sequence[float], moods: Sequence[Mood]) -> Shares:
    """The model's probabilities, one a label, as ours."""
    sums = dict.fromkeys(ORDER, 0.0)
    for probability, mood in zip(probabilities, moods, strict=True):
        sums[mood] += probability
    if Mood.NEUTRAL not in moods:  # .5 and .5 is neutral alone; .9 and .1 leaves .2 to neutral
        sums[Mood.NEUTRAL] = doubt = 2 * min(sums[Mood.NEGATIVE], sums[Mood.POSITIVE])
        for mood in (Mood.NEGATIVE, Mood.POSITIVE):
            sums[mood] *= 1 - doubt
    return sums[Mood.NEGATIVE], sums[Mood.NEUTRAL], sums[Mood.POSITIVE]


def _plain(label: str) -> str:
    words = re.sub(r"[\s_-]+", " ", label.strip().lower())
    return re.sub(r"^([1-5]) stars?$", lambda star: star[1] + (" star" if star[1] == "1" else " stars"), words)


def _listed(labels: Sequence[str]) -> str:
    return ", ".join(f"'{label}'" for label in labels)
