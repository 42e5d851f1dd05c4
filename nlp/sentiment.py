"""How a writer feels: three probabilities from the lexicon's figure, and whether that is clear.

A question is not a complaint, and praise beside a grievance is most likely sarcasm: that is why "clear"
exists. Knows nothing of single words: those are `sentiment.toml`.
"""

from __future__ import annotations

import re
from math import exp

from nlp.language import ENGLISH, WELSH
from nlp.lexicon import lexicon
from nlp.sarcasm import Doubt, doubt
from soundings.messages import Mood, Sentiment

STEEP = 2.5
"""How fast a stronger feeling becomes surer. This and the five below: chosen on 8,000 tweets of a training set."""
BAD_FROM, GOOD_FROM = -0.02, 0.26
"""Feelings from which negative, and positive, are likelier than neutral: politeness makes the second higher."""
STILL, STILL_WITHIN = 1.2, 0.18
"""How much likelier neutral is for a text that says no feeling at all, and how near to 0 that counts."""
CLEAR = 0.5
"""Probability below which people see "unclear"."""
LEAN = 0.12
"""What each grumbling word (up to three) takes from a feeling, and an exclamation adds to a good one."""
CALM = 0.35
"""What is left of a feeling when a text only asks."""
SARCASM = -0.35
"""The feeling of praise that is most likely not meant."""
FOREIGN = 0.6
"""Probability of neutral for a language that the plain reader does not know."""

_GRUMBLE = re.compile(
    r"\b(?:not|never|no|nothing|nobody|won'?t|don'?t|can'?t|cannot|doesn'?t|didn'?t|isn'?t|aren'?t|wasn'?t|"
    r"haven'?t|hasn'?t|why|even|still|yet|another|instead|apparently|supposed|"
    r"(?<!start )(?<!starts )(?<!open )(?<!back )again)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"^\W*(?:@\w+\W+)*(?:(?:hi|hello|hey|please|so|ok|and|anyone know|quick question)\W+)?"
    r"(?:who|what|when|where|which|how|is|are|was|were|do|does|did|can|could|will|would|has|have|any|anyone|"
    r"anybody|does anyone|shall|should|may|might|why not|why don'?t (?:we|you|they))\b[^?!]*\?",
    re.IGNORECASE,
)


def sentiment(text: str, language: str) -> Sentiment:
    """The three probabilities (they sum to 1), the likeliest as label, and whether it is clear."""
    if language == WELSH:
        return _judge(lexicon().feeling_in_welsh(text), clear=False)
    if language not in (ENGLISH, ""):
        return stated((1 - FOREIGN) / 2, FOREIGN, clear=False)
    feeling = lexicon().feeling(text)
    doubted = doubt(text)
    if doubted is Doubt.STRONG and feeling > SARCASM:
        return _judge(SARCASM, clear=False)
    return _judge(_leaning(text, feeling), clear=doubted is Doubt.NONE)


def _leaning(text: str, feeling: float) -> float:
    if _ASKS.match(text):
        return feeling * CALM
    grumbles = min(len(_GRUMBLE.findall(text)), 3)
    return feeling - LEAN * grumbles + (LEAN if "!" in text and feeling > 0 else 0)


def _judge(feeling: float, *, clear: bool) -> Sentiment:
    bad = exp(STEEP * (BAD_FROM - feeling))
    good = exp(STEEP * (feeling - GOOD_FROM))
    calm = 1 + STILL * max(0.0, 1 - abs(feeling) / STILL_WITHIN)
    return stated(bad / (bad + calm + good), calm / (bad + calm + good), clear=clear)


def stated(negative: float, neutral: float, *, clear: bool) -> Sentiment:
    """Round to three places so that the sum is exactly 1; of two that are equal, the calmer is the label."""
    bad, calm = round(negative, 3), round(neutral, 3)
    shares = {Mood.NEGATIVE: bad, Mood.NEUTRAL: calm, Mood.POSITIVE: max(0.0, round(1 - bad - calm, 3))}
    label = max((Mood.NEUTRAL, Mood.NEGATIVE, Mood.POSITIVE), key=lambda mood: shares[mood])
    return Sentiment(label=label, clear=clear and shares[label] >= CLEAR, probabilities=shares)
