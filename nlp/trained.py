"""The trained reader: one model for meaning, feeling and speech acts, places by the gazetteer, topics by both.

It reads English. Welsh is read by word lists, and shown as unclear; of any other language it says which one it is,
where things are, and nothing else: a guess would look like knowledge. Owns what is put together from the parts of
this package. Knows nothing of buses, files or sources.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy

from nlp import welsh
from nlp.asking import asked
from nlp.encoder import SIZE, encoder
from nlp.judging import NOTHING, judging
from nlp.language import ENGLISH, WELSH, languages
from nlp.likeness import likeness
from nlp.places import Places
from nlp.routing import NOBODY, Judged, Judges, signed
from nlp.sarcasm import Doubt, doubt
from nlp.topics import Corrected, Topics
from soundings.council import CouncilFile
from soundings.guidance import Correction
from soundings.messages import Mood, Sentiment, Understanding
from soundings.words import own_reader

READ = (ENGLISH, "")
"""Languages that the model knows; an empty one is a text too short to tell."""
UNREAD = Sentiment(
    label=Mood.NEUTRAL, clear=False, probabilities={Mood.NEGATIVE: 0.3, Mood.NEUTRAL: 0.4, Mood.POSITIVE: 0.3}
)
"""Of a text in a language that nothing here reads."""


class TrainedReader:
    """Reads for one council: its topics and its places."""

    name = "trained"
    version = 4
    """Greater than those of the plain reader (1 and 2) and of other weights (3): what they read is read again."""

    def __init__(
        self,
        council_file: CouncilFile,
        corrected: Iterable[Corrected] = (),
        places: Places | None = None,
        judges: Judges = NOBODY,
    ) -> None:
        """judges: models that the council names for feelings, by language."""
        self._council_file, self._encoder = council_file, encoder()
        self._topics = Topics(council_file, corrected)
        self._places, self._judges = places or Places(council_file), judges

    def taught(self, told: Sequence[Correction]) -> tuple[TrainedReader, int]:
        """Another one that has learnt from these corrections, and from how many: what other readers made of a post says
        nothing here. Takes about a second."""
        ours = [one for one in told if own_reader(one.reader) == self._said_by and len(one.embedding) == SIZE]
        other = copy(self)
        learnt = (Corrected(memoryview(one.embedding).cast("b"), one.slug) for one in ours)
        other._topics = Topics(self._council_file, learnt)
        return other, other._topics.learnt

    def read(self, texts: Sequence[str]) -> list[Understanding]:
        """One understanding for each text, in their order. Raises UnicodeError for half a character."""
        codes = languages(texts)
        judged = self._judges.judge(texts, codes)
        return [self._one(*each) for each in zip(texts, codes, judged, strict=True)]

    @property
    def _said_by(self) -> str:
        """As its readings name it."""
        return f"{self.name} {self.version}"

    def _one(self, text: str, language: str, judged: Judged | None) -> Understanding:
        heard = self._by_language(text, language)
        if not judged:
            return heard
        return heard.model_copy(update={"sentiment": judged.sentiment, "reader": signed(self._said_by, judged)})

    def _by_language(self, text: str, language: str) -> Understanding:
        known = Understanding(
            sentiment=UNREAD,
            speech_acts=(NOTHING,),
            places=self._places.read(text),
            language=language,
            likeness=likeness(text),
            reader=self._said_by,
        )
        if language in READ:
            return known.model_copy(update=self._heard(text))
        if language == WELSH:
            by_words = {"sentiment": welsh.sentiment(text), "speech_acts": welsh.speech_acts(text)}
            return known.model_copy(update=by_words | {"topics": self._topics.by_words.read(text)})
        return known

    def _heard(self, text: str) -> dict[str, object]:
        heard = self._encoder.hear(text)
        return {
            "sentiment": judging().sentiment(heard.moods, ironic=doubt(text) is Doubt.STRONG),
            "speech_acts": judging().speech_acts(heard.acts, asked(heard.judged)),
            "topics": self._topics.read(heard.judged, heard.about),
            "embedding": heard.embedding,
        }
