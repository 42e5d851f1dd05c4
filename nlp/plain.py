"""The plain reader: words, rules and a gazetteer. It says plainly that it is plain.

The one model in it is the encoder, where it is given one: it says what a text means, and decides nothing here. A model
that the council named judges the feeling in its place (`nlp/routing.py`). Of a text in a language whose words it does
not know, it says which language that is, where things are, and nothing else.

Owns what is put together from the parts of this package. Knows nothing of buses, files or sources.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from nlp.acts import acts
from nlp.language import languages
from nlp.likeness import likeness
from nlp.places import Places
from nlp.routing import NOBODY, NOTHING, READ, Judged, Judges, signed
from nlp.sentiment import sentiment
from nlp.topics import Topics
from soundings.council import CouncilFile
from soundings.messages import Understanding

VERSION = 3
"""Grows when the same text may be understood differently; a choice of models makes more of it (`Judges.version`)."""
ENGLISH = ("en", "")
"""Languages whose texts the encoder knows; an empty one is a text too short to tell."""


class Encodes(Protocol):
    """The part of `nlp.encoder.Encoder` that a reader uses."""

    def encode(self, texts: Sequence[str]) -> list[tuple[int, ...]]:
        """The meaning of each text."""


class PlainReader:
    """Reads with the words of the built-in topics and of one council file."""

    name = "plain"

    def __init__(self, council_file: CouncilFile, encoder: Encodes | None = None, judges: Judges = NOBODY) -> None:
        self._topics = Topics(council_file)
        self._places = Places(council_file)
        self._encoder = encoder
        self._judges = judges
        self.version = judges.version(VERSION)

    def read(self, texts: Sequence[str]) -> list[Understanding]:
        """One understanding for each text, in their order. Raises UnicodeError for half a character."""
        codes = languages(texts)
        judged = self._judges.judge(texts, codes)
        return [self._one(*each) for each in zip(texts, codes, judged, strict=True)]

    def _one(self, text: str, language: str, judged: Judged | None) -> Understanding:
        mood = judged.sentiment if judged else sentiment(text, language)
        read = language in READ
        return Understanding(
            topics=self._topics.read(text) if read else (),
            sentiment=mood,
            speech_acts=acts(text, mood) if read else (NOTHING,),
            places=self._places.read(text),
            language=language,
            likeness=likeness(text),
            embedding=self._meaning(text, language),
            reader=signed(f"{self.name} {VERSION}", judged),
        )

    def _meaning(self, text: str, language: str) -> tuple[int, ...]:
        if self._encoder is None or language not in ENGLISH or not text.strip():
            return ()
        return self._encoder.encode([text])[0]
