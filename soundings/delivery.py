"""How an envelope is worked off the bus: nothing lost, and one bad post costs its neighbours nothing.

Two failures are never confused. Ours (`OursFailed`): the envelope is kept alive and tried again for ever. The
post's (anything else): the envelope is read one post at a time, after a death once more as a whole before that; a post
that failed alone `TRIES` times, also by killing the process, is rejected. Knows nothing of what the work is.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

from nats.aio.msg import Msg
from nats.js.kv import KeyValue
from pydantic import BaseModel

from soundings import metrics
from soundings.bus import TROUBLE, Bus, persist
from soundings.envelopes import Opened, unseal
from soundings.errors import OursFailed, PostFailed, SoundingsError
from soundings.holding import kept_alive, settle
from soundings.messages import Reject
from soundings.patience import within
from soundings.rejects import RejectLimit, first_rejected, make_reject, ref_of, reject_subject, with_item
from soundings.route import Route
from soundings.tries import DAMAGED, WHOLE, Tries, limit_key

log = logging.getLogger("delivery")

TRIES = 3
"""How often a post is tried alone before it is rejected."""
AGAIN_AFTER = 1.0
"""Seconds until a failed envelope is delivered again."""
MUCH_LATER = 60.0
"""The same for one that is never given up."""

T = TypeVar("T", bound=BaseModel)
M = TypeVar("M")


class Delivery(Generic[T, M]):
    """Works the envelopes of one route."""

    def __init__(
        self,
        bus: Bus,
        stage: str,
        route: Route[T, M],
        tries: KeyValue,
        clock: Callable[[], datetime],
        limit: RejectLimit,
    ) -> None:
        self._bus, self._stage, self._route = bus, stage, route
        self._tries, self._clock, self._limit = tries, clock, limit

    async def handle(self, messages: Sequence[Msg]) -> None:
        """Work some envelopes and acknowledge each.

        Raises SoundingsError: when it rejected too many (TooManyRejects), or when the connection is closed for good.
        """
        async with kept_alive(messages, self._route.consumer.durable):
            fresh = [message for message in messages if message.metadata.num_delivered == 1]
            if fresh:
                await self._together(fresh)
            for message in messages:
                if message not in fresh:
                    await self._again(message)

    async def _again(self, message: Msg) -> None:
        """Most deaths are no post's fault, so it is worked as a whole once more, and one post at a time only when that
        ended as badly: a store that was killed with twenty envelopes in hand would else stand for minutes.
        """
        tries = await self._tries_of(message)
        if tries.begun:
            await self._one_by_one(message)
            return
        await self._persist(lambda: self._begin(WHOLE, tries))
        try:
            worked = await self._together([message], tries)
        except asyncio.CancelledError:
            await tries.withdraw(WHOLE)
            raise
        if worked:
            await settle(tries.forget())

    async def _together(self, messages: Sequence[Msg], tries: Tries | None = None) -> bool:
        """Work some envelopes as one. False when it failed, and they were worked in smaller pieces.

        `tries`: in which this is noted as a try.
        """
        try:
            opened, made = await self._persist(lambda: self._work_all(messages))
            await self._put(made, WHOLE, tries)
        except SoundingsError:
            raise
        except Exception as error:  # a post's failure: its envelope is read one post at a time, the others are not
            log.warning("%d envelopes failed together: %s", len(messages), type(error).__name__)
            if len(messages) == 1:
                await self._one_by_one(messages[0])
            else:
                for message in messages:
                    await self._together([message])
            return False
        for message, content in zip(messages, opened, strict=True):
            await self._end(message, content)
        await self._remember()
        return True

    async def _end(self, message: Msg, content: Opened[T]) -> None:
        """All that is sound in an envelope is worked: only what is damaged may keep it."""
        tries = await self._tries_of(message) if content.damaged else None
        if tries:
            for index in range(len(content.items)):
                tries.finish(index)
            await self._reject_damaged(content, tries)
        self._taken(len(content.items))
        await settle(message.ack())
        if tries:
            await settle(tries.forget())

    async def _work_all(self, messages: Sequence[Msg]) -> tuple[list[Opened[T]], M]:
        # In a thread: thousands of posts take a second, in which a notice would have to wait to be fetched.
        opened = await asyncio.to_thread(lambda: [self._open(message) for message in messages])
        made = await self._work([item for content in opened for item in content.items])
        return opened, made

    async def _work(self, items: Sequence[T]) -> M:
        with within(self._route.patience(len(items)) if self._route.patience else None):
            return await self._route.work(items)

    async def _put(self, made: M, index: int, tries: Tries | None) -> None:
        """Take what was made of an item, or of all, to where it goes next."""
        put = self._route.put
        if put is None:
            return
        if tries:  # it may wait for hours: whoever ends this process from now on, it is not the post
            await self._persist(lambda: tries.spare(index))
        await self._persist(lambda: put(made))

    def _open(self, message: Msg) -> Opened[T]:
        return unseal(message.data, self._route.shape)

    async def _one_by_one(self, message: Msg) -> None:
        content: Opened[T] = await self._persist(lambda: asyncio.to_thread(self._open, message))
        tries = await self._tries_of(message)
        again = 0.0
        for index, item in enumerate(content.items):
            if not tries.is_done(index):
                again = max(again, await self._alone(item, index, tries))
        if again:
            await self._persist(tries.save)
            await settle(message.nak(delay=again))
            return
        await self._reject_damaged(content, tries)
        await settle(message.ack())
        await settle(tries.forget())
        await self._remember()

    async def _alone(self, item: T, index: int, tries: Tries) -> float:
        """Work one item. Seconds until it is to be tried again, 0 when it is done with."""
        reason = ""
        try:
            made: M = await self._persist(lambda: self._attempt(item, index, tries))
            await self._put(made, index, tries)
        except SoundingsError:
            raise
        except PostFailed as error:
            reason = str(error)
        except Exception as error:  # rejected or tried again just below, never swallowed
            reason = f"it failed alone {tries.count(index)} times, the last with {type(error).__name__}"
            if self._route.precious:
                name = type(error).__name__
                log.critical("%s: cannot be obeyed, and is tried again for ever: %s", ref_of(item)[1], name)
                return MUCH_LATER
            log.error("%s: %s", ref_of(item)[1], reason)
            if tries.count(index) < TRIES:
                return AGAIN_AFTER
        if reason:
            await self._give_up(item, index, tries, reason)
        else:
            self._taken(1)
            tries.finish(index)
        return 0.0

    async def _begin(self, index: int, tries: Tries) -> int:
        if self._route.ready:
            await self._route.ready()
        return await tries.begin(index)

    async def _give_up(self, item: T, index: int, tries: Tries, reason: str) -> None:
        at = first_rejected(item, self._clock())
        reject = make_reject(self._stage, *ref_of(item), reason, item.model_dump_json().encode(), at)
        await self._put_aside(with_item(reject, item), index, tries)

    def _taken(self, count: int) -> None:
        self._limit.taken(count)
        metrics.worked(self._route.consumer.durable, count)

    async def _attempt(self, item: T, index: int, tries: Tries) -> M:
        if await self._begin(index, tries) > TRIES:
            raise PostFailed(f"it failed alone {TRIES} times, also by stopping the process that read it")
        try:
            return await self._work([item])
        except (OursFailed, *TROUBLE, asyncio.CancelledError):
            await tries.withdraw(index)  # the post is not to blame
            raise
        except Exception:
            if self._route.precious:
                await tries.withdraw(index)
            raise

    async def _reject_damaged(self, content: Opened[T], tries: Tries) -> None:
        for number, damaged in enumerate(content.damaged):
            if tries.is_done(DAMAGED - number):
                continue
            ref = f"item {hashlib.sha256(damaged.body).hexdigest()[:16]}"
            reject = make_reject(self._stage, "unknown", ref, damaged.reason, damaged.body, self._clock())
            await self._put_aside(reject, DAMAGED - number, tries, in_a_row=not content.items)

    async def _put_aside(self, reject: Reject, index: int, tries: Tries, *, in_a_row: bool = True) -> None:
        log.warning("rejected %s: %s", reject.ref, reject.reason)
        await self._bus.reject(reject)
        tries.finish(index)
        await self._persist(tries.save)  # the limit may end this process: after the fix this item is only replayed
        try:
            self._limit.rejected(reject.reason, reject_subject(reject), in_a_row=in_a_row)
        finally:
            await self._remember()

    async def _remember(self) -> None:
        """Let the next process know how near the limit is: one that dies at every post must stop as well."""
        if (state := self._limit.news()) is not None:
            await settle(self._tries.put(limit_key(self._stage), state.encode()))

    async def _tries_of(self, message: Msg) -> Tries:
        tries: Tries = await self._persist(lambda: Tries.read(self._tries, _key(message)))
        return tries

    async def _persist(self, attempt: Callable[[], Awaitable[Any]]) -> Any:
        return await persist(self._route.consumer.durable, attempt)


def _key(message: Msg) -> str:
    return hashlib.sha256(message.data).hexdigest()
