"""Makes `nlp/model/topics.npz`: what topics are learnt from, as numbers, and the fit to it.

Texts written for this project with their topics (`texts/`), and a few plain sentences for each (`sentences.toml`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.encoder import SCALE, Encoder, Numbers
from nlp.evenhanded import as_judged
from nlp.topic_fit import features, fit, shares
from nlp.topic_words import TopicWords
from nlp.training.data import HELD_BACK, Example, as_read, held_back
from soundings.council import CouncilFile
from soundings.taxonomy import TOPICS

SLUGS = tuple(TOPICS)
SENTENCE = 3.0
"""What a plain sentence counts, of one of the texts: it says what the topic is, and they only what it looks like."""
STEPS = 600
OF_WORDS = 5.0
"""What words that speak for a topic without doubt add to its logit. Chosen by leaving one writer's texts out: from 4 to
6 all are alike."""


def sentences() -> list[Example]:
    """The plain sentences, each with its topic."""
    content = tomllib.loads((Path(__file__).parent / "sentences.toml").read_text(encoding="utf-8"))
    return [
        Example(as_read(text), (0.0, 1.0, 0.0), None, {slug: 1.0}, text)
        for slug, texts in content.items()
        for text in texts
    ]


def told(examples: Sequence[Example]) -> Numbers:
    """(texts, topics), shares that sum to 1."""
    made = np.array([[example.topics.get(slug, 0.0) for slug in SLUGS] for example in examples], np.float32)
    summed: Numbers = made / made.sum(1, keepdims=True)
    return summed


def words(examples: Sequence[Example]) -> Numbers:
    """(texts, topics): what the built-in words of each text speak for."""
    reader = TopicWords(CouncilFile(None))
    return np.array([[reader.shares(as_judged(e.raw)).get(slug, 0.0) for slug in SLUGS] for e in examples], np.float32)


def make(encoder: Encoder, texts: Sequence[Example], target: Path) -> dict[str, Any]:
    """Write the file; returns the part of `judging.json` that is about topics."""
    plain = sentences()
    every = [*plain, *texts]
    meanings, said, about = _meanings(encoder, every), words(every), told(every)
    counts = np.array([SENTENCE] * len(plain) + [1.0] * len(texts), np.float32)
    held = np.array([False] * len(plain) + [held_back(example, HELD_BACK) for example in texts])
    weights = _fit(meanings, about, said, counts)
    np.savez_compressed(
        target, slugs=np.array(SLUGS), meanings=np.rint(meanings * SCALE).astype(np.int8),
        words=np.rint(said * 100).astype(np.uint8), told=about.astype(np.float16), counts=counts, weights=weights,
    )  # fmt: skip
    return {"scale": _scale(meanings, about, said, counts, held), "of_words": OF_WORDS}


def _meanings(encoder: Encoder, examples: Sequence[Example]) -> Numbers:
    made = np.array([encoder.hear(example.raw).about for example in examples], np.float32)
    kept: Numbers = np.rint(made * SCALE).astype(np.float32) / np.float32(SCALE)  # as they are kept
    return kept


def _fit(meanings: Numbers, about: Numbers, said: Numbers, weights: Numbers) -> Numbers:
    start = np.zeros((meanings.shape[1] + 1, about.shape[1]), np.float32)
    return fit(features(meanings), about, said * np.float32(OF_WORDS), weights, start, STEPS)


def _scale(meanings: Numbers, about: Numbers, said: Numbers, counts: Numbers, held: NDArray[np.bool_]) -> float:
    """What logits are multiplied with so that probabilities are right on texts held back."""
    weights = _fit(meanings[~held], about[~held], said[~held], counts[~held])
    logits = features(meanings[held]) @ weights + said[held] * np.float32(OF_WORDS)
    about = about[held]
    scales = [round(float(scale), 2) for scale in np.arange(0.5, 2.01, 0.05)]
    lost = [-(about * np.log(np.maximum(shares(logits * np.float32(scale)), 1e-9))).sum(1).mean() for scale in scales]
    return scales[int(np.argmin(lost))]
