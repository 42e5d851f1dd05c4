"""What a listener says beside posts: retractions of what it holds, orders to forget, and gaps (stream `notices`).

Only what the ledger holds is ever retracted: a network's deletions of strangers' posts go no further. The ledger's
rows go after the PubAck. Knows nothing of why something is to be removed.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Iterable
from datetime import datetime

from listeners.ledger import Held, Ledger
from soundings.bus import Bus, persist
from soundings.envelopes import encode, seal
from soundings.errors import OursFailed
from soundings.keys import Keys
from soundings.messages import Gap, Notice, Retraction, RetractionKind
from soundings.streams import NOTICES

log = logging.getLogger("listeners")


async def saved(what: str, change: Callable[[], object]) -> None:
    """Do something to the ledger until the disk takes it: a full disk is our failure, never a post's."""

    async def attempt() -> None:
        try:
            await asyncio.to_thread(change)
        except sqlite3.OperationalError as error:
            raise OursFailed(f"the ledger: {error}") from error

    await persist(what, attempt)


class Notices:
    """Publishes one source's notices."""

    def __init__(self, source: str, bus: Bus, ledger: Ledger, keys: Keys, clock: Callable[[], datetime]) -> None:
        self._source, self._bus, self._ledger, self._keys, self._clock = source, bus, ledger, keys, clock

    async def gone(self, rows: Iterable[Held], reason: str) -> None:
        """Order the removal of items that their platform or their author removed."""
        rows, now = list(rows), self._clock()
        await self._publish([self._gone(row.post_id, reason, now) for row in rows])
        await self._forget(rows, "forgetting removed posts")

    async def blocked(self, account: str, reason: str) -> int:
        """Order the removal, for ever, of all that an account wrote here. Returns how many rows the ledger held."""
        hashed = self._keys.account(self._source, account)
        rows = self._ledger.of_account(hashed)
        voices = tuple(sorted({*self._keys.living_voices(self._source, account), *(row.voice for row in rows)} - {""}))
        order = self._block(voices, hashed, reason, self._clock())
        await saved("remembering an order", lambda: self._ledger.orders.block(hashed, voices, order.observed_at))
        await self._publish([order])
        await self._forget(rows, "forgetting an account")
        return len(rows)

    async def taken_back(self, rows: Iterable[Held], reason: str) -> None:
        """Order the removal, for ever, of posts on their way whose writer was blocked meanwhile, and of the voices."""
        rows, now, kind = list(rows), self._clock(), RetractionKind.BLOCKED
        by_id = [
            Retraction(source=self._source, post_id=row.post_id, kind=kind, reason=reason, observed_at=now)
            for row in rows
        ]
        voices = tuple(sorted({row.voice for row in rows} - {""}))
        by_voice = Retraction(source=self._source, voices=voices, kind=kind, reason=reason, observed_at=now)
        await self._publish([*by_id, by_voice])
        await self._forget(rows, "forgetting an account")

    async def again(self) -> None:
        """Give every order again that the ledger remembers: the bus is another one."""
        orders, reason = self._ledger.orders, "ordered again on another bus"
        removed = [self._gone(one.post_id, reason, one.at) for one in orders.removed()]
        blocked = [self._block(one.voices, one.account, reason, one.at) for one in orders.blocked()]
        await self._publish([*removed, *blocked])

    async def gap(self, start: datetime, end: datetime | None, why: str) -> None:
        """Say that this source may have spoken unheard. `why` names no one."""
        log.warning("%s: gap from %s: %s", self._source, start.isoformat(timespec="seconds"), why)
        await self._publish([Gap(source=self._source, start=start, end=end, why=why)])

    def names(self, row: Held) -> set[str]:
        """Every post id by which an item could come in again."""
        return {row.post_id, *(self._keys.post_id(self._source, alias) for alias in row.aliases)}

    def _gone(self, post_id: str, reason: str, at: datetime) -> Retraction:
        return Retraction(source=self._source, post_id=post_id, reason=reason, observed_at=at)

    def _block(self, voices: tuple[str, ...], account: str, reason: str, at: datetime) -> Retraction:
        kind = RetractionKind.BLOCKED
        return Retraction(source=self._source, voices=voices, account=account, kind=kind, reason=reason, observed_at=at)

    async def _forget(self, rows: Iterable[Held], what: str) -> None:
        rows, now = list(rows), self._clock()
        natives, ids = [row.native_id for row in rows], {post_id for row in rows for post_id in self.names(row)}
        await saved(what, lambda: self._ledger.remove(natives, ids, now))

    async def _publish(self, notices: list[Notice]) -> None:
        for envelope in seal(encode(notice) for notice in notices):
            await self._bus.publish_surely(NOTICES, NOTICES.subject(self._source, envelope.count), envelope)
