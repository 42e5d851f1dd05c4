"""How often each item of one envelope was tried alone: kept on the bus, so that it outlives the process that tried.

Only a death in the middle of an attempt leaves a try behind. Success, our own failures and orderly stops do not count.
Beside them is kept how near a stage is to its limit of rejects.
"""

from __future__ import annotations

import asyncio
import json

from nats.js.errors import KeyNotFoundError
from nats.js.kv import KeyValue

from soundings.tasks import to_its_end


def limit_key(stage: str) -> str:
    """Where a stage keeps how near it is to rejecting nearly everything (soundings.rejects), in the same bucket."""
    return f"limit.{stage}"


async def limit_state(bucket: KeyValue, stage: str) -> str:
    """What is kept there."""
    try:
        return ((await bucket.get(limit_key(stage))).value or b"").decode()
    except KeyNotFoundError:
        return ""


WHOLE = -1
"""In place of an item: the envelope as a whole."""
DAMAGED = -2
"""In place of an item: the first damaged one of an envelope. The others follow downwards."""


class Tries:
    """The tries of one envelope. Make it with `Tries.read`."""

    def __init__(self, bucket: KeyValue, key: str, counts: dict[str, int], done: set[int]) -> None:
        self._bucket, self._key, self._counts, self._done = bucket, key, counts, done

    @classmethod
    async def read(cls, bucket: KeyValue, key: str) -> Tries:
        """What is known of an envelope; raises what the bus raises."""
        try:
            entry = await bucket.get(key)
        except KeyNotFoundError:
            return cls(bucket, key, {}, set())
        stored = json.loads(entry.value or b'{"counts": {}, "done": []}')
        return cls(bucket, key, stored["counts"], set(stored["done"]))

    @property
    def begun(self) -> bool:
        """Whether anything of it was tried by itself before."""
        return any(self._counts.values()) or bool(self._done)  # a try that was taken back is none

    def is_done(self, index: int) -> bool:
        """Whether an item was worked or rejected before."""
        return index in self._done

    def count(self, index: int) -> int:
        """How many tries of an item were begun and not taken back."""
        return self._counts.get(str(index), 0)

    async def begin(self, index: int) -> int:
        """Count a try and remember it before it is made. Returns the number of tries with this one."""
        self._counts[str(index)] = self.count(index) + 1
        try:
            await self.save()
        except asyncio.CancelledError:
            await self.withdraw(index)  # it may be remembered, and this process stops in good order
            raise
        except BaseException:
            self._counts[str(index)] -= 1  # not remembered: not counted
            raise
        return self.count(index)

    async def withdraw(self, index: int) -> None:
        """Take a try back that ended by our own failure or by an orderly stop."""
        self._counts[str(index)] = max(0, self.count(index) - 1)
        await to_its_end(self.save())

    async def spare(self, index: int) -> None:
        """Remember that a try has been survived, whatever becomes of what it made. Here it still counts."""
        survived = {**self._counts, str(index): max(0, self.count(index) - 1)}
        await to_its_end(self._remember(survived))

    def finish(self, index: int) -> None:
        """An item is worked or rejected: it is not tried again. Remembered with the next `begin` or `save`."""
        self._done.add(index)
        self._counts.pop(str(index), None)

    async def forget(self) -> None:
        """The envelope is acknowledged."""
        await self._bucket.delete(self._key)

    async def save(self) -> None:
        """Remember what is begun and finished."""
        await self._remember(self._counts)

    async def _remember(self, counts: dict[str, int]) -> None:
        value = {"counts": counts, "done": sorted(self._done)}
        await self._bucket.put(self._key, json.dumps(value).encode())
