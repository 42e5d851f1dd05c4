"""Makes good for what a gap swallowed: asks, post by post, whether what is held from before it is still shown.

Removals, edits and wishes not to be read that fell into a gap are told by no stream. So each post that is older than
the gap is asked for once, a few at a time, and what a successful answer leaves out is removed. Where the asking has got
to is for the checkpoint. Knows nothing of the stream.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime

from listeners import appview
from listeners.appview import REST, AppView
from listeners.bluesky_context import TRIES, Context
from listeners.bluesky_posts import instant
from listeners.held import Held
from listeners.outlet import Outlet

EVERY = 2.0
"""Seconds between two questions: there is no hurry, and the stream may want an answer meanwhile."""
SEVERAL = 5
"""From so many posts on an answer that shows none of them is not believed: rather the server has a bad moment."""


class Checking:
    """What is still to be checked. `state`: as the checkpoint has it."""

    def __init__(
        self,
        outlet: Outlet,
        asked: AppView,
        context: Context,
        sleep: Callable[[float], Awaitable[None]],
        state: Mapping[str, str],
    ) -> None:
        self._outlet, self._appview, self._context, self._sleep = outlet, asked, context, sleep
        self._before, self._after = instant(state.get("before")), state.get("after", "")
        self._tries = 0

    @property
    def state(self) -> dict[str, str]:
        """For the checkpoint; empty when nothing is to be checked."""
        return {"before": self._before.isoformat(), "after": self._after} if self._before else {}

    def begin(self, since: datetime) -> None:
        """A gap has ended that began then. What happened later is left out: a server may not know it yet."""
        if self._appview:
            self._before, self._after, self._tries = since, "", 0

    async def work(self) -> None:
        """Ask on, until cancelled."""
        while True:
            await self._sleep(EVERY)
            if self._before and not await self._ask(self._before):
                await self._sleep(REST.total_seconds())

    async def _ask(self, before: datetime) -> bool:
        """The next posts. Returns whether there is no need to wait."""
        after = self._after
        rows = self._outlet.ledger.taken_until(before, after, appview.A_TIME)
        answer = await self._appview.posts([row.native_id for row in rows])
        if len(answer.asked) < len(rows):
            return False
        if len(rows) >= SEVERAL and not answer.there:
            self._tries += 1
            if self._tries < TRIES:
                return False
            self._outlet.counts["posts that could not be checked"] += len(rows)
        else:
            for shown in answer.found:  # it may have been edited, or its writer may ask not to be read
                await self._context.offer(shown)
            await self._remove(row for row in rows if row.native_id in answer.absent)
        if (self._before, self._after) == (before, after):  # else another gap has ended meanwhile
            self._tries, self._after = 0, rows[-1].post_id if rows else ""
            self._before = before if rows else None
        return True

    async def _remove(self, rows: Iterable[Held]) -> None:
        async with self._context.turn:
            for row in rows:
                held = self._outlet.held(row.native_id)
                if held and not held.is_hidden:  # what the stream hid meanwhile may come back
                    await self._outlet.retract(row.native_id, "its platform no longer shows it")
                    self._outlet.counts["posts that went unheard"] += 1
