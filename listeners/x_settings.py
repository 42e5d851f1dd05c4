"""The table `[sources.x]`. Knows nothing of how X is heard."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from listeners.references import is_reference
from listeners.secrets import secret
from listeners.sources import SourceSettings
from soundings.area import Kind
from soundings.errors import BadInput

API = "https://api.x.com"
TOKEN = "SOUNDINGS_X_BEARER_TOKEN"  # noqa: S105 - its name, not itself
HERE = ("127.0.0.1", "localhost", "::1")
NEEDED = (
    "X forbids public bodies to listen without its written consent: write the reference of that consent, such as "
    "'X letter of 3 May 2026, case 12345', in `permission`"
)


def _address(address: str) -> str:
    try:
        parts = urlsplit(address)
        sound = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in HERE)
        sound = sound and bool(parts.hostname) and parts.port != 0 and not (parts.username or parts.path.strip("/"))
        sound = sound and not (parts.query or parts.fragment)
    except ValueError:
        sound = False
    if not sound or any(letter.isspace() for letter in address):
        raise ValueError(f"should be the address of X's API, '{API}'")
    return address.rstrip("/")


def _reference(text: str) -> str:
    text = text.strip()
    if text and not is_reference(text):
        raise ValueError(NEEDED)
    return text


class XSettings(SourceSettings):
    """The table."""

    permission: Annotated[str, Field(max_length=300), AfterValidator(_reference)] = Field(
        "",
        description="The reference of X's written consent to this use, such as 'X letter of 3 May 2026, case 12345'. "
        "X's terms allow a public body no other; without it this source does not start.",
    )
    api: Annotated[str, AfterValidator(_address)] = Field(API, description="The address of X's API.")
    places: tuple[Kind, ...] = Field(
        (),
        description="Kinds of places of `[area]` that are asked for by their own names, such as ['ward', 'village'], "
        "beside the names of the area. Each post that X sends is paid for.",
    )
    look_back_hours: Annotated[float, Field(ge=0.0, le=160.0)] = Field(
        24.0, description="How far back it asks at its first start, and on another bus. X answers for seven days."
    )
    posts_a_day: Annotated[int, Field(ge=10, le=250_000)] = Field(
        1000, description="Posts that X may send, and charge for, in one day (UTC). Then it is closed until the next."
    )
    dollars_a_month: Annotated[float, Field(ge=0.0, le=100_000.0)] = Field(
        50.0, description="Dollars that may be spent in one month (UTC). Then it is closed until the next."
    )
    dollars_a_post: Annotated[float, Field(ge=0.0, le=10.0)] = Field(
        0.005, description="What X charges for a post. See the price list in its developer console."
    )
    dollars_a_user: Annotated[float, Field(ge=0.0, le=10.0)] = Field(
        0.01, description="What X charges for an account: each that the council file lists is asked for once."
    )

    @model_validator(mode="after")
    def _has_permission(self) -> XSettings:
        if self.enabled and not self.permission:
            raise ValueError(NEEDED)
        return self


def token() -> str:
    """The bearer token of the council's app on X. Raises BadInput."""
    return secret(TOKEN, "bearer token of your app on X")


def lacking(settings: XSettings) -> list[str]:
    """What must be there before it can listen, a sentence each; empty when all is there. Asks nobody."""
    found = [] if settings.permission else [f"{NEEDED[0].upper()}{NEEDED[1:]}."]
    try:
        token()
    except BadInput as error:
        found.append(str(error))
    return found
