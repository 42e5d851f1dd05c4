"""What may be said about a post of a given source: what its policy forbids is taken away before anyone keeps it.

X's terms, for instance, forbid inferring health, negative finances or crime about its users (invariant R7). What is
forbidden stands in `soundings.policies`; knows nothing of how posts are read.
"""

from __future__ import annotations

from soundings import policies
from soundings.messages import ActGuess, SpeechAct, Understanding

_OTHER = (ActGuess(slug=SpeechAct.OTHER, confidence=0.5),)


def allowed(understood: Understanding, source: str) -> Understanding:
    """The same understanding, without what this source's terms forbid."""
    no_topics, no_acts = policies.not_for(source), policies.acts_not_for(source)
    if not no_topics and not no_acts:
        return understood
    acts = tuple(act for act in understood.speech_acts if act.slug not in no_acts)
    topics = tuple(topic for topic in understood.topics if topic.slug not in no_topics)
    return understood.model_copy(update={"topics": topics, "speech_acts": acts or _OTHER})
