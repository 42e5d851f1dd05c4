"""Which of the council's own answers fits a question: suggested to an officer, never posted.

Knows nothing of questions but their words and topics.
"""

from __future__ import annotations

from soundings.council import CouncilFile
from store.talk.meaning import telling
from store.talk.own_answers import answers
from store.talk.shapes import Suggestion


class Signposts:
    """The answers of one council file that is in order."""

    def __init__(self, council_file: CouncilFile) -> None:
        known = answers(council_file)
        self._known = [(frozenset(telling(words)), answer) for answer in known for words in answer.about]

    def find(self, text: str, services: tuple[str, ...]) -> Suggestion | None:
        """The answer with the most words in common with a question, or None."""
        asked = set(telling(text))
        fitting = [
            (len(words), answer)
            for words, answer in self._known
            if words and words <= asked and answer.topic in ("", *services)
        ]
        if not fitting:
            return None
        answer = max(fitting, key=lambda one: one[0])[1]
        return Suggestion(answer.text, answer.link, "the answers in the council file")
