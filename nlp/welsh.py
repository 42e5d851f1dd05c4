"""Welsh, read by a handful of words and turns of phrase: better than nothing, and never shown as clear.

The model reads English only. Knows nothing of topics, whose words are Welsh too, nor of models that a council names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from math import exp, sqrt

from nlp.asking import asked
from nlp.judging import NOTHING, stated
from nlp.patterns import document, either, prepared
from soundings.messages import ActGuess, Mood, Sentiment, SpeechAct

LONGEST_READ = 4000
"""Characters in which words are looked for."""
SURE = 0.75
"""Confidence in an act of which a phrase was found."""
ENOUGH = 0.45
"""Confidence from which a question is said."""
SPREAD = 15.0
"""What brings a sum of feelings between -1 and 1: with it, two strong words are sure."""
STEEP = 2.5
STILL = 1.0
"""How likely no feeling is beside a feeling of no strength."""

_WORDS = re.compile(r"[^\W\d_]+")


def sentiment(text: str) -> Sentiment:
    """Three probabilities by the words of feeling; never clear."""
    lowered = f" {' '.join(_WORDS.findall(text[:LONGEST_READ].lower()))} "
    feelings: Mapping[str, float] = _lists()["feelings"]
    total = sum(weight for word, weight in feelings.items() if f" {word} " in lowered)
    feeling = total / sqrt(total * total + SPREAD)
    bad, good = exp(-STEEP * feeling) - 1, exp(STEEP * feeling) - 1
    raw = {Mood.NEGATIVE: 0.5 + max(0.0, bad), Mood.NEUTRAL: STILL, Mood.POSITIVE: 0.5 + max(0.0, good)}
    return stated({mood: share / sum(raw.values()) for mood, share in raw.items()}, None)


def speech_acts(text: str) -> tuple[ActGuess, ...]:
    """Each act of which a phrase is there, and questions by their form; `other` alone when there is none."""
    heard = prepared(text[:LONGEST_READ])
    said = {act: SURE for act, pattern in _phrases().items() if pattern.search(heard)}
    if (share := asked(text)) >= ENOUGH and not said.keys() & {SpeechAct.IDEA, SpeechAct.NEED_FOR_HELP}:
        said[SpeechAct.QUESTION] = round(min(share, 0.97), 2)
    ranked = sorted(said.items(), key=lambda item: (-item[1], item[0]))
    return tuple(ActGuess(slug=act, confidence=share) for act, share in ranked) or (NOTHING,)


@cache
def _lists() -> Mapping[str, Mapping[str, float]]:
    content: Mapping[str, Mapping[str, float]] = document("welsh.toml")
    return content


@cache
def _phrases() -> Mapping[SpeechAct, re.Pattern[str]]:
    return {SpeechAct(act): either(phrases, {}) for act, phrases in document("welsh.toml")["acts"].items()}
