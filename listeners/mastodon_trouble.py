"""Tells that a server, or one stream of it, is not heard: once, with what to do about it, and once when it is over.

What is told is for the checkpoint, so that a start ends what the one before began. Knows nothing of servers.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime, timedelta

from listeners.mastodon_posts import instant
from listeners.notices import Notices

Told = dict[str, str]
"""`since` and `why`."""


class Trouble:
    """What is told of one source's streams. `keep` saves the checkpoint: a gap that nobody knows of would never end."""

    def __init__(
        self,
        notices: Notices,
        clock: Callable[[], datetime],
        keep: Callable[[], Awaitable[None]],
        before: Mapping[str, Told],
    ) -> None:
        self._notices, self._clock, self._keep = notices, clock, keep
        self.told: dict[str, Told] = {key: dict(told) for key, told in before.items()}

    async def begin(self, key: str, since: datetime, why: str, anew: bool) -> None:
        """A stream is not heard. Streams that one and the same reason silences are told once.

        `anew`: this reason counts more than another that was told before, because a person can do something about it.
        """
        if before := self.told.get(key):
            if before["why"] == why or not anew:
                return
            await self._over(key, before["why"])
            since = self._clock()
        if same := [told for told in self.told.values() if told["why"] == why]:
            self.told[key] = dict(same[0])
            return
        while since.isoformat() in {told["since"] for told in self.told.values()}:
            since += timedelta(milliseconds=1)  # pages know the gaps of a source by their beginnings
        self.told[key] = {"since": since.isoformat(), "why": why}
        await self._keep()
        await self._notices.gap(since, None, why)

    async def end(self, key: str) -> None:
        """It is heard again."""
        if told := self.told.get(key):
            await self._over(key, f"{told['why']}; what was written meanwhile was heard afterwards")

    async def leave(self, listed: Collection[str]) -> None:
        """End what was told of streams that the council file lists no more."""
        for key in [key for key in self.told if key not in listed]:
            await self._over(key, f"{key} is no longer listened to")

    async def _over(self, key: str, why: str) -> None:
        """Only with the last stream that it silenced. Told first, and then forgotten: should we die, it ends twice."""
        told = self.told[key]
        if list(self.told.values()).count(told) == 1:
            await self._notices.gap(instant(told["since"]) or self._clock(), self._clock(), why)
        self.told.pop(key, None)
        await self._keep()
