"""Sound messages with one changed field each: a test names only what it is about."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from nlp.likeness import likeness
from soundings.messages import (
    ActGuess,
    AreaMatch,
    AuthorKind,
    Mood,
    Original,
    Post,
    Reading,
    Sentiment,
    SpeechAct,
    TopicGuess,
    Understanding,
)

NOON = datetime(2026, 11, 10, 12, 0, tzinfo=UTC)


def post_id(name: str = "1", source: str = "files") -> str:
    """A post id of the right shape that differs for each name."""
    return f"{source}:{hashlib.sha256(name.encode()).hexdigest()[:32]}"


def voice(name: str) -> str:
    """A pseudonym of the right shape that differs for each name."""
    return hashlib.sha256(b"voice" + name.encode()).hexdigest()[:32]


def make_post(name: str = "1", **changes: Any) -> Post:
    """A resident's post about bins. `name` decides its id."""
    source = changes.get("source", "files")
    fields: dict[str, Any] = {
        "id": post_id(name, source),
        "original": Original(native_id=f"native-{name}"),
        "source": source,
        "text": "When will the brown bins be emptied?",
        "created_at": NOON,
        "happened_at": NOON,
        "collected_at": NOON,
        "version": 1,
        "voice": voice("anna"),
        "author_kind": AuthorKind.RESIDENT,
        "area_match": AreaMatch(reason="imported by an officer", purpose="service improvement"),
    }
    return Post(**(fields | changes))


def make_understanding(**changes: Any) -> Understanding:
    """What a reader might say of that post."""
    fields: dict[str, Any] = {
        "topics": (TopicGuess(slug="bins-recycling", confidence=0.9),),
        "sentiment": Sentiment(
            label=Mood.NEUTRAL, clear=True, probabilities={Mood.NEGATIVE: 0.2, Mood.NEUTRAL: 0.7, Mood.POSITIVE: 0.1}
        ),
        "speech_acts": (ActGuess(slug=SpeechAct.QUESTION, confidence=0.9),),
        "language": "en",
        "reader": "plain 1",
    }
    return Understanding(**(fields | changes))


def make_reading(name: str = "1", *, reading_version: int = 1, **changes: Any) -> Reading:
    """A reading of `make_post(name, **changes)`; `understood` may be given. Its likeness is that of its text."""
    understood = changes.pop("understood", None) or make_understanding()
    post = make_post(name, **changes)
    if not understood.likeness:
        understood = understood.model_copy(update={"likeness": likeness(post.text)})
    return Reading(post=post, understood=understood, reading_version=reading_version)
