"""Reading the stream `rejected`, and changing single messages of it. Nothing is taken by being read.

Whoever changes one names the message that it has seen: what somebody else replaced or removed meanwhile is left
alone. Knows nothing of what the rejects mean.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import NamedTuple

from nats.js.api import ConsumerConfig, DeliverPolicy
from nats.js.errors import APIError, NotFoundError
from pydantic import ValidationError

from soundings.bus import PUBLISH_TIMEOUT, Bus, persist
from soundings.messages import Reject
from soundings.rejects import reject_subject
from soundings.streams import REJECTED

NEXT = 2.0
"""Seconds to wait for the next message before it is asked whether there is one."""
NOT_THE_LAST = 10071
"""The bus's own number: the message was removed or replaced meanwhile."""


class Kept(NamedTuple):
    """A reject and its number in the stream."""

    number: int
    reject: Reject


async def read(bus: Bus, source: str = "*", after: int = 0) -> AsyncIterator[Kept]:
    """Every reject (of one source, after a number), in the order in which they came."""
    policy = DeliverPolicy.BY_START_SEQUENCE if after else DeliverPolicy.ALL
    reader = await bus.jetstream.subscribe(
        f"{REJECTED.name}.*.{source}.*",
        stream=REJECTED.name,
        ordered_consumer=True,
        config=ConsumerConfig(deliver_policy=policy, opt_start_seq=after + 1 if after else None),
    )
    try:
        info = await reader.consumer_info()
        left = (info.num_pending or 0) + (info.delivered.consumer_seq if info.delivered else 0)
        while left:
            try:
                message = await reader.next_msg(timeout=NEXT)
            except TimeoutError:  # the last ones were removed meanwhile
                left = (await reader.consumer_info()).num_pending or 0
                continue
            left = message.metadata.num_pending
            try:
                reject = Reject.model_validate_json(message.data, extra="ignore")
            except ValidationError:
                continue  # of a version that this one cannot read
            yield Kept(message.metadata.sequence.stream, reject)
    finally:
        await reader.unsubscribe()


async def remove(bus: Bus, number: int) -> bool:
    """Remove one; the server writes over its bytes. False when it is not there any more."""

    async def attempt() -> bool:
        try:
            await bus.jetstream.get_msg(REJECTED.name, number)
            return await bus.jetstream.delete_msg(REJECTED.name, number)
        except NotFoundError:
            return False

    return await persist("removing a reject", attempt)


async def replace(bus: Bus, before: Kept, reject: Reject) -> bool:
    """Put a reject of the same item in the place of one before. False when that is not there any more."""
    headers = {"Nats-Expected-Last-Subject-Sequence": str(before.number)}

    async def attempt() -> bool:
        try:
            await bus.jetstream.publish(
                reject_subject(reject), reject.model_dump_json().encode(), PUBLISH_TIMEOUT, REJECTED.name, headers
            )
        except APIError as error:
            if error.err_code == NOT_THE_LAST:
                return False
            raise
        return True

    return await persist("replacing a reject", attempt)
