"""Who judges how a writer feels, by the language of the text: a model that the council named, or the reader itself.

A language that nothing here reads is said, and not scored: a guess would look like knowledge. Used by every reader.
Knows nothing of how a model is made or run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from nlp.language import ENGLISH, WELSH
from nlp.sarcasm import Doubt, doubt
from nlp.sentiment import stated
from soundings.messages import ActGuess, Sentiment, SpeechAct

UNTOLD = ""
"""The language of a text that is too short to tell: it is read as English."""
READ = (ENGLISH, UNTOLD, WELSH)
"""Languages whose words the readers know: English well, Welsh by word lists. Of the others they say no topic."""
NOTHING = ActGuess(slug=SpeechAct.OTHER, confidence=0.5)
"""The speech act of a text that nothing reads."""
STEPS = 100_000
"""How far apart two versions of a reader are, so that choices of models fit between them."""


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
                for at, (negative, neutral, _) in zip(asked, shares, strict=True):
                    meant = code == WELSH or doubt(texts[at]) is Doubt.NONE
                    found[at] = Judged(stated(negative, neutral, clear=meant), model.title)
        return found

    def version(self, own: int) -> int:
        """A reader's version with this choice of models: it grows with either, so posts are read again."""
        return own * STEPS + self.choice if self.choice else own


NOBODY = Judges()
"""No model is named."""


def signed(reader: str, judged: Judged | None) -> str:
    """The name of who read a text: `plain 3`, or `plain 3 + owner/model@4ba3d4463bd1` where that judged the feeling."""
    return f"{reader} + {judged.by}" if judged else reader
