"""The table `[sources.open311]`. Knows nothing of how reports are asked for."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from listeners.addresses import base, without_scheme
from listeners.sources import SourceSettings


def _link(text: str) -> str:
    if text and (base(text).count("{id}") != 1 or "{" in text.replace("{id}", "")):
        raise ValueError("should hold {id} once, such as 'https://reports.example/report/{id}'")
    return text


class Endpoint(BaseModel):
    """One `[[sources.open311.endpoint]]`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: Annotated[str, Field(max_length=2000), AfterValidator(base)]
    """What `/requests.json` is added to, such as `https://www.fixmystreet.com/open311/v2`."""
    name: Annotated[str, Field(max_length=120)] = ""
    """What people call it; empty: its host."""
    jurisdiction_id: Annotated[str, Field(max_length=200)] = ""
    """Which of its places a server is asked for. FixMyStreet insists on one, and takes any."""
    agency: Annotated[str, Field(max_length=200)] = ""
    """Whose reports alone are asked for (`agency_responsible`): on FixMyStreet the number of the council."""
    local: bool = False
    """True when all that it carries is about the area."""
    format: Literal["auto", "json", "xml"] = "auto"
    interval_minutes: Annotated[float, Field(ge=5, le=1440)] = 15
    cap: Annotated[int, Field(ge=2, le=100_000)] = 1000
    """How many reports the server gives at most in one answer: as many are taken to be cut off."""
    together: Annotated[int, Field(ge=1, le=100)] = 1
    """How many reports may be asked for by their ids in one request. FixMyStreet takes one."""
    link: Annotated[str, Field(max_length=2000), AfterValidator(_link)] = ""
    """Where people read a report, with {id} for its number. Empty: no link is kept."""

    @property
    def called(self) -> str:
        """Its name for logs and pages."""
        return self.name or urlsplit(self.url).hostname or "endpoint"

    @property
    def namespace(self) -> str:
        """What the ids of its reports are told apart by."""
        return without_scheme(self.url) + (f"?{self.jurisdiction_id}" if self.jurisdiction_id else "")

    @property
    def key(self) -> str:
        """What is known of it is kept under this."""
        return f"{self.namespace} {self.agency}".strip()


def _told_apart(endpoints: tuple[Endpoint, ...]) -> tuple[Endpoint, ...]:
    if len({endpoint.key for endpoint in endpoints}) < len(endpoints):
        raise ValueError("names an endpoint twice: url, jurisdiction_id and agency together should be different")
    return endpoints


class Open311Settings(SourceSettings):
    """The table."""

    endpoint: Annotated[tuple[Endpoint, ...], AfterValidator(_told_apart)] = Field(
        (), description="The servers of reports (GeoReport v2), each under its own line [[sources.open311.endpoint]]."
    )
    allow_private: bool = Field(False, description="Whether servers inside the council's own network may be asked.")
