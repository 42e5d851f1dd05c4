"""What the words of a text speak for: those of `topics.toml` and of the council's own `[topics]`, weighed.

Beside the model it is one voice of two (`nlp/topics.py`); of a Welsh text, which the model cannot read, it is the only
one. Texts come as they are judged (nlp/evenhanded.py). Knows nothing of grammar.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from nlp.dialects import standard
from nlp.evenhanded import NAME, as_judged
from nlp.patterns import document
from nlp.wording import SOMEWHERE, Phrases, words
from soundings.council import CouncilFile
from soundings.messages import TopicGuess
from soundings.taxonomy import NOT_COUNCIL

MOST = 3
"""Topics that one text can have (docs/architecture.md)."""
STRONG, USUAL, WEAK, WEAK_IN_CONTEXT = 0.8, 0.55, 0.15, 0.35
ENOUGH = 0.25
"""Confidence from which a topic is said beside others."""
BESIDE = 0.5
"""Share of the best topic's confidence that a further one needs."""
WHERE = 0.6
"""What is left of a phrase's weight when it only says where something is."""
NOTHING_FOUND = 0.4
"""Confidence that a text without any word of ours is not about the council."""

_CUE = "cue"
_ARTICLES = frozenset({"the", "a", "an", "our", "my", "your", "this", "that", "y", "yr"})
_PREPOSITIONS = frozenset({"by", "outside", "near", "opposite", "behind", "beside", "at", "in", "to", "from", "of",
                           "past", "along", "into", "between", "around", "under", "above", "ger", "yn"})  # fmt: skip
Meaning = tuple[str, float]


class TopicWords:
    """Knows the built-in words and those of one council."""

    def __init__(self, council_file: CouncilFile) -> None:
        own: Mapping[str, Any] = council_file.tables.get("topics", {})
        self._phrases = Phrases([*_built_in(), *_own(own)])

    def read(self, text: str) -> tuple[TopicGuess, ...]:
        """Up to three topics, the surest first; `not-council` alone when nothing else is found."""
        shares = self.shares(text)
        chatter = shares.pop(NOT_COUNCIL, 0.0)
        ranked = sorted(
            shares.items(), key=lambda item: -round(item[1], 3)
        )  # of two alike, the one that is named first
        said = [item for item in ranked[:MOST] if item[1] >= max(ENOUGH, BESIDE * ranked[0][1])]
        none = 1 - (1 - NOTHING_FOUND) * (1 - chatter)
        if not said or (chatter and none > said[0][1] and said[0][1] < STRONG):
            said = sorted([(NOT_COUNCIL, none), *ranked[:1]], key=lambda item: -item[1])
        return tuple(TopicGuess(slug=slug, confidence=round(min(share, 0.99), 2)) for slug, share in said)

    def shares(self, text: str) -> dict[str, float]:
        """Topic -> 1 minus the chance that every one of its different phrases misleads, in the order of the text."""
        parts = words(text)
        found = list(self._phrases.find(parts))
        cue = any(slug == _CUE for _, _, meanings in found for slug, _ in meanings)
        heard: dict[tuple[str, str], float] = {}
        for at, phrase, meanings in found:
            where = WHERE if _says_where(parts, at) else 1.0
            for slug, weight in meanings:
                if slug and slug != _CUE:
                    heavier = WEAK_IN_CONTEXT if weight == WEAK and cue and slug != NOT_COUNCIL else weight
                    share = heavier if slug == NOT_COUNCIL else heavier * where
                    heard[slug, phrase] = max(share, heard.get((slug, phrase), 0.0))
        doubt: dict[str, float] = {}
        for (slug, _), weight in heard.items():
            doubt[slug] = doubt.get(slug, 1.0) * (1 - weight)
        return {slug: 1 - left for slug, left in doubt.items()}


def _says_where(parts: Sequence[str], at: int) -> bool:
    """Whether the words before say that a phrase is where it happened: rubbish *outside the* library."""
    before = [word for word in parts[max(0, at - 2) : at] if word not in _ARTICLES]
    return bool(before) and before[-1] in _PREPOSITIONS


def _own(tables: Mapping[str, Any]) -> Iterator[tuple[str, Meaning]]:
    for slug, table in tables.items():
        for phrase in table.get("words", ()):
            if words(phrase):
                yield from ((spelling, (slug, STRONG)) for spelling in _spellings(phrase))


@cache
def _built_in() -> Sequence[tuple[str, Meaning]]:
    content = document("topics.toml")
    entries: list[tuple[str, Meaning]] = [(phrase, ("", 0.0)) for phrase in content["nothing"]]
    entries += [(phrase, (_CUE, 0.0)) for phrase in [*content["cues"], SOMEWHERE]]
    for slug, table in content["topics"].items():
        entries += _weighed(slug, table["strong"], STRONG)
        entries += _weighed(slug, table["words"], USUAL)
        entries += _weighed(slug, table["weak"], WEAK)
    return entries


def _weighed(slug: str, phrases: Iterable[str], weight: float) -> list[tuple[str, Meaning]]:
    return [(phrase, (slug, weight)) for phrase in dict.fromkeys(one for p in phrases for one in (p, standard(p)))]


def _spellings(phrase: str) -> Iterable[str]:
    """A council's own phrase as it may stand in a text that is judged. A name alone stands for every name there, and
    counts for none."""
    every = dict.fromkeys((phrase, standard(phrase), as_judged(phrase), as_judged(phrase.title())))
    return [one for one in every if one == phrase or one != NAME]
