"""The table `[sources.mastodon]`, and which secrets belong to it. Knows nothing of how servers are heard."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Annotated, Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from listeners.accounts import REFUSED
from listeners.sources import SourceSettings

TAG = re.compile(r"\w*[^\W\d_]\w*")
"""A hashtag as Mastodon has it: letters of any script, digits and _, and not only digits."""
LOCAL = "local"
"""The stream that is a server's local timeline. Every other one is the hashtag that it is named after."""


def _address(address: str) -> str:
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        clear = parts.scheme == "http" and not _is_this_machine(parts)
        more = bool(parts.path.strip("/") or parts.query or parts.fragment or parts.username)
    except ValueError:
        sound = clear = more = False
    if "@" in address:
        raise ValueError(
            "write only the server, such as https://mastodon.social. The council's own account belongs under "
            "[[accounts]]"
        )
    if not sound or more or any(letter.isspace() for letter in address):
        raise ValueError("should be the address of a server, such as 'https://social.example'")
    if clear:
        raise ValueError("should begin with https://: our token would cross the network for all to read")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _is_this_machine(parts: SplitResult) -> bool:
    try:
        return parts.hostname == "localhost" or ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


def _tag(tag: str) -> str:
    plain = tag.strip().removeprefix("#")
    if "@" in plain:
        raise ValueError(f"'{tag}' names an account and not a hashtag: {REFUSED}")
    if not TAG.fullmatch(plain):
        raise ValueError("should be a hashtag of letters and digits, such as 'Penmarrow'")
    return plain.casefold()


class Server(BaseModel):
    """One `[[sources.mastodon.server]]`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    address: Annotated[str, Field(max_length=300), AfterValidator(_address)]
    local: bool = False
    """True when all that people write on this server is about the area: a town's own server."""
    timeline: Literal["local", "none"] = "local"
    """Whether its local timeline is heard: what people on this server write for everybody, without their replies."""
    hashtags: Annotated[
        tuple[Annotated[str, Field(max_length=100), AfterValidator(_tag)], ...], Field(max_length=20)
    ] = ()
    """What is heard of the whole network, as far as it reaches this server, replies too."""

    @model_validator(mode="after")
    def _hears_something(self) -> Server:
        if not self.streams:
            raise ValueError('hears nothing: give it `hashtags`, or `timeline = "local"`')
        return self

    @property
    def host(self) -> str:
        """Its name for logs and pages, and what the ids that it gives are told apart by."""
        return urlsplit(self.address).netloc

    @property
    def streams(self) -> tuple[str, ...]:
        """`LOCAL`, and each hashtag with its #."""
        local = (LOCAL,) if self.timeline == "local" else ()
        return (*local, *(f"#{tag}" for tag in dict.fromkeys(self.hashtags)))

    @property
    def secret(self) -> str:
        """The environment variable that holds our token for it."""
        return "SOUNDINGS_MASTODON_TOKEN_" + re.sub(r"[^A-Z0-9]", "_", (urlsplit(self.address).hostname or "").upper())


class MastodonSettings(SourceSettings):
    """The table."""

    server: tuple[Server, ...] = Field(
        (),
        description="The servers, each under its own line [[sources.mastodon.server]]: `address`, `local`, "
        "`timeline`, `hashtags`. The token of an account on each comes from the environment.",
    )
    look_back_hours: Annotated[float, Field(ge=0.0, le=336.0)] = Field(
        24.0, description="How far back it asks at its first start, and on another bus."
    )

    @model_validator(mode="after")
    def _is_whole(self) -> MastodonSettings:
        if self.enabled and not self.server:
            raise ValueError(
                "is switched on and names no server: add a line [[sources.mastodon.server]] with its address"
            )
        hosts = [server.host for server in self.server]
        for name in ("host", "secret"):
            found = [getattr(server, name) for server in self.server]
            if twice := next((one for one in found if found.count(one) > 1), ""):
                raise ValueError(f"'{twice}' stands for two servers: each is listed once ({', '.join(hosts)})")
        return self
