"""How a Reading lies in the table `readings`: each column, its type and where its value comes from.

The one place that a new field of a message touches, beside its migration. Knows nothing of how rows are sent.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from soundings.errors import PostFailed
from soundings.messages import Mood, Post, Reading

EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2299, 12, 31, tzinfo=UTC)
"""What DateTime64 can hold; beyond, ClickHouse would change the date silently."""
INSTANT = "DateTime64(3, 'UTC')"
WORDS, NUMBERS = "Array(LowCardinality(String))", "Array(Float32)"
LOW = "LowCardinality(String)"


@dataclass(frozen=True)
class Column:
    """One column: its name, ClickHouse's type, and its value in a reading."""

    name: str
    type: str
    value: Callable[[Reading], Any]


def rank(version: int, reading_version: int) -> int:
    """One number that sorts as (post version, reading version) does: 63 and 31 bits, so it needs UInt128."""
    return (version << 32) + reading_version


def folded(post: Post) -> str:
    """The words to search in: text and image descriptions without case, accents and punctuation."""
    return fold(" ".join([post.text, *post.alt]))


def fold(text: str) -> str:
    """Words in the form that search compares: `Dŵr Cymru's` is `dwr cymru s`."""
    return " ".join(unicodedata.normalize("NFKD", text).casefold().translate(FOLDED).split())


class _Folded(dict[int, str | None]):
    """What becomes of each character; looked up once for each that occurs, not for each time."""

    def __missing__(self, code: int) -> str | None:
        character = chr(code)
        plain = None if unicodedata.combining(character) else character if character.isalnum() else " "
        return self.setdefault(code, plain)


FOLDED = _Folded()


def check_dates(post: Post) -> None:
    """Raises PostFailed for an instant that ClickHouse cannot hold."""
    for name in ("created_at", "happened_at", "collected_at"):
        moment = getattr(post, name)
        if moment is not None and not EARLIEST <= moment < LATEST:
            raise PostFailed(f"{name} is {moment.year:04d}: the archive holds the years 1900 to 2299")


COLUMNS = (
    Column("id", "String", lambda r: r.post.id),
    Column("source", LOW, lambda r: r.post.source),
    Column("kind", LOW, lambda r: r.post.kind.value),
    Column("text", "String", lambda r: r.post.text),
    Column("alt", "Array(String)", lambda r: r.post.alt),
    Column("created_at", f"Nullable({INSTANT})", lambda r: r.post.created_at),
    Column("happened_at", INSTANT, lambda r: r.post.happened_at),
    Column("collected_at", INSTANT, lambda r: r.post.collected_at),
    Column("version", "UInt64", lambda r: r.post.version),
    Column("voice", "String", lambda r: r.post.voice),
    Column("author_kind", LOW, lambda r: r.post.author_kind.value),
    Column("account", LOW, lambda r: r.post.account),
    Column("reply_to", "String", lambda r: r.post.reply_to or ""),
    Column("thread", "String", lambda r: r.post.thread or ""),
    Column("quotes", "Array(String)", lambda r: r.post.quotes),
    Column("addressed_to", "Array(String)", lambda r: r.post.addressed_to),
    Column("latitude", "Nullable(Float64)", lambda r: r.post.point and r.post.point[0]),
    Column("longitude", "Nullable(Float64)", lambda r: r.post.point and r.post.point[1]),
    Column("place_hint", "String", lambda r: r.post.place_hint),
    Column("match_reason", "String", lambda r: r.post.area_match.reason),
    Column("match_score", "Float32", lambda r: r.post.area_match.score),
    Column("match_purpose", "String", lambda r: r.post.area_match.purpose),
    Column("topics", WORDS, lambda r: [guess.slug for guess in r.understood.topics_shown]),
    Column("topic_confidences", NUMBERS, lambda r: [guess.confidence for guess in r.understood.topics_shown]),
    Column("mood", LOW, lambda r: r.understood.sentiment.label.value),
    Column("clear", "Bool", lambda r: r.understood.sentiment.clear),
    Column("negative", "Float32", lambda r: r.understood.sentiment.probabilities.get(Mood.NEGATIVE, 0.0)),
    Column("neutral", "Float32", lambda r: r.understood.sentiment.probabilities.get(Mood.NEUTRAL, 0.0)),
    Column("positive", "Float32", lambda r: r.understood.sentiment.probabilities.get(Mood.POSITIVE, 0.0)),
    Column("acts", WORDS, lambda r: [guess.slug.value for guess in r.understood.speech_acts]),
    Column("act_confidences", NUMBERS, lambda r: [guess.confidence for guess in r.understood.speech_acts]),
    Column("places", "Array(String)", lambda r: [guess.id for guess in r.understood.places_shown]),
    Column("place_candidates", "Array(String)", lambda r: [guess.id for guess in r.understood.places]),
    Column("place_names", "Array(String)", lambda r: [guess.name for guess in r.understood.places]),
    Column("place_scores", NUMBERS, lambda r: [guess.score for guess in r.understood.places]),
    Column("place_found_by", WORDS, lambda r: [guess.found_by for guess in r.understood.places]),
    Column("language", LOW, lambda r: r.understood.language),
    Column("likeness", "Array(UInt32)", lambda r: r.understood.likeness),
    Column("embedding", "Array(Int8)", lambda r: r.understood.embedding),
    Column("reader", LOW, lambda r: r.understood.reader),
    Column("reading_version", "UInt32", lambda r: r.reading_version),
    Column("rank", "UInt128", lambda r: rank(r.post.version, r.reading_version)),
    Column("words", "String", lambda r: folded(r.post)),
)
ORIGINALS = (
    Column("id", "String", lambda r: r.post.id),
    Column("source", LOW, lambda r: r.post.source),
    Column("native_id", "String", lambda r: r.post.original.native_id),
    Column("link", "String", lambda r: r.post.original.link),
    Column("collected_at", INSTANT, lambda r: r.post.collected_at),
    Column("version", "UInt64", lambda r: r.post.version),
)


def by_column(readings: Sequence[Reading], columns: Sequence[Column]) -> list[list[Any]]:
    """The values of some readings, one list for each column."""
    return [[column.value(reading) for reading in readings] for column in columns]
