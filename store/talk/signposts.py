"""The council's own answers, from the table `[[answers]]` of the council file: suggested to an officer, never posted.

    [[answers]]
    about = ["garden waste", "green bin", "brown bin"]
    text = "Garden waste is collected every two weeks from 9 March."
    link = "https://penmarrow.example/garden-waste"

Knows nothing of questions but their words and topics.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from soundings.council import CouncilFile, Problem, table_problems
from store.talk.meaning import telling
from store.talk.shapes import Suggestion


def _link(value: str) -> str:
    if value and not value.startswith(("https://", "http://")):
        raise ValueError("should be a whole address, beginning with https://")
    return value


class Answer(BaseModel):
    """One `[[answers]]` entry."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    about: Annotated[tuple[Annotated[str, Field(min_length=1, max_length=80)], ...], Field(min_length=1)]
    """Words by which a question is known to be about this: it must hold all the words of one of them."""
    text: Annotated[str, Field(min_length=1, max_length=600)]
    link: Annotated[str, Field(max_length=500), AfterValidator(_link)] = ""
    topic: str = ""
    """Only for questions about this topic; empty: any."""


def problems(table: Any) -> list[Problem]:
    """What is wrong with `[[answers]]`."""
    if not isinstance(table, list):
        return [Problem(("answers",), "write each answer under its own line [[answers]]")]
    return [problem for number, entry in enumerate(table)
            for problem in table_problems(Answer, ("answers", number), entry)]  # fmt: skip


class Signposts:
    """The answers of one council file that is in order."""

    def __init__(self, council_file: CouncilFile) -> None:
        answers = [Answer.model_validate(entry) for entry in council_file.tables.get("answers", [])]
        self._known = [(frozenset(telling(words)), answer) for answer in answers for words in answer.about]

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
