"""The table `[sources.reddit]`, and what else it needs before it can listen. Knows nothing of how Reddit is heard."""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, model_validator

from listeners.accounts import REFUSED
from listeners.references import is_reference
from listeners.secrets import secret
from listeners.sources import SourceSettings
from soundings.errors import SoundingsError

CLIENT_ID, CLIENT_SECRET = "SOUNDINGS_REDDIT_CLIENT_ID", "SOUNDINGS_REDDIT_CLIENT_SECRET"
NEEDED = ((CLIENT_ID, "client id of the council's Reddit app"), (CLIENT_SECRET, "secret of the council's Reddit app"))
COMMUNITY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_]{1,20}")
"""Names as Reddit allows them."""
NO_COMMUNITY = frozenset({"all", "popular", "friends", "mod", "random", "home"})
"""What Reddit itself gathers: of all of it no listing could be read to its end."""
ACCOUNT = re.compile(r"[A-Za-z0-9_-]{3,20}")
HERE = frozenset({"127.0.0.1", "localhost", "::1"})


def _community(name: str) -> str:
    plain = re.sub(r"^/?r/", "", name.strip()).rstrip("/")
    if re.match(r"/?(?:u/|user/|u_)", plain, re.IGNORECASE):
        raise ValueError(f"the page of an account is not listened to: {REFUSED}")
    if plain.casefold() in NO_COMMUNITY:
        raise ValueError("should be one community: what Reddit gathers from all of them is not listened to")
    if not COMMUNITY.fullmatch(plain):
        raise ValueError("should be the name of a community, such as 'Penmarrow' for r/Penmarrow")
    return plain


def _account(name: str) -> str:
    plain = re.sub(r"^/?u/", "", name.strip())
    if plain and not ACCOUNT.fullmatch(plain):
        raise ValueError("should be the council's own account on Reddit, such as 'PenmarrowCouncil'")
    return plain


def _server(address: str) -> str:
    try:
        parts = urlsplit(address)
        sound = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in HERE)
        sound = sound and bool(parts.hostname) and parts.port != 0
        sound = sound and not (parts.username or parts.path.strip("/") or parts.query or parts.fragment)
    except ValueError:
        sound = False
    if not sound or any(letter.isspace() for letter in address):
        raise ValueError("should be the address of a server, such as 'https://host.example': it is given our secret")
    return address.rstrip("/")


class Community(BaseModel):
    """One `[[sources.reddit.subreddits]]`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, AfterValidator(_community)]
    local: bool = False
    """True when all that it carries is about the area."""

    @property
    def called(self) -> str:
        """Its name for logs and pages."""
        return f"r/{self.name}"

    @property
    def key(self) -> str:
        """Its name as names are compared: Reddit takes small and capital letters for the same."""
        return self.name.casefold()


class RedditSettings(SourceSettings):
    """The table."""

    approved: StrictBool = Field(
        False, description="Whether Reddit has approved this use, as its Responsible Builder Policy asks."
    )
    approval_reference: Annotated[str, Field(max_length=200)] = Field(
        "", description="What Reddit's approval is known by, such as the number of the request."
    )
    contact_account: Annotated[str, AfterValidator(_account)] = Field(
        "", description="The council's own account on Reddit: each question to Reddit names it."
    )
    subreddits: tuple[Community, ...] = Field(
        (), description="The communities, each under its own line [[sources.reddit.subreddits]]."
    )
    interval_seconds: Annotated[float, Field(ge=20, le=3600)] = Field(
        60.0, description="How long it is from one look at a community to the next. A look is two questions."
    )
    look_back_hours: Annotated[float, Field(ge=0, le=720)] = Field(
        72.0, description="How far back it asks at its first start, and on another bus. Reddit lists about 1,000 items."
    )
    check_hours: Annotated[float, Field(ge=1, le=48)] = Field(
        6.0, description="How often what is held is looked up, to find what was deleted, removed or edited."
    )
    check_days: Annotated[float, Field(ge=1, le=800)] = Field(90.0, description="How old what is looked up may be.")
    api: Annotated[str, AfterValidator(_server)] = Field(
        "https://oauth.reddit.com", description="Where Reddit is asked. Another one only for trials."
    )
    login: Annotated[str, AfterValidator(_server)] = Field(
        "https://www.reddit.com", description="Where Reddit gives the token for it. Another one only for trials."
    )

    @model_validator(mode="after")
    def _is_permitted(self) -> RedditSettings:
        if self.enabled and (missing := _missing(self)):
            raise ValueError(missing)
        if len({community.key for community in self.subreddits}) < len(self.subreddits):
            raise ValueError("a community is listed twice under `subreddits`")
        return self


def _missing(settings: RedditSettings) -> str:
    if not settings.approved or not is_reference(settings.approval_reference):
        return (
            "Reddit may be read only with its approval: ask for it under its Responsible Builder Policy, then write "
            "`approved = true` and its `approval_reference`, such as 'request 12345'"
        )
    if not settings.contact_account:
        return "add `contact_account`, the council's own account on Reddit: Reddit wants to know who asks"
    if not settings.subreddits:
        return "name at least one community: a line `[[sources.reddit.subreddits]]`, and under it `name = ...`"
    return ""


def lacking(settings: RedditSettings) -> list[str]:  # noqa: ARG001 - every source is asked in the same way
    """What it lacks before it can listen, in sentences; nobody is asked."""
    found = []
    for name, what in NEEDED:
        try:
            secret(name, what)
        except SoundingsError as error:
            found.append(str(error))
    return found
