"""What a text is about: the words of `topics.toml` and of the council's own `[topics]`, weighed.

Owns the table `[topics]` of the council file. Knows nothing of grammar: it is the plain reader's way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from nlp.patterns import document
from nlp.wording import SOMEWHERE, Phrases, words
from soundings.council import CouncilFile, Problem, table_problems
from soundings.messages import TopicGuess
from soundings.taxonomy import NOT_COUNCIL, TOPICS

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

_SLUG = re.compile(r"^[a-z0-9][a-z0-9-]{0,63}$")
_CUE = "cue"
_ARTICLES = frozenset({"the", "a", "an", "our", "my", "your", "this", "that", "y", "yr"})
_PREPOSITIONS = frozenset({"by", "outside", "near", "opposite", "behind", "beside", "at", "in", "to", "from", "of",
                           "past", "along", "into", "between", "around", "under", "above", "ger", "yn"})  # fmt: skip
Meaning = tuple[str, float]
Phrase = Annotated[str, Field(min_length=2, max_length=80, pattern=r"\w")]


class OwnTopic(BaseModel):
    """One `[topics.<slug>]` of the council file: more words for a built-in topic, or a topic of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    words: tuple[Phrase, ...] = ()
    """Words and phrases that mean this topic, in the singular."""
    sentences: tuple[Annotated[str, Field(min_length=10, max_length=500)], ...] = ()
    """Examples for a trained reader; the plain reader does not use them."""


def problems(table: Any) -> list[Problem]:
    """Everything that is wrong with the table `[topics]`."""
    if not isinstance(table, Mapping):
        return [Problem(("topics",), "'topics' must be a table: write `[topics.bins-recycling]` and `words = [...]`")]
    return [problem for slug, topic in table.items() for problem in _topic_problems(slug, topic)]


def _topic_problems(slug: str, topic: Any) -> Iterator[Problem]:
    at = ("topics", slug)
    if not _SLUG.match(slug):
        yield Problem(at, f"'{slug}' cannot be a topic's short name: use small letters, digits and hyphens")
    elif not isinstance(topic, Mapping):
        yield Problem(at, f"'{slug}' must be a table: write `[topics.{slug}]` and below it `words = [...]`")
    elif found := table_problems(OwnTopic, at, topic):
        yield from found
    else:
        yield from _missing(slug, OwnTopic.model_validate(topic))


def _missing(slug: str, topic: OwnTopic) -> Iterator[Problem]:
    at = ("topics", slug)
    if slug not in TOPICS and not topic.name:
        near = get_close_matches(slug, TOPICS, n=1)
        meant = f"did you mean '{near[0]}'? " if near else ""
        yield Problem(at, f"there is no built-in topic '{slug}': {meant}a topic of your own needs `name = \"...\"`")
    if not topic.words and not (slug in TOPICS and topic.name):
        yield Problem((*at, "words"), f"'{slug}' has no words: add `words = [\"...\"]`, what residents call it")


class Topics:
    """Knows the built-in words and those of one council."""

    def __init__(self, council_file: CouncilFile) -> None:
        own: Mapping[str, Any] = council_file.tables.get("topics", {})
        self._phrases = Phrases([*_built_in(), *_own(own)])

    def read(self, text: str) -> tuple[TopicGuess, ...]:
        """Up to three topics, the surest first; `not-council` alone when nothing else is found."""
        shares = self._shares(words(text))
        chatter = shares.pop(NOT_COUNCIL, 0.0)
        ranked = sorted(
            shares.items(), key=lambda item: -round(item[1], 3)
        )  # of two alike, the one that is named first
        said = [item for item in ranked[:MOST] if item[1] >= max(ENOUGH, BESIDE * ranked[0][1])]
        none = 1 - (1 - NOTHING_FOUND) * (1 - chatter)
        if not said or (chatter and none > said[0][1] and said[0][1] < STRONG):
            said = sorted([(NOT_COUNCIL, none), *ranked[:1]], key=lambda item: -item[1])
        return tuple(TopicGuess(slug=slug, confidence=round(min(share, 0.99), 2)) for slug, share in said)

    def _shares(self, parts: list[str]) -> dict[str, float]:
        """Topic -> 1 minus the chance that every one of its different phrases misleads, in the order of the text."""
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
                yield phrase, (slug, STRONG)


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
    return [(phrase, (slug, weight)) for phrase in phrases]
