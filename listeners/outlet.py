"""The one way from a source to the bus: gather, publish, and only after the PubAck remember (docs/architecture.md).

A crash between the acknowledgement and the ledger repeats posts; it never loses one. What is on its way is noted first,
so that a removal finds it also after a crash. Unchanged repeats are not published again, unless the bus is another one
than before. Knows nothing of platforms.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from types import TracebackType
from typing import Any

from listeners.again import Order, ordered
from listeners.blocked import Blocked
from listeners.judging import Judge, Verdict
from listeners.ledger import Checkpoint, Held, Ledger
from listeners.native import Native
from listeners.notices import Notices
from listeners.outgoing import Outcome, Outgoing
from listeners.posting import Poster, Rules
from listeners.rejected_stream import Kept
from listeners.rejecting import Rejecting
from listeners.same_bus import SameBus
from listeners.telling import saved
from listeners.threads import Threads
from soundings import metrics
from soundings.bus import Bus
from soundings.council import CouncilFile
from soundings.envelopes import TooLong, encode, seal
from soundings.errors import PostFailed
from soundings.keys import Keys
from soundings.messages import Reject
from soundings.rejects import RejectLimit, make_reject
from soundings.streams import POSTS
from soundings.tasks import end

log = logging.getLogger("listeners")

__all__ = ["Outcome", "Outlet"]

LINGER = 1.0
"""Seconds that a post may wait for others to share its envelope."""


class Outlet:
    """One source's way to the bus. Use it as a context: it flushes at the end, unless an error ends it."""

    def __init__(
        self,
        source: str,
        bus: Bus,
        ledger: Ledger,
        keys: Keys,
        council_file: CouncilFile,
        clock: Callable[[], datetime],
        rules: Rules | None = None,
        limit: RejectLimit | None = None,
    ) -> None:
        self.source, self.ledger, self.counts = source, ledger, Counter[str]()
        self.published = 0
        """Posts that the bus acknowledged in this run, repeats included."""
        self.notices = Notices(source, bus, ledger, keys, clock)
        self.same_bus = SameBus(bus)
        self._bus, self._clock, self._limit = bus, clock, limit
        self._rules = rules or Rules()
        self._poster = Poster(source, keys, council_file, self._rules)
        self._blocked, self._again = Blocked(bus), Order()
        self._rejecting = Rejecting(bus, self._blocked, self._poster.account_of, limit)
        self._waiting = Outgoing()
        self.threads = Threads(ledger, self._waiting, self.held)
        self._judge = Judge(ledger, self.held, self._poster, self.threads, self._blocked)
        self._lock = asyncio.Lock()
        self._before: Checkpoint | None = None

    async def __aenter__(self) -> Outlet:
        await self.same_bus.check()
        self._before = self.ledger.checkpoint()
        self._heard_at = self._before.heard_at if self._before else self._clock()
        await self.notices.again()
        await self._blocked.refresh()
        await self.look_again()
        if self.rewound:
            log.warning("%s: the bus is another one than before: asking again for the look-back", self.source)
        self._moving = asyncio.create_task(self._keep_moving())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await end(self._moving)
        if kind is None:
            await self.flush()

    @property
    def rewound(self) -> bool:
        """The bus is another one than the last run's: the source must ask again for its look-back."""
        return self._before is not None and self._before.stream != self.same_bus.stream

    @property
    def before(self) -> Checkpoint | None:
        """The checkpoint that this run began with."""
        return self._before

    def held(self, native_id: str) -> Held | None:
        """What is known of an item, on its way or acknowledged."""
        return self._waiting.find(native_id) or self.ledger.find(native_id)

    async def offer(self, native: Native) -> Outcome:
        """Take one item, or reject it. Raises TooManyRejects; that the bus is away it waits out."""
        try:
            return await self.take(native)
        except PostFailed as error:
            body = native.text.encode("utf-8", "surrogatepass")
            ref = self._poster.id(native.native_id)
            await self.reject(make_reject("listeners", self.source, ref, str(error), body, self._clock()))
            return Outcome.REJECTED

    async def take(self, native: Native) -> Outcome:
        """Take one item. Raises PostFailed, and leaves it to the caller to reject it."""
        if self._moving.done():
            await self._moving
        async with self._lock:
            try:
                outcome = await self._work(native)
            except TooLong as error:
                raise PostFailed(str(error)) from None
            self.counts[outcome] += 1
            if outcome in (Outcome.NEW, Outcome.CHANGED):
                metrics.COLLECTED.labels(self.source).inc()
            if outcome is Outcome.CUT:
                metrics.CUT.labels(self.source).inc()
            metrics.IN_HAND.labels(self.source).set(len(self._waiting))
            if self._waiting.is_full:
                await self._flush(None)
        return outcome

    def would_keep(self, native: Native) -> bool:
        """Whether an item would be published as things are: for who has to ask others before they offer it."""
        try:
            return self._verdict(native, self._clock()).made is not None
        except PostFailed:
            return False  # whoever offers it learns why

    async def flush(self, state: Mapping[str, Any] | None = None, heard: bool = True) -> None:
        """Publish what waits, then remember it, in one step with the checkpoint. `heard`: the platform spoke."""
        async with self._lock:
            if heard and state is not None:
                self._heard_at = self._clock()
            await self._flush(state)

    async def retract(self, native_id: str, reason: str) -> bool:
        """Order the removal of an item that its platform removed. False when we do not hold it.

        Then a network is met with silence; of an imported file it is noted, because its post may stand further down.
        """
        async with self.still(bool(self._waiting.find(native_id))):
            row, post_id = self.ledger.find(native_id), self._poster.id(native_id)
            if row:
                await self.notices.gone([row], reason)
            elif self._rules.chosen:
                await self.notices.kept.drop([post_id])  # a line of it may be kept that could not be taken
                if not self.ledger.was_removed([post_id]):
                    await self.notices.gone_unheld(post_id, reason)
        return row is not None

    @asynccontextmanager
    async def still(self, flushed: bool = True) -> AsyncIterator[None]:
        """For who looks at all that is held: nothing waits, and nothing is taken meanwhile."""
        async with self._lock:
            if flushed:
                await self._flush(None)
            yield

    def passed(self) -> None:
        """An item was read well and does not concern us: it counts against those that could not be read."""
        if self._limit:
            self._limit.taken()

    async def reject(self, reject: Reject, instead_of: Kept | None = None) -> None:
        """Put what cannot be taken where `soundings rejected` finds it; see `listeners.rejecting`."""
        await self._rejecting.put(reject, instead_of)

    async def look_again(self) -> str:
        """Know which posts are wanted once more. Returns what tells this order from others; empty: there is none."""
        self._again = await ordered(self._bus, self.source)
        return self._again.at.isoformat() if self._again.posts else ""

    def _verdict(self, native: Native, now: datetime) -> Verdict:
        return self._judge.judge(native, self.same_bus.stream, self._again, now)

    async def _work(self, native: Native) -> Outcome:
        now = self._clock()
        verdict = self._verdict(native, now)
        if verdict.taken_back:
            await self.notices.gone([verdict.taken_back], "its author asks not to be read")
        if verdict.made:
            row = verdict.made.row(verdict.native, self.same_bus.stream, now)
            self._waiting.add(row, encode(self._again.marked(verdict.made.post)), verdict.outcome)
            if self._limit:
                self._limit.taken()
        return verdict.outcome

    async def _flush(self, state: Mapping[str, Any] | None) -> None:
        if not self._waiting and state is None:
            return
        await self.same_bus.check()
        await self._blocked.refresh()
        waiting = [one for one in self._waiting if one.row.account not in self._blocked]
        if waiting:  # first, so that a removal finds them also when we die before the rest
            await self._save([replace(one.row, stream="") for one in waiting])
        rejected = await self.notices.kept.of(self._again.posts & {one.row.post_id for one in waiting})
        for envelope in seal(one.body for one in waiting):
            await self._bus.publish_surely(POSTS, POSTS.subject(self.source, envelope.count), envelope)
            self.published += envelope.count
        await self.same_bus.check()  # before anything counts as taken
        await self._blocked.refresh()  # who asked to be forgotten meanwhile is taken back
        late = [one.row for one in waiting if one.row.account in self._blocked]
        if late:
            await self.notices.taken_back(late, "asked to be forgotten")
        rows = [one.row for one in waiting if one.row.account not in self._blocked]
        await self.notices.kept.remove(rejected)  # they came in after all; not what was rejected since
        checkpoint = None if state is None else Checkpoint(state, self.same_bus.stream, self._heard_at)
        await self._save(rows, checkpoint)
        self._waiting.recount(self.counts, self._blocked)
        self._waiting.clear()
        metrics.IN_HAND.labels(self.source).set(0)

    async def _save(self, rows: list[Held], checkpoint: Checkpoint | None = None) -> None:
        await saved("remembering", lambda: self.ledger.commit(rows, checkpoint))

    async def _keep_moving(self) -> None:
        while True:
            await asyncio.sleep(LINGER)
            await self.flush()
