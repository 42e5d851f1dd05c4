"""A made-up model for tests: what a text means is the sum of its words, each a random direction. No file is read."""

from __future__ import annotations

import hashlib
from functools import cache

import numpy as np
import pytest

import nlp.topics
import nlp.trained
from nlp.encoder import SIZE, Heard, Numbers
from nlp.judging import Act, Judging, Moods, OfTopics
from nlp.topic_fit import features, fit
from nlp.topics import Known
from soundings.messages import Mood, SpeechAct
from soundings.taxonomy import NOT_COUNCIL, TOPICS

SENTENCES = {
    "bins-recycling": ("brown bin not emptied", "recycling lorry missed our street", "when is the refuse collected"),
    "roads": ("pothole on the hill", "the carriageway is crumbling", "resurface this lane"),
    "parks": ("swings are broken", "grass needs cutting", "lovely flower beds"),
    NOT_COUNCIL: ("great match last night", "happy birthday mum", "watching telly"),
}
JUDGING = Judging(
    moods=Moods(labels=(Mood.NEGATIVE, Mood.NEUTRAL, Mood.POSITIVE), scale=1, shift=(0, 0, 0), clear=0.9),
    acts=(Act(label=SpeechAct.QUESTION, scale=1, shift=0, least=0.9),),
    topics=OfTopics(scale=1, of_words=3),
)


class Encoder:
    """Hears words."""

    def hear(self, text: str) -> Heard:
        """The sum of its words, of length 1."""
        whole = np.sum([direction(word) for word in text.casefold().split()], axis=0)
        meaning = (whole / np.linalg.norm(whole)).astype(np.float32)
        return Heard(meaning, np.zeros(3, np.float32), np.zeros(1, np.float32), meaning, text)


@cache
def direction(word: str) -> Numbers:
    """Where a word points."""
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
    made: Numbers = np.random.default_rng(seed).normal(size=SIZE).astype(np.float32)
    return made


@cache
def known() -> Known:
    """All topics, and a few sentences for some."""
    slugs, texts = tuple(TOPICS), [(text, slug) for slug, said in SENTENCES.items() for text in said]
    meanings = np.array([Encoder().hear(text).meaning for text, _ in texts])
    told = np.array([[float(slug == one) for one in slugs] for _, slug in texts], np.float32)
    nothing = np.zeros_like(told)
    start = np.zeros((SIZE + 1, len(slugs)), np.float32)
    weights = fit(features(meanings), told, nothing, np.ones(len(texts), np.float32), start, 60)
    return Known(slugs, meanings, nothing, told, np.ones(len(told), np.float32), weights)


def put(patched: pytest.MonkeyPatch) -> None:
    """In the place of the shipped model."""
    for module in (nlp.topics, nlp.trained):
        patched.setattr(module, "encoder", Encoder)
        patched.setattr(module, "judging", lambda: JUDGING)
    patched.setattr(nlp.topics, "known", known)
