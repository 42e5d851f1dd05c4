"""What may be said about a post of a given source: on X, some topics and one speech act are not computed.

X's terms forbid inferring health, negative finances or crime about its users. Knows nothing of how posts
are read: it takes away from an understanding before anyone keeps it (invariant R7).
"""

from __future__ import annotations

from soundings.messages import ActGuess, SpeechAct, Understanding
from soundings.taxonomy import X, not_for

_NO_ACT = SpeechAct.NEED_FOR_HELP
_OTHER = (ActGuess(slug=SpeechAct.OTHER, confidence=0.5),)


def allowed(understood: Understanding, source: str) -> Understanding:
    """The same understanding, without what this source's terms forbid."""
    if source != X:
        return understood
    acts = tuple(act for act in understood.speech_acts if act.slug is not _NO_ACT)
    topics = tuple(topic for topic in understood.topics if topic.slug not in not_for(source))
    return understood.model_copy(update={"topics": topics, "speech_acts": acts or _OTHER})
