"""A stage's signs of life: its pulse for `soundings status`, and whether it is well for /health.

Not well is a stage that has waited long for something of ours, whose queue has an alarm, or whose loop stands still.
Knows nothing of HTTP.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from nats.aio.client import Client

from soundings import alarms, learnt, metrics, queues, runtime
from soundings.alarms import Alarm, Told
from soundings.bus import CLOSED, TROUBLE
from soundings.errors import BadInput, OursFailed, SoundingsError
from soundings.queues import READ_BY, Growth
from soundings.settings import Settings
from soundings.tasks import stop_if_asked
from soundings.waits import HERE, LONG, Waits

log = logging.getLogger("health")

LOOK = 5.0
"""Seconds between two looks at the queues."""
AGAIN = 3600.0
"""Seconds until an alarm that stays is written to the log again."""
STILL = "{stage} stands still: it has not moved for {seconds:.0f} seconds. Look at its log, then restart it."
WAITS = "waiting for {who} since {since}: {why}"


class Vitals:
    """The signs of life of the stage in this process."""

    def __init__(
        self,
        stage: str,
        settings: Settings,
        waits: Waits = HERE,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.stage, self._settings, self._waits = stage, settings, waits
        self._clock, self._monotonic = clock, monotonic
        self.health = ""
        """The address of /health and /metrics, once something answers there."""
        self._moved = monotonic()
        self._growth = {name: Growth() for name in READ_BY}
        self._growing: dict[str, datetime] = {}
        self._told: list[Told] = []
        self._logged: dict[tuple[Alarm, str], float] = {}

    def beat(self) -> None:
        """Leave a sign of life. Raises OSError or BadInput when the disk takes none."""
        self._moved = self._monotonic()
        wait = self._waits.longest()
        growing = {name: since.isoformat() for name, since in self._growing.items()}
        runtime.beat(
            self._settings, self.stage, "waiting" if wait else "running",
            health=self.health, waiting_for=wait.note() if wait else None, growing=growing,
            learnt=learnt.HERE.note(),
        )  # fmt: skip

    async def beating(self) -> None:
        """Beat until cancelled."""
        with contextlib.suppress(OSError, BadInput):
            await asyncio.to_thread(runtime.begin_beating, self._settings, self.stage)
        while True:
            with contextlib.suppress(OSError, BadInput):  # a full disk must not stop a stage that could go on
                await asyncio.to_thread(self.beat)
            await asyncio.sleep(runtime.BEAT)

    async def watching(self, client: Client) -> None:
        """Look at the queues until cancelled; a bus that is away is what waits tell of.

        Raises SoundingsError when the connection is closed for good: the stage would be deaf and look well.
        """
        while True:
            if client.is_closed:
                raise SoundingsError(CLOSED)
            with contextlib.suppress(*TROUBLE, OursFailed):
                await self.look(client)
            stop_if_asked()
            await asyncio.sleep(LOOK)

    async def look(self, client: Client) -> None:
        """Look at the queues once."""
        seen, now = await queues.look(client), self._clock()
        for name, queue in seen.items():
            metrics.queue(queue, queue.age(now).total_seconds())
            if name in self._growth:
                self._growth[name].see(now, queue.items)
        self._growing = {name: since for name, grows in self._growth.items() if (since := grows.lasting(now))}
        self._told = alarms.of(seen, self._growing, now)
        for told in self._told:
            self._say(told)

    def _say(self, told: Told) -> None:
        key, now = (told.alarm, told.queue), self._monotonic()
        if now - self._logged.get(key, now - AGAIN) >= AGAIN:
            self._logged[key] = now
            log.critical("%s", told.says)

    def report(self) -> dict[str, Any]:
        """What /health answers: well or not, and why, in words."""
        wait = self._waits.longest()
        says = [told.says for told in self._told]
        if wait and self._waits.lasted(wait) >= LONG:
            says.insert(0, WAITS.format(**wait.note()))
        still = self._monotonic() - self._moved
        if still >= runtime.STALE:
            says.insert(0, STILL.format(stage=self.stage, seconds=still))
        return {
            "stage": self.stage, "well": not says, "says": says,
            "waiting_for": wait.note() if wait else None, "alarms": [told.note() for told in self._told],
        }  # fmt: skip
