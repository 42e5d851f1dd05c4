"""How a listener puts aside what cannot be taken: no line is kept that names who asked to be forgotten, and a source
that rejects nearly everything is stopped (invariant R3). Knows nothing of why an item was rejected.
"""

from __future__ import annotations

from collections.abc import Callable

from listeners.blocked import Blocked
from listeners.rejected_lines import names_one, purge
from listeners.rejected_stream import Kept, replace
from soundings.bus import Bus
from soundings.messages import Reject
from soundings.rejects import RejectLimit, reject_subject


class Rejecting:
    """One source's rejects."""

    def __init__(
        self, bus: Bus, blocked: Blocked, account_of: Callable[[str], str], limit: RejectLimit | None = None
    ) -> None:
        self._bus, self._blocked, self._account_of, self._limit = bus, blocked, account_of, limit

    async def put(self, reject: Reject, instead_of: Kept | None = None) -> None:
        """Put an item where `soundings rejected` finds it, or in the place of its reject before, if that is there."""
        kept = await self._bared(reject)
        if instead_of is None:
            await self._bus.reject(kept)
        elif not await replace(self._bus, instead_of, kept):
            return
        bare = await self._bared(kept)
        if bare is not kept:  # who it names asked to be forgotten meanwhile
            await purge(self._bus, lambda one: (one.source, one.ref, one.body) == (kept.source, kept.ref, kept.body))
            await self._bus.reject(bare)
        if self._limit:
            self._limit.rejected(reject.reason, reject_subject(reject))

    async def _bared(self, reject: Reject) -> Reject:
        if reject.body:
            await self._blocked.refresh()
            if self._blocked and names_one(reject.body, self._account_of, self._blocked):
                return reject.model_copy(update={"body": "", "imported": None})
        return reject
