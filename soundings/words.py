"""The words that messages use: kinds of posts and authors, speech acts, moods. Import them from `soundings.messages`.

Knows nothing of the messages themselves.
"""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What sort of public item a post is."""

    POST = "post"
    REPLY = "reply"
    REPOST = "repost"
    REPORT = "report"
    ARTICLE = "article"
    PETITION = "petition"


class AuthorKind(StrEnum):
    """Who speaks, as a kind. Only residents are pseudonymous; the council's own accounts are marked."""

    RESIDENT = "resident"
    COUNCIL = "council"
    COUNCILLOR = "councillor"
    PRESS = "press"
    ORGANISATION = "organisation"
    UNKNOWN = "unknown"


PEOPLE = (AuthorKind.RESIDENT, AuthorKind.UNKNOWN)
"""Who counts as a resident: also somebody of whom nothing is known."""


class SpeechAct(StrEnum):
    """What the writer is doing (docs/architecture.md). `answer`: a resident helps another with what to do."""

    FAULT_REPORT = "fault-report"
    COMPLAINT = "complaint"
    QUESTION = "question"
    ANSWER = "answer"
    IDEA = "idea"
    OFFER_OF_HELP = "offer-of-help"
    NEED_FOR_HELP = "need-for-help"
    THANKS = "thanks"
    OPINION = "opinion"
    INFORMATION = "information"
    OTHER = "other"


class Mood(StrEnum):
    """The three sentiments. "Unclear" is not a fourth: it is `Sentiment.clear` being false."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


TOPIC_SHOWN = 0.3
"""Confidence from which a post counts as being about a topic. Below, the reader's best guess is wrong more often than
right: such a post is about nothing that we know, and is counted only among all posts."""
PLACE_SHOWN = 0.5
"""Least score of a place that is counted and shown. What scores less stays in the reading, to be looked into."""

BESIDE = " + "
"""Stands between the name of a reader and that of a model that judged the feeling in its place."""


def own_reader(name: str) -> str:
    """The reader itself, of a name such as `trained 4 + owner/model@4ba3d4463bd1`."""
    return name.partition(BESIDE)[0]
