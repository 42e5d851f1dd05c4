"""The source X at work, against the far side of `tests.listeners.x_far_side`, with a clock that its pauses move."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from listeners import x, x_compliance
from listeners.ledger import Ledger
from listeners.outlet import Outlet
from listeners.posting import Rules
from listeners.x import X
from listeners.x_settings import XSettings
from soundings.bus import Bus
from soundings.council import CouncilFile
from soundings.keys import Keys
from soundings.messages import Gap
from soundings.rejects import RejectLimit
from soundings.settings import Settings
from soundings.tasks import end
from tests.listeners.kit import COUNCIL, Clock, notices, posts
from tests.listeners.sky import until
from tests.listeners.x_far_side import FarSide

ACCOUNTS = [
    {"handle": "PenmarrowCncl", "name": "Penmarrow Council", "kind": "council", "source": "x"},
    {"handle": "CllrPennoyre", "name": "Cllr Pennoyre", "kind": "councillor"},
    {"handle": "PenmarrowChron", "name": "The Chronicle", "kind": "press"},
    {"handle": "penmarrow.example", "name": "Penmarrow Council", "kind": "council"},
]
FILE: CouncilFile = replace(COUNCIL, tables={"accounts": ACCOUNTS})
WAITS = {x.KEEP_EVERY: 0.01, x_compliance.LOOK: 0.02}
"""What only looks now and then: it looks often, and no time goes by."""


class Naps:
    """Pauses: the clock moves instead. One that is `held` lasts until the test ends; all are noted."""

    def __init__(self, clock: Clock, held: Callable[[float], bool] = lambda _: False) -> None:
        self.slept: list[float] = []
        self._clock, self.held = clock, held

    async def __call__(self, seconds: float) -> None:
        if seconds in WAITS:
            await asyncio.sleep(WAITS[seconds])
            return
        self.slept.append(seconds)
        if self.held(seconds):
            await asyncio.Event().wait()
        self._clock.move(seconds=seconds)
        await asyncio.sleep(0)


@dataclass
class Desk:
    """The source, what it talks to, and its pauses."""

    source: X
    out: Outlet
    far: FarSide
    naps: Naps
    task: asyncio.Task[None]

    async def until(self, condition: Callable[[], object], what: str) -> None:
        """Wait for a condition; a source that ended tells why."""
        await until(lambda: condition() or self.task.done(), what)
        if self.task.done() and not condition():
            await self.task
        assert condition(), what

    async def caught_up(self) -> None:
        """Wait until all is heard that was missed."""
        await self.until(lambda: self.source._filled, "all that was missed")

    @property
    def state(self) -> dict[str, Any]:
        """What the checkpoint holds."""
        checkpoint = self.out.ledger.checkpoint()
        return dict(checkpoint.state) if checkpoint else {}


@asynccontextmanager
async def listening(
    bus: Bus,
    settings: Settings,
    far: FarSide,
    clock: Clock,
    file: CouncilFile = FILE,
    held: Callable[[float], bool] = lambda _: False,
    limit: RejectLimit | None = None,
    killed: bool = False,
    **table: Any,
) -> AsyncIterator[Desk]:
    """Listen until the block ends. `killed`: then nothing more is published or saved, as after a kill."""
    given: dict[str, Any] = {"permission": "X letter, case 12345", "api": far.url, "look_back_hours": 0} | table
    found = XSettings(enabled=True, **given)
    ledger = Ledger.open(settings.ledgers, "x")
    out = Outlet("x", bus, ledger, Keys.open(settings.keys_path), file, clock, Rules(look_back=X.look_back), limit)
    naps = Naps(clock, held)
    try:
        async with out:
            source = X(found, out, file, clock, naps)
            desk = Desk(source, out, far, naps, asyncio.create_task(source.listen()))
            yield desk
            await end(desk.task)
            if killed:
                raise _Killed
    except _Killed:
        pass
    finally:
        ledger.close()


class _Killed(Exception):
    pass


async def texts(bus: Bus) -> list[str]:
    """The text of every post on the bus."""
    return [post.text for post in await posts(bus)]


async def gaps(bus: Bus) -> Sequence[Gap]:
    """Every gap on the bus."""
    return [notice for notice in await notices(bus) if isinstance(notice, Gap)]
