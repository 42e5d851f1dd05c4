"""Plays the shipped, invented sample as a source like any other: six weeks up to yesterday, then live posts.

The days are counted from the first start, which the checkpoint keeps, so that another start adds nothing. Knows
nothing of the bus: it offers to the outlet as every source does.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from typing import Any, ClassVar

from pydantic import Field

from listeners import fields
from listeners.ledger import Ledger
from listeners.outlet import Outlet
from listeners.sources import SourceSettings
from soundings import council
from soundings.council import CouncilFile
from soundings.settings import Settings as Installation
from soundings.stage import now

log = logging.getLogger("listeners")

LAST_DAY = date(2026, 3, 15)
"""The last day of `posts.jsonl`; it becomes yesterday."""
AT_ONCE = 3
"""Live posts that come without a pause, so that a new page is seen to move."""
SEED = 17


class SampleSettings(SourceSettings):
    """The table `[sources.sample]`."""

    seconds_between: float = Field(20.0, ge=0.0, description="About how long it is from one live post to the next.")


class Sample:
    """The sample as a source."""

    Settings: ClassVar[type[SourceSettings]] = SampleSettings
    local: ClassVar[bool] = True
    look_back: ClassVar[timedelta] = timedelta(days=400)
    gap_after: ClassVar[timedelta | None] = None
    gives_again: ClassVar[bool] = False

    def __init__(
        self,
        settings: SampleSettings,
        outlet: Outlet,
        council_file: CouncilFile,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._settings, self._outlet, self._clock, self._sleep = settings, outlet, clock, sleep
        self._zone = council_file.council.zone

    async def listen(self) -> None:
        """Play what was not played yet, then stay silent."""
        state = self._state()
        await self._outlet.flush(state)  # the anchor is kept before anything is told by it
        days = date.fromisoformat(state["anchor"]) - timedelta(days=1) - LAST_DAY
        await self._past(state, days)
        await self._live(state)
        log.info("sample: the sample has been played out; nothing new comes from here")
        await asyncio.Event().wait()

    def _state(self) -> dict[str, Any]:
        before = self._outlet.before
        today = self._clock().astimezone(self._zone).date().isoformat()
        state = {"anchor": today, "posts": 0, "live": 0} | dict(before.state if before else {})
        if self._outlet.rewound:  # what is held keeps its instants; the new bus gets everything again
            state |= {"posts": 0, "live": 0}
        return state

    async def _past(self, state: dict[str, Any], days: timedelta) -> None:
        for number, record in enumerate(records("posts.jsonl")):
            if number >= state["posts"]:
                native = fields.to_native(record, fields.Dates())
                await self._outlet.offer(replace(native, created_at=self._moved(native.created_at, days)))
                state["posts"] = number + 1
        await self._outlet.flush(state)

    def _moved(self, said: datetime | None, days: timedelta) -> datetime | None:
        """The same hour by the council's clock, whole days later."""
        if said is None:
            return None
        local = said.astimezone(self._zone).replace(tzinfo=None) + days
        return local.replace(tzinfo=self._zone).astimezone(UTC)

    async def _live(self, state: dict[str, Any]) -> None:
        for number, record in enumerate(records("live.jsonl")):
            if number < state["live"]:
                continue
            native = fields.to_native(record, fields.Dates())
            held = self._outlet.held(native.native_id)
            if held is None and number >= AT_ONCE:
                await self._sleep(self._pause(number))
            await self._outlet.offer(replace(native, created_at=held.happened_at if held else self._clock()))
            state["live"] = number + 1
            await self._outlet.flush(state)

    def _pause(self, number: int) -> float:
        jitter: float = random.Random(f"{SEED} {number}").uniform(0.6, 1.4)  # noqa: S311 - a rhythm, not a secret
        return self._settings.seconds_between * jitter


def records(name: str) -> Iterator[Mapping[str, Any]]:
    """The lines of a shipped file."""
    text = files("listeners").joinpath("sample", name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.strip():
            yield json.loads(line)


def demo_age(settings: Installation, clock: Callable[[], datetime] = now) -> int | None:
    """Days since the sample was first started in this home, or None when it never was."""
    ledger = Ledger.read(settings.ledgers, "sample")
    if ledger is None:
        return None
    with closing(ledger):
        checkpoint = ledger.checkpoint()
    if checkpoint is None or "anchor" not in checkpoint.state:
        return None
    today = clock().astimezone(council.load(settings.council_path).council.zone).date()
    return (today - date.fromisoformat(checkpoint.state["anchor"])).days
