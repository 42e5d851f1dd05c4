"""The plain reader: words, rules and a gazetteer. It says plainly that it is plain.

The one model in it is the encoder, where it is given one: it says what a text means, and decides nothing here.

Owns what is put together from the parts of this package. Knows nothing of buses, files or sources.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from nlp.acts import acts
from nlp.language import languages
from nlp.likeness import likeness
from nlp.places import Places
from nlp.sentiment import sentiment
from nlp.topics import Topics
from soundings.council import CouncilFile
from soundings.messages import Understanding

ENGLISH = ("en", "")
"""Languages whose texts the encoder knows; an empty one is a text too short to tell."""


class Encodes(Protocol):
    """The part of `nlp.encoder.Encoder` that a reader uses."""

    def encode(self, texts: Sequence[str]) -> list[tuple[int, ...]]:
        """The meaning of each text."""


class PlainReader:
    """Reads with the words of the built-in topics and of one council file."""

    name = "plain"
    version = 3

    def __init__(self, council_file: CouncilFile, encoder: Encodes | None = None, places: Places | None = None) -> None:
        self._topics = Topics(council_file)
        self._places = places or Places(council_file)
        self._encoder = encoder

    def read(self, texts: Sequence[str]) -> list[Understanding]:
        """One understanding for each text, in their order. Raises UnicodeError for half a character."""
        return [self._one(text, language) for text, language in zip(texts, languages(texts), strict=True)]

    def _one(self, text: str, language: str) -> Understanding:
        mood = sentiment(text, language)
        return Understanding(
            topics=self._topics.read(text),
            sentiment=mood,
            speech_acts=acts(text, mood),
            places=self._places.read(text),
            language=language,
            likeness=likeness(text),
            embedding=self._meaning(text, language),
            reader=f"{self.name} {self.version}",
        )

    def _meaning(self, text: str, language: str) -> tuple[int, ...]:
        if self._encoder is None or language not in ENGLISH or not text.strip():
            return ()
        return self._encoder.encode([text])[0]
