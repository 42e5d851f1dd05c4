"""What comes out of a Mastodon server, and how it fails. Without the library, which is heavy to load."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto

CLOSED = 1
"""No status of HTTP: the server says of itself that it would answer with nothing."""
NO_TOKEN = 2
"""No status either: our own token cannot be had, for now or until somebody puts it there."""
REFUSALS = frozenset({CLOSED, NO_TOKEN, 400, 401, 403, 404, 410, 422})
"""Statuses that trying again soon will not mend."""


class Sign(Enum):
    """What a stream shows beside events."""

    OPENED = auto()
    ALIVE = auto()


@dataclass(frozen=True)
class Said:
    """One event of a stream, as its server wrote it. `data` is JSON, or should be."""

    name: str
    data: str


class ServerFailed(Exception):
    """There is no answer that can be used, for this reason. `status`: of its answer, 0 when there was none."""

    def __init__(self, why: str, status: int = 0, wait: timedelta = timedelta(0)) -> None:
        super().__init__(why)
        self.status, self.wait = status, wait
        """`wait`: how long the server asks us to stay away."""

    @property
    def is_refusal(self) -> bool:
        """Whether a person must mend it, here or there."""
        return self.status in REFUSALS
