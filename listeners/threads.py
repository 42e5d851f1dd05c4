"""Does a reply stand in a thread that we follow? For 14 days from its start and for 500 replies (docs/decisions/0016).

A thread is followed where we hold the post that is answered, or the one that the thread began with. Knows nothing of
what a post says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum, auto

from listeners.held import Held, Lookup
from listeners.native import Native
from listeners.outgoing import Outgoing

LASTS = timedelta(days=14)
"""How long after its first post a thread is followed."""
MOST = 500
"""Replies of one thread that are kept."""


def joined(native: Native, parent: Held | None) -> Native:
    """Replies of platforms that name only the parent join the parent's thread, where we hold it."""
    if parent is None or native.thread:
        return native
    return replace(native, reply_to=parent.native_id, thread=parent.thread_root or parent.native_id)


class Standing(Enum):
    """How a post stands to the threads that we hold."""

    OUTSIDE = auto()
    FOLLOWED = auto()
    CUT = auto()
    """In a thread that has become too old or too long."""


class Threads:
    """The threads of one source. `follows` False: nothing is kept for being a reply."""

    def __init__(self, ledger: Lookup, waiting: Outgoing, find: Callable[[str], Held | None]) -> None:
        self._ledger, self._waiting, self._find = ledger, waiting, find
        self.follows = True

    def standing(self, native: Native, parent: Held | None, held: Held | None, now: datetime) -> Standing:
        """`parent`: what it answers, where we hold that; `held`: the same item, where we hold it already."""
        root = self._find(native.thread) if native.thread else None
        start = root or parent
        if start is None or not self.follows:
            return Standing.OUTSIDE
        if held:  # what was kept once is not cut when it is edited
            return Standing.FOLLOWED
        replies, first = self._replies(native.thread or start.native_id)
        began = root.happened_at if root else min(first or start.happened_at, start.happened_at)
        # By the platform's own time: a listener that was down for a day cuts what it would have cut.
        too_old = (native.event_at or now) - began > LASTS
        return Standing.CUT if too_old or replies >= MOST else Standing.FOLLOWED

    def _replies(self, root: str) -> tuple[int, datetime | None]:
        """How many replies of a thread we hold, what is on its way included, and when the first was written."""
        count, first = self._ledger.replies(root)
        new = [one.row for one in self._waiting if one.row.thread_root == root]
        count += sum(self._ledger.find(row.native_id) is None for row in new)
        return count, min([row.happened_at for row in new] + ([first] if first else []), default=None)
