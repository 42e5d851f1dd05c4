"""The one way from a source to the bus: gather, publish, and only after the PubAck remember (docs/architecture.md).

A crash between the acknowledgement and the ledger repeats posts; it never loses one. What is on its way is noted first,
so a removal finds it also after a crash. Unchanged repeats are not published again, unless the bus is another one than
before. Knows nothing of platforms.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import TracebackType
from typing import Any

from listeners.blocked import Blocked
from listeners.ledger import Checkpoint, Held, Ledger
from listeners.native import Native
from listeners.notices import Notices, saved
from listeners.posting import Made, Poster, Rules, check, content_of, is_older, threaded
from listeners.rejected_lines import names_one, purge
from listeners.same_bus import SameBus
from soundings.bus import Bus
from soundings.council import CouncilFile
from soundings.envelopes import MAX_BYTES, MAX_ITEMS, TooLong, encode, seal
from soundings.errors import PostFailed
from soundings.keys import Keys
from soundings.messages import Reject
from soundings.rejects import RejectLimit, make_reject
from soundings.streams import POSTS
from soundings.tasks import end

log = logging.getLogger("listeners")

LINGER = 1.0
"""Seconds that a post may wait for others to share its envelope."""


class Outcome(StrEnum):
    """What became of an item that was offered."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REJECTED = "rejected"
    ELSEWHERE = "elsewhere"
    """Not about the area, or its author asks not to be read."""
    BLOCKED = "blocked"
    REMOVED = "removed before"
    """It was taken back once, by its author, its platform or an officer."""


@dataclass(frozen=True)
class _Waiting:
    row: Held
    body: bytes


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
        self._poster = Poster(source, keys, council_file, rules or Rules())
        self._blocked = Blocked(bus, ledger)
        self._waiting: dict[str, _Waiting] = {}
        self._aliases: dict[str, str] = {}
        self._size = 0
        self._lock = asyncio.Lock()
        self._before: Checkpoint | None = None

    async def __aenter__(self) -> Outlet:
        await self.same_bus.check()
        self._before = self.ledger.checkpoint()
        self._heard_at = self._before.heard_at if self._before else self._clock()
        await self._blocked.refresh()
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
        waiting = self._waiting.get(self._aliases.get(native_id, native_id))
        return waiting.row if waiting else self.ledger.find(native_id)

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
                outcome = await self._judge(native)
            except TooLong as error:
                raise PostFailed(str(error)) from None
            self.counts[outcome] += 1
            if len(self._waiting) >= MAX_ITEMS or self._size >= MAX_BYTES:
                await self._flush(None)
        return outcome

    async def flush(self, state: Mapping[str, Any] | None = None, heard: bool = True) -> None:
        """Publish what waits, then remember it, in one step with the checkpoint. `heard`: the platform spoke."""
        async with self._lock:
            if heard and state is not None:
                self._heard_at = self._clock()
            await self._flush(state)

    async def retract(self, native_id: str, reason: str) -> bool:
        """Order the removal of an item that its platform removed. False, and silence, when we never held it."""
        async with self._lock:
            if self._aliases.get(native_id, native_id) in self._waiting:
                await self._flush(None)
            row = self.ledger.find(native_id)
            if row:
                await self.notices.gone([row], reason)
        return row is not None

    async def reject(self, reject: Reject) -> None:
        """Put what cannot be taken where `soundings rejected` finds it; no line that names who is to be forgotten."""
        kept = await self._kept(reject)
        await self._bus.reject(kept)
        bare = await self._kept(kept)
        if bare is not kept:  # who it names asked to be forgotten meanwhile
            await purge(self._bus, lambda one: (one.source, one.ref, one.body) == (kept.source, kept.ref, kept.body))
            await self._bus.reject(bare)
        if self._limit:
            self._limit.rejected(reject.reason)

    async def _kept(self, reject: Reject) -> Reject:
        if reject.body:
            await self._blocked.refresh()
            if self._blocked and names_one(reject.body, self._poster.account_of, self._blocked):
                return reject.model_copy(update={"body": ""})
        return reject

    async def _judge(self, native: Native) -> Outcome:
        check(native)
        if self._poster.account(native) in self._blocked:
            return Outcome.BLOCKED
        if self.ledger.was_removed(self._poster.id(name) for name in (native.native_id, *native.aliases)):
            return Outcome.REMOVED
        held = self.held(native.native_id)
        same = held is not None and (held.content == content_of(native) or is_older(native, held))
        if held and same and (held.stream == self.same_bus.stream or is_older(native, held)):
            return Outcome.SAME
        parent = self.held(native.reply_to) if native.reply_to else None
        native = threaded(native, parent)
        made = self._poster.make(native, held, self._clock(), parent is not None)
        if made is None:
            if held:  # it was kept once, and now its author asks not to be read
                await self.notices.gone([held], "its author asks not to be read")
            return Outcome.ELSEWHERE
        self._add(native, made)
        return Outcome.SAME if same else Outcome.CHANGED if held else Outcome.NEW

    def _add(self, native: Native, made: Made) -> None:
        post, now = made.post, self._clock()
        body = encode(post)
        row = Held(
            native_id=native.native_id, post_id=post.id, version=post.version, content=made.content,
            happened_at=post.happened_at, collected_at=now, last_checked=now, stream=self.same_bus.stream,
            aliases=native.aliases, thread_root=native.thread, account=made.account, voice=post.voice,
        )  # fmt: skip
        before = self._waiting.pop(native.native_id, None)
        self._size += len(body) - (len(before.body) if before else 0)
        self._waiting[native.native_id] = _Waiting(row, body)
        self._aliases.update(dict.fromkeys(native.aliases, native.native_id))
        if self._limit:
            self._limit.taken()

    async def _flush(self, state: Mapping[str, Any] | None) -> None:
        if not self._waiting and state is None:
            return
        await self._blocked.refresh()
        waiting = [one for one in self._waiting.values() if one.row.account not in self._blocked]
        if waiting:
            await self._save([replace(one.row, stream="") for one in waiting], None)
        for envelope in seal(one.body for one in waiting):
            await self._bus.publish_surely(POSTS, POSTS.subject(self.source, envelope.count), envelope)
            self.published += envelope.count
        await self.same_bus.check()  # before anything counts as taken
        await self._blocked.refresh()  # who asked to be forgotten meanwhile is taken back
        late = [one.row for one in waiting if one.row.account in self._blocked]
        if late:
            await self.notices.taken_back(late, "asked to be forgotten")
        rows = [one.row for one in waiting if one.row.account not in self._blocked]
        checkpoint = None if state is None else Checkpoint(state, self.same_bus.stream, self._heard_at)
        await self._save(rows, checkpoint)
        self._waiting.clear()
        self._aliases.clear()
        self._size = 0

    async def _save(self, rows: list[Held], checkpoint: Checkpoint | None) -> None:
        await saved("remembering", lambda: self.ledger.commit(rows, checkpoint))

    async def _keep_moving(self) -> None:
        while True:
            await asyncio.sleep(LINGER)
            await self.flush()
