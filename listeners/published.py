"""What one page of the council's own shows, as its source gives it: what was published, and what is said below.

Knows nothing of any platform, and of when to ask.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from listeners.native import Native, Unread


@dataclass(frozen=True)
class Published:
    """One thing that the council published. `item`: itself; None: it has no words, but it may have comments."""

    native_id: str
    at: datetime
    item: Native | None = None


@dataclass(frozen=True)
class Hidden:
    """A comment that is not shown to the public, or no more."""

    native_id: str


class Listing(Enum):
    """What a platform says of a listing of comments beside what it shows."""

    CLOSED = "nobody may comment there now"
    CUT = "not all of it could be had"


Listed = Published | Unread
Found = Native | Unread | Hidden | Listing
