"""The table `[sources.petitions]`. Knows nothing of how petitions are asked for."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from listeners.addresses import base
from listeners.sources import SourceSettings

PARLIAMENT = "https://petition.parliament.uk"


def _name(text: str) -> str:
    if not text.strip():
        raise ValueError("should be a constituency's name, or its code such as 'E14001000'")
    return text.strip()


Constituency = Annotated[str, Field(max_length=120), AfterValidator(_name)]


class PetitionsSettings(SourceSettings):
    """The table."""

    site: Annotated[str, AfterValidator(base)] = Field(PARLIAMENT, description="The site of the petitions.")
    constituencies: tuple[Constituency, ...] = Field(
        (), description="The constituencies of your area, each by its name or its code (ONS), such as 'E14001000'."
    )
    least_share: Annotated[float, Field(gt=0.0, le=1.0)] = Field(
        0.05,
        description="How much of a petition's signatures must come from these constituencies, if it does not name your "
        "area. One constituency has about 0.0015 of the country's people.",
    )
    least_signatures: Annotated[int, Field(ge=1)] = Field(
        20, description="And how many signatures from these constituencies that must be."
    )
    interval_hours: Annotated[float, Field(ge=1, le=24)] = Field(
        6.0, description="How many hours lie between two walks through all open petitions."
    )
    allow_private: bool = Field(False, description="Whether a site inside the council's own network may be asked.")
