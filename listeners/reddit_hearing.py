"""Decides what becomes of each thing that Reddit shows: offered, removed, or put aside because it cannot be read.

The same for what is listed and for what is looked up. Knows nothing of asking.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from listeners.outlet import Outcome, Outlet
from listeners.reddit_posts import LEFT, ODD, community_of, name_of, to_native, why_gone
from listeners.reddit_settings import RedditSettings
from soundings.errors import PostFailed
from soundings.rejects import make_reject


class Hearing:
    """What one source makes of Reddit's things."""

    def __init__(
        self, outlet: Outlet, settings: RedditSettings, clock: Callable[[], datetime], left: Iterable[str] = ()
    ) -> None:
        self._outlet, self._clock = outlet, clock
        self._left: dict[str, None] = {}
        self._wanted: dict[str, None] = {}
        for account in left:
            self._want(account)
        self._local = {community.key for community in settings.subreddits if community.local}

    async def take(self, thing: Any) -> None:
        """One thing. Raises what is ours alone: the bus, the ledger, too many rejects."""
        try:
            why = why_gone(thing)
            native = None if why else to_native(thing, community_of(thing) in self._local)
        except (PostFailed, *ODD) as error:
            await self._put_aside(thing, error)
            return
        if native is None:
            await self._remove(name_of(thing), why)
        elif not (native.text or native.alt):  # nothing but a picture, such as an animated one
            await self._remove(native.native_id, "its author took its words back")
        elif await self._outlet.offer(native) is Outcome.REJECTED:
            return
        self._outlet.passed()

    async def _remove(self, native_id: str, why: str) -> None:
        held = self._outlet.held(native_id) if native_id else None
        if held:
            await self._outlet.retract(native_id, why)
        if held and why == LEFT and held.account not in self._left:
            self._want(held.account)

    @property
    def wanted(self) -> list[str]:
        """Ids to be looked up soon: what else is held of who has deleted their account."""
        return list(self._wanted)

    @property
    def left(self) -> list[str]:
        """For the checkpoint: the hashes of those accounts, until all of theirs was looked up."""
        return list(self._left)

    def looked_up(self, ids: Iterable[str]) -> None:
        """These are no longer wanted."""
        for native_id in ids:
            self._wanted.pop(native_id, None)
        if not self._wanted:
            self._left.clear()

    def _want(self, account: str) -> None:
        if rows := self._outlet.ledger.of_account(account):
            self._left[account] = None
            self._wanted |= dict.fromkeys(row.native_id for row in rows)

    async def _put_aside(self, thing: Any, error: Exception) -> None:
        odd = type(error).__name__
        reason = str(error) if isinstance(error, PostFailed) else f"a thing that Reddit lists cannot be read ({odd})"
        ref = self._outlet.notices.post_id(name_of(thing) or "none")
        raw = repr(thing).encode("utf-8", "surrogatepass")
        await self._outlet.reject(make_reject("listeners", self._outlet.source, ref, reason, raw, self._clock()))
