"""The plain reader: words, rules and a gazetteer, no trained model. It says plainly that it is plain.

Owns what is put together from the parts of this package. Knows nothing of buses, files or sources.
"""

from __future__ import annotations

from collections.abc import Sequence

from nlp.acts import acts
from nlp.language import languages
from nlp.likeness import likeness
from nlp.places import Places
from nlp.sentiment import sentiment
from nlp.topics import Topics
from soundings.council import CouncilFile
from soundings.messages import Understanding


class PlainReader:
    """Reads with the words of the built-in topics and of one council file."""

    name = "plain"
    version = 1

    def __init__(self, council_file: CouncilFile) -> None:
        self._topics = Topics(council_file)
        self._places = Places(council_file)

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
            reader=f"{self.name} {self.version}",
        )
