"""The table `[[answers]]` of the council file: the council's own answers to what is often asked.

    [[answers]]
    about = ["garden waste", "green bin", "brown bin"]
    text = "Garden waste is collected every two weeks from 9 March."
    link = "https://penmarrow.example/garden-waste"

Light, because every process that reads a council file checks this table. Knows nothing of questions.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from soundings.council import CouncilFile, Problem, table_problems


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


def answers(council_file: CouncilFile) -> list[Answer]:
    """Those of a council file that is in order."""
    return [Answer.model_validate(entry) for entry in council_file.tables.get("answers", [])]


def problems(table: Any) -> list[Problem]:
    """What is wrong with `[[answers]]`."""
    if not isinstance(table, list):
        return [Problem(("answers",), "write each answer under its own line [[answers]]")]
    return [problem for number, entry in enumerate(table)
            for problem in table_problems(Answer, ("answers", number), entry)]  # fmt: skip
