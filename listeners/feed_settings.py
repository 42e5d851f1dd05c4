"""The table `[sources.feeds]`. Knows nothing of fetching."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from listeners.accounts import REFUSED
from listeners.sources import SourceSettings
from soundings.messages import AuthorKind, Kind


def _address(url: str) -> str:
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username
    except ValueError:
        sound = False
    if not sound or any(letter.isspace() for letter in url):
        raise ValueError("should be the address of a feed, such as 'https://news.example/rss'")
    return url


class Feed(BaseModel):
    """One `[[sources.feeds.feed]]`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: Annotated[str, Field(max_length=2000), AfterValidator(_address)]
    name: Annotated[str, Field(max_length=120)] = ""
    """What people call it; empty: its host."""
    kind: Literal[Kind.ARTICLE, Kind.REPORT, Kind.POST, Kind.PETITION] = Kind.ARTICLE
    local: bool = False
    """True when all that it carries is about the area."""
    author_kind: AuthorKind = AuthorKind.PRESS
    interval_minutes: Annotated[float, Field(ge=5, le=1440)] = 10

    @model_validator(mode="after")
    def _nobody_is_followed(self) -> Feed:
        if self.author_kind is AuthorKind.RESIDENT and self.kind is not Kind.REPORT:
            raise ValueError(f"a feed of one resident's posts: {REFUSED}")
        return self

    @property
    def called(self) -> str:
        """Its name for logs and pages."""
        return self.name or urlsplit(self.url).hostname or "feed"


class FeedsSettings(SourceSettings):
    """The table."""

    feed: tuple[Feed, ...] = Field((), description="The feeds, each under its own line [[sources.feeds.feed]].")
    allow_private: bool = Field(False, description="Whether feeds inside the council's own network may be fetched.")


def lacking(settings: FeedsSettings) -> list[str]:
    """What a person has to add before a feed can be heard."""
    if settings.enabled and not settings.feed:
        return ["Feeds: no feed is listed. Add one under a line [[sources.feeds.feed]], with its `url`."]
    return []
