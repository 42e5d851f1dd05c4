"""Who judges how a writer feels, by the language of the text: a model that the council named, or the reader itself.

A language that nothing here reads is said, and not scored: a guess would look like knowledge. Used by every reader.
Knows nothing of how a model is made or run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from nlp.judging import stated
from nlp.language import ENGLISH
from soundings.messages import Mood, Sentiment
from soundings.words import BESIDE

MOODS = (Mood.NEGATIVE, Mood.NEUTRAL, Mood.POSITIVE)
CLEAR = 0.5
"""Probability of the likeliest feeling from which a named model's judgement is shown as clear."""


class Sentiments(Protocol):
    """A model that judges texts by themselves: neither order nor company changes an answer."""

    @property
    def title(self) -> str:
        """Its name and which one of that name, such as `owner/model@4ba3d4463bd1`."""

    def probabilities(self, texts: Sequence[str]) -> Sequence[tuple[float, float, float]]:
        """Of negative, neutral and positive for each text, in their order."""


@dataclass(frozen=True)
class Judged:
    """How one writer feels, and which model says so."""

    sentiment: Sentiment
    by: str


@dataclass(frozen=True)
class Judges:
    """The models that the council named, by language; none is the usual case."""

    by_language: Mapping[str, Sentiments] = field(default_factory=dict)
    choice: int = 0
    """Which choice of models this is (`nlp.models.choices`); 0 where there never was one."""

    def judge(self, texts: Sequence[str], languages: Sequence[str]) -> list[Judged | None]:
        """One judgement for each text, in their order. None: no model is named for its language, or it says nothing."""
        found: list[Judged | None] = [None] * len(texts)
        for code in sorted(set(languages)):
            model = self.by_language.get(code or ENGLISH)
            asked = [at for at, one in enumerate(languages) if model and one == code and texts[at].strip()]
            if model and asked:
                shares = model.probabilities([texts[at] for at in asked])
                for at, each in zip(asked, shares, strict=True):
                    found[at] = Judged(stated(dict(zip(MOODS, each, strict=True)), CLEAR), model.title)
        return found


NOBODY = Judges()
"""No model is named."""


def signed(reader: str, judged: Judged | None) -> str:
    """The name of who read a text: `trained 4`, or with ` + owner/model@4ba3d4463bd1` where that judged the feeling."""
    return f"{reader}{BESIDE}{judged.by}" if judged else reader
