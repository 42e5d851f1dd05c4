"""VADER with a resident's words: one figure from -1 to 1 for how a text feels, and the same for Welsh.

Owns `sentiment.toml` and the limits that keep VADER quick. Knows nothing of labels or of sarcasm.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, cached_property
from math import sqrt
from typing import TYPE_CHECKING

from nlp.patterns import any_word, document

if TYPE_CHECKING:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

PIECE = 500
"""Characters weighed at a time. VADER compares each word with all others: a text of 256 kB would take an hour."""
LONGEST_READ = 16_000
"""Characters that are weighed: a longer text is an article, and says how it feels at the start."""
SPREAD = 15.0
"""VADER's own constant, which brings a sum of weights between -1 and 1."""

_NOISE = re.compile(r"https?://\S+|www\.\S+|@\w+")
_SIGNS = re.compile(r"([^\w\s]{8})[^\w\s]+")
"""More than eight signs or emoji in a row say nothing more."""
_PIECES = re.compile(rf"\S.{{0,{PIECE}}}(?!\S)|\S{{1,{PIECE}}}", re.DOTALL)
_CURLY = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"'})
_CYMRAEG = re.compile(r"[^\W\d_]+")


class Lexicon:
    """VADER's words, corrected by ours."""

    def __init__(self) -> None:
        content = document("sentiment.toml")
        self._english: Mapping[str, float] = content["english"]
        self._phrases = {phrase: "zz" + re.sub(r"\W+", "", phrase) for phrase in content["phrases"]}
        self._weights = {self._phrases[phrase]: weight for phrase, weight in content["phrases"].items()}
        self._no_feeling = frozenset(content["no_feeling"])
        self._welsh: Mapping[str, float] = content["welsh"]
        self._known = any_word([*self._phrases, *self._no_feeling])

    def feeling(self, text: str) -> float:
        """-1 (wretched) to 1 (delighted); 0 when no word tells. For a long text, the mean of its pieces."""
        bare = _SIGNS.sub(r"\1", _NOISE.sub(" ", text[:LONGEST_READ]))
        plain = self._known.sub(self._known_phrase, bare.translate(_CURLY))
        if len(plain) <= PIECE:
            return self._weigh(plain)
        pieces = _PIECES.findall(plain)
        return sum(map(self._weigh, pieces)) / len(pieces) if pieces else 0.0

    def feeling_in_welsh(self, text: str) -> float:
        """The same by a handful of Welsh words."""
        lowered = " ".join(_CYMRAEG.findall(text.lower()))
        total = sum(weight for word, weight in self._welsh.items() if f" {word} " in f" {lowered} ")
        return total / sqrt(total * total + SPREAD)

    def _weigh(self, text: str) -> float:
        return float(self._vader.polarity_scores(text)["compound"])

    def _known_phrase(self, found: re.Match[str]) -> str:
        return self._phrases.get(found.group(0).lower(), " ")

    @cached_property
    def _vader(self) -> SentimentIntensityAnalyzer:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer  # 80 ms: only when first used

        vader = SentimentIntensityAnalyzer()
        vader.lexicon |= dict(self._english) | self._weights
        return vader


@cache
def lexicon() -> Lexicon:
    """The one lexicon of this process."""
    return Lexicon()
