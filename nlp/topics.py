"""What a text is about: what it means, and what its words say, weighed together.

The meaning is learnt from texts written for this project, from the sentences a council writes for a topic in its file,
and from what its officers correct: all in one fit, made anew in a moment (`nlp/topic_fit.py`). Words speak at once,
without any example. Knows nothing of grammar.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from typing import Any

import numpy as np

from nlp.encoder import SCALE, Numbers, encoder
from nlp.evenhanded import as_judged
from nlp.judging import judging
from nlp.topic_fit import features, fit, shares
from nlp.topic_words import TopicWords
from soundings.council import CouncilFile
from soundings.messages import TopicGuess
from soundings.taxonomy import NOT_COUNCIL

MOST = 3
"""Topics that one text can have (docs/architecture.md)."""
BESIDE = 0.2
"""Confidence from which a topic is said beside a surer one."""
NEARLY = 0.4
"""Share of the surest topic's confidence that a further one needs."""
OWN_SENTENCE = 8.0
"""What a council's own sentence counts, of one of ours: a topic has some hundred of ours, and a handful of theirs."""
CORRECTED = 8.0
"""What a post counts whose topic an officer set right: nobody knows better what is said here."""
STEPS = 60
"""From the shipped fit to the council's own."""


@dataclass(frozen=True)
class Known:
    """The texts written for this project, as numbers: what `nlp/model/topics.npz` holds."""

    slugs: tuple[str, ...]
    meanings: Numbers
    """(texts, SIZE)"""
    words: Numbers
    """(texts, topics): what the words of each text speak for, from 0 to 1."""
    told: Numbers
    """(texts, topics): what people say each is about; sums to 1."""
    counts: Numbers
    """(texts,): how much each counts."""
    weights: Numbers
    """(SIZE + 1, topics): the fit to these texts alone."""


@dataclass(frozen=True)
class Corrected:
    """A post whose topic an officer set right: what it means, and the topic."""

    embedding: Sequence[int]
    slug: str


class Topics:
    """Knows the topics of one council."""

    def __init__(self, council_file: CouncilFile, corrected: Iterable[Corrected] = ()) -> None:
        own: Mapping[str, Mapping[str, Any]] = council_file.tables.get("topics", {})
        self.by_words = TopicWords(council_file)
        self._slugs = (*known().slugs, *(slug for slug in own if slug not in known().slugs))
        self._place = {slug: at for at, slug in enumerate(self._slugs)}
        sentences = [(text, slug) for slug, table in own.items() for text in _examples(slug, table)]
        known_here = [one for one in corrected if one.slug in self._place]
        self.learnt = len(known_here)
        """Corrections that it learnt from: not those to a topic that the council has no more."""
        self._weights = self._fitted(sentences, known_here)

    def read(self, text: str, meaning: Numbers) -> tuple[TopicGuess, ...]:
        """Up to three topics, the surest first, and always one; `not-council` only alone. text: as it is judged."""
        logits = features(meaning[None]) @ self._weights + self._said(text)
        found = shares(logits[0] * np.float32(judging().topics.scale))
        ranked = sorted(zip(self._slugs, found.tolist(), strict=True), key=lambda item: -item[1])
        least = max(BESIDE, NEARLY * ranked[0][1])
        said = [ranked[0], *(item for item in ranked[1:MOST] if item[1] >= least)]
        if said[0][0] == NOT_COUNCIL:
            said = said[:1]
        return tuple(
            TopicGuess(slug=slug, confidence=round(share, 2))
            for slug, share in said
            if slug != NOT_COUNCIL or slug == said[0][0]
        )

    def _said(self, text: str) -> Numbers:
        """The words' part of the logits, (topics,)."""
        made = np.zeros(len(self._slugs), np.float32)
        for slug, share in self.by_words.shares(text).items():
            made[self._place[slug]] = share
        return made * np.float32(judging().topics.of_words)

    def _fitted(self, sentences: Sequence[tuple[str, str]], corrected: Sequence[Corrected]) -> Numbers:
        more = len(self._slugs) - len(known().slugs)
        start = np.hstack([known().weights, np.zeros((len(known().weights), more), np.float32)])
        if not sentences and not corrected:
            return start
        meanings = [encoder().hear(text).about for text, _ in sentences]
        meanings += [np.array(one.embedding, np.float32) / np.float32(SCALE) for one in corrected]
        told = np.zeros((len(meanings), len(self._slugs)), np.float32)
        for row, slug in enumerate([slug for _, slug in sentences] + [one.slug for one in corrected]):
            told[row, self._place[slug]] = 1
        said = [self._said(as_judged(text)) for text, _ in sentences]
        words = np.array(said + [np.zeros(len(self._slugs))] * len(corrected))
        wide = ((0, 0), (0, more))
        return fit(
            features(np.vstack([known().meanings, np.array(meanings, np.float32)])),
            np.vstack([np.pad(known().told, wide), told]),
            np.vstack([np.pad(known().words, wide) * judging().topics.of_words, words]).astype(np.float32),
            np.array([*known().counts, *[OWN_SENTENCE] * len(sentences), *[CORRECTED] * len(corrected)]),
            start, STEPS,
        )  # fmt: skip


def _examples(slug: str, table: Mapping[str, Any]) -> Sequence[str]:
    """A council's own sentences for a topic; of one that has none and is not built in, its words."""
    sentences: Sequence[str] = table.get("sentences", ())
    return sentences or ([] if slug in known().slugs else table.get("words", ()))


@cache
def known() -> Known:
    """What came with the model, read once."""
    with as_file(files("nlp") / "model" / "topics.npz") as path, np.load(path) as held:
        return Known(
            tuple(str(slug) for slug in held["slugs"]),
            held["meanings"].astype(np.float32) / SCALE,
            held["words"].astype(np.float32) / 100,
            held["told"].astype(np.float32),
            held["counts"],
            held["weights"],
        )
