"""What comes out of Bluesky's stream, and how a connection to it ends. Without the library, which is heavy to load."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

Payload = Mapping[str, Any]
"""An event as network.bsky.jetstream.subscribeEvents has it, without its frame."""


@dataclass(frozen=True)
class Unreadable:
    """A frame that is none."""

    frame: bytes


Take = Callable[[Payload | Unreadable], Awaitable[None]]


class CursorTooOld(Exception):
    """The server no longer has what came from our cursor on."""


class StreamFailed(Exception):
    """The connection ended, for this reason."""
