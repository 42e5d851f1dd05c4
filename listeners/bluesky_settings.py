"""The table `[sources.bluesky]`. Knows nothing of how Bluesky is heard."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from listeners.sources import SourceSettings

JETSTREAMS = ("wss://jetstream.us-east.bsky.network", "wss://jetstream.us-west.bsky.network")
APPVIEW = "https://public.api.bsky.app"


def _stream(address: str) -> str:
    return _server(address, "wss", "ws")


def _appview(address: str) -> str:
    return _server(address, "https", "http") if address else ""


def _server(address: str, *schemes: str) -> str:
    try:
        parts = urlsplit(address)
        sound = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
        sound = sound and not (parts.username or parts.path.strip("/") or parts.query or parts.fragment)
    except ValueError:
        sound = False
    if not sound or any(letter.isspace() for letter in address):
        raise ValueError(f"should be the address of a server, such as '{schemes[0]}://host.example'")
    return address.rstrip("/")


def _some(hosts: tuple[str, ...]) -> tuple[str, ...]:
    if not hosts:
        raise ValueError(f"should name at least one server, such as '{JETSTREAMS[0]}'")
    return hosts


class BlueskySettings(SourceSettings):
    """The table."""

    hosts: Annotated[tuple[Annotated[str, AfterValidator(_stream)], ...], AfterValidator(_some)] = Field(
        JETSTREAMS,
        description="The Jetstream servers (version 2) of the network's posts: one is used, the next if it fails.",
    )
    look_back_hours: Annotated[float, Field(ge=0.0, le=168.0)] = Field(
        24.0, description="How far back it asks at its first start, and on another bus. Servers keep about 36 hours."
    )
    threads: bool = Field(
        True,
        description="Whether replies to what is held are kept though they name no place (14 days, 500 a thread).",
    )
    appview: Annotated[str, AfterValidator(_appview)] = Field(
        APPVIEW,
        description="The public server that is asked, without a key, whether a writer asks not to be shown in public, "
        "and for what a kept post answers. Empty: nothing is asked.",
    )
    allow_private: bool = Field(
        False, description="Whether an `appview` inside the council's own network may be asked."
    )
