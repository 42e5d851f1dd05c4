"""How a worker learns what officers corrected: it asks the bus now and then, fits its reader anew, and swaps the two.

Whatever is on the bus, the stage goes on: what cannot be read or learnt is said loudly, and the reader stays as it was.
Knows nothing of how topics are fitted, and nothing of who corrects.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import traceback
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from nlp.reader import Reader
from nlp.worker import Worker
from soundings import guidance, learnt
from soundings.bus import TROUBLE, Bus, persist
from soundings.errors import OursFailed
from soundings.guidance import NUMBERS, Correction, Unreadable
from soundings.messages import Understanding
from soundings.tasks import in_thread

log = logging.getLogger("nlp")

LOOK = 5.0
"""Seconds between two looks at the bus."""
BEGIN = 5.0
"""Seconds that a worker waits at its start. Without an answer it begins without, and learns later."""


class Learns(Reader, Protocol):
    """A reader that can learn."""

    def taught(self, told: Sequence[Correction]) -> tuple[Reader, int]:
        """Another reader that knows these, and from how many it has learnt. Changes nothing in itself."""


@dataclass(frozen=True)
class Guided:
    """A reader with the number of the guidance that it knows, and of the choice of models: their sum; 0 for none.

    The version of its readings grows with either: first comes the reader's own, then the number. Numbers only grow,
    over restarts and lost buses too (`store/teaching.py`), so workers that know the same give the same version.
    """

    reader: Reader
    number: int = 0

    @property
    def name(self) -> str:
        """Of the reader."""
        return self.reader.name

    @property
    def version(self) -> int:
        """Such as 3000017."""
        return self.reader.version * NUMBERS + self.number

    def read(self, texts: Sequence[str]) -> list[Understanding]:
        """As the reader does."""
        return self.reader.read(texts)


class Learner:
    """Keeps one worker's reader up to date.

    reader: as it is without any correction; choice: of models that the council names (`nlp/models/choices.py`). Both
    that number and the one of the guidance only grow, so their sum does whenever either does.
    """

    def __init__(self, bus: Bus, worker: Worker, reader: Learns, choice: int = 0) -> None:
        self._bus, self._worker, self._reader, self._choice = bus, worker, reader, choice
        self._mark: tuple[str, int] | None = None
        self._digest = ""
        """Of the value that was last looked into."""

    async def begin(self) -> None:
        """Learn what is known so far, before the first post."""
        try:
            value = await asyncio.wait_for(self._changed(), BEGIN)
        except (TimeoutError, OursFailed, *TROUBLE) as error:
            why = type(error).__name__
            log.warning("the bus did not say what officers corrected (%s): reading without it until it does", why)
            return
        await self._learn(value)

    async def run(self, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Learn whatever is new, until cancelled."""
        while True:
            await self._learn(await persist("asking what officers corrected", self._changed))
            await sleep(LOOK)

    async def _changed(self) -> bytes | None:
        """The value, when another one may be there. None says nothing: it may just be replaced."""
        mark = await guidance.mark(self._bus)
        if mark == self._mark:
            return None
        value = await guidance.read(self._bus)
        self._mark = mark  # of before the value was read: one that came in between is looked at twice
        return value

    async def _learn(self, value: bytes | None) -> None:
        digest = hashlib.sha256(value or b"").hexdigest()
        if value is None or digest == self._digest:
            return
        self._digest = digest
        try:
            told = guidance.decode(value)
            reader, count = await in_thread(lambda: self._reader.taught(told.corrections))
        except Unreadable as error:
            self._say(f"what officers corrected cannot be read: {error}")
        except Exception as error:  # a fault of ours: the reader that we have still reads
            at = traceback.extract_tb(error.__traceback__)[-1]
            self._say(f"what officers corrected was not learnt: {type(error).__name__} at {at.filename}:{at.lineno}")
        else:
            # in one step: a batch is read by the one or by the other
            self._worker.reader = Guided(reader, told.number + self._choice)
            learnt.HERE.now(count, len(told.corrections))
            log.info("learnt from %d of %d corrections (number %d)", count, len(told.corrections), told.number)

    def _say(self, why: str) -> None:
        learnt.HERE.stuck(why)
        log.error("%s", why)
