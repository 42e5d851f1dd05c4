"""What Reddit's answers say beside what was asked for: why not, and when the next question may come. Pure.

Each class of failure is one decision of whoever asked. Knows nothing of praw and of posts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime, timedelta

from listeners.fetching import Answer

APART = 1.0
"""Seconds between two questions where Reddit does not say how many it allows: 100 a minute, its rules say."""
LONGEST = timedelta(minutes=15)
"""Its window is ten minutes: whoever says more is not believed."""
SUCCESS = frozenset({200, 201, 202})
CLOSED: Mapping[str, str] = {
    "private": "it is private; ask its moderators to let the council in, or take it out of the council file",
    "quarantined": "Reddit has quarantined it, and shows it only to who has agreed to that",
    "gold_only": "it is for paying members only",
    "banned": "Reddit has banned it; take it out of the council file",
}
"""The `reason` in a refusal -> what a person is told."""
NOWHERE = "there is no such community, or no longer; take it out of the council file"


class Unanswered(Exception):
    """Reddit cannot be heard just now: try again after a pause. `wait`: what it asks for itself."""

    def __init__(self, why: str, wait: timedelta = timedelta(0)) -> None:
        super().__init__(why)
        self.wait = wait


class NotLetIn(Exception):
    """Reddit does not take our key: a person has to mend that."""


class Expired(Exception):
    """It does not take the token that it gave us: log in once more."""


class Closed(Exception):
    """Reddit does not give what was asked for, and will not soon. `gone`: it is no longer there."""

    def __init__(self, why: str, gone: bool = False) -> None:
        super().__init__(why)
        self.gone = gone


class Pace:
    """When the next question may be asked: what is left of Reddit's window is spread over it, never used up."""

    def __init__(self) -> None:
        self._next: datetime | None = None

    def heard(self, headers: Mapping[str, str], now: datetime) -> None:
        """An answer came, with or without Reddit's count."""
        self._next = now + _apart(headers)

    def wait(self, now: datetime) -> float:
        """Seconds until then; a clock that was set back makes nobody wait longer."""
        left = self._next - now if self._next else timedelta(0)
        return min(max(left, timedelta(0)), LONGEST).total_seconds()


def refusal(status: int, headers: Mapping[str, str], reason: str, login: bool, now: datetime) -> Exception | None:
    """What an answer with this status means; None: it is one. `reason`: Reddit's word for it; `login`: to our key."""
    if status in SUCCESS:
        return None
    if status == 429 or status >= 500:
        asked = Answer(status, headers, b"").retry_after(now)
        return Unanswered(f"it answers {status}", asked or (_apart(headers) if status == 429 else timedelta(0)))
    if login:
        return NotLetIn(f"it does not take our key ({status})")
    if status == 401:
        return Expired()
    if 300 <= status < 400 or status == 404:
        return Closed(f"{CLOSED.get(reason, NOWHERE)} ({status})", gone=True)
    return Closed(f"{CLOSED.get(reason, 'Reddit refuses it')} ({status})")


def _apart(headers: Mapping[str, str]) -> timedelta:
    left, reset = _number(headers.get("x-ratelimit-remaining")), _number(headers.get("x-ratelimit-reset"))
    if left is None or reset is None:
        return timedelta(seconds=APART)
    seconds = reset / left if left >= 1 else max(reset, APART)
    return timedelta(seconds=min(seconds, LONGEST.total_seconds()))


def _number(text: str | None) -> float | None:
    try:
        found = float(text or "")
    except ValueError:
        return None
    return found if math.isfinite(found) and found >= 0 else None
