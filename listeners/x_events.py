"""What passes between the connection to X and what works it, and what a line of the stream says.

Knows no library, and nothing of what a post says.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Any

Json = Mapping[str, Any]
GOODBYES = ("operational-disconnect", "ConnectionException")
GOODBYE_TYPES = ("/problems/operational-disconnect", "/problems/streaming-connection")


class Refused(Exception):
    """X will not have us (401 or 403): asking again mends nothing."""

    def __init__(self, status: int) -> None:
        super().__init__(f"X refuses us ({status})")
        self.status = status


class Busy(Exception):
    """No answer now: the network (status 0), X's servers, or too many questions. `wait`: the seconds X asks for."""

    def __init__(self, status: int = 0, wait: float = 0.0) -> None:
        super().__init__(f"X answers {status}" if status else "X cannot be reached")
        self.status, self.wait = status, wait


class NotUnderstood(Exception):
    """X refuses this question, and would again (400 and the like)."""

    def __init__(self, status: int) -> None:
        super().__init__(f"X does not take our question ({status})")
        self.status = status


class Disconnected(Exception):
    """A line by which X says goodbye. The message is X's own name for why."""


class Unreadable(Exception):
    """A line that holds no post."""


class How(Enum):
    """How a connection ended."""

    CLOSED = auto()
    """X closed it, with or without a word; or we did."""
    NETWORK = auto()
    REFUSED = auto()
    """It was never opened: see the status."""
    FAILED = auto()
    """The library failed."""


@dataclass(frozen=True)
class Line:
    """What came, and when. Empty: a sign of life, the first when the connection is open."""

    at: datetime
    raw: bytes = b""


@dataclass(frozen=True)
class Ended:
    """The end of a connection. `wait`: the seconds that X asks for."""

    how: How
    status: int = 0
    wait: float = 0.0


def read(raw: bytes) -> Json:
    """The post of a line, under `data`, and what came beside it. Raises Disconnected and Unreadable."""
    try:
        found = json.loads(raw.decode())
    except (ValueError, RecursionError):
        raise Unreadable from None
    if not isinstance(found, dict):
        raise Unreadable
    if isinstance(found.get("data"), dict):
        return found
    errors = found.get("errors")
    for problem in (found, *(errors if isinstance(errors, list) else ())):
        if isinstance(problem, dict) and _is_goodbye(problem):
            raise Disconnected(_why(problem))
    raise Unreadable


def _is_goodbye(problem: Json) -> bool:
    return (
        "disconnect_type" in problem
        or "connection_issue" in problem
        or problem.get("title") in GOODBYES
        or str(problem.get("type", "")).endswith(GOODBYE_TYPES)
    )


def _why(problem: Json) -> str:
    """X's name for it, if it is one: nothing else may come into a log."""
    name = str(problem.get("disconnect_type") or problem.get("connection_issue") or problem.get("title"))
    return name if name.isascii() and name.replace("-", "").isalnum() and len(name) <= 60 else "disconnected"
