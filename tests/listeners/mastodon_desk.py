"""The Mastodon source as its tests need it: servers of our own, a council with accounts, pauses that are noted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from listeners import mastodon, mastodon_checking
from listeners.ledger import Ledger
from listeners.mastodon import Mastodon
from listeners.mastodon_following import AFTER_REFUSAL, Following
from listeners.mastodon_settings import MastodonSettings
from listeners.outlet import Outlet
from listeners.posting import Rules
from soundings.bus import Bus
from soundings.council import CouncilFile
from soundings.keys import Keys
from soundings.messages import Gap, Retraction
from soundings.rejects import RejectLimit
from soundings.settings import Settings
from soundings.tasks import end
from tests.listeners.kit import COUNCIL, Clock, notices
from tests.listeners.mastodon_far_side import DOMAIN, FarSide
from tests.listeners.sky import until

ACCOUNTS = [
    {"handle": f"penmarrow@{DOMAIN}", "name": "Penmarrow", "kind": "council", "source": "mastodon"},
    {"handle": f"chronicle@{DOMAIN}", "name": "Chronicle", "kind": "press", "source": "mastodon"},
]
FILE: CouncilFile = replace(COUNCIL, tables={"accounts": ACCOUNTS})
BY_HAND = (mastodon.KEEP_EVERY, mastodon_checking.EVERY)


@dataclass
class Pauses:
    """Notes how long was to be slept. Checkpoints and the night's questions come when a test says so, and whoever was
    refused is asked again when it sets `again`; other pauses are short.
    """

    slept: list[float] = field(default_factory=list)
    again: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, seconds: float) -> None:
        if seconds in BY_HAND:
            await asyncio.Event().wait()
        self.slept.append(round(seconds, 1))
        if seconds >= AFTER_REFUSAL:
            await self.again.wait()
            self.again.clear()
        await asyncio.sleep(min(seconds, 0.01))

    @property
    def long(self) -> list[float]:
        """Those between two tries, without those that keep questions apart."""
        return [seconds for seconds in self.slept if seconds != 1.1]


@dataclass
class Desk:
    """The source at work."""

    source: Mastodon
    out: Outlet
    task: asyncio.Task[None]
    pauses: Pauses

    async def until(self, condition: Any, what: str) -> None:
        """Wait, and say what ended the source, if anything did."""
        await until(lambda: condition() or self.task.done(), what)
        if self.task.done():
            await self.task

    def hears(self, far: FarSide) -> bool:
        """Whether a stream of this server is open, and nothing before is missing."""
        return any(one.is_open and one.key.startswith(far.host) for one in self.source._following)

    async def worked(self, *statuses: dict[str, Any], stream: str = "local", at: int = 0) -> None:
        """Wait until these were worked, the last one as the highest of its stream, and lie on the bus."""
        last = statuses[-1]["id"]
        await self.until(lambda: int(self.following(stream, at).reached or 0) >= int(last), f"status {last}")
        await self.keep()

    async def keep(self) -> None:
        """Save a checkpoint, as it is done every few seconds."""
        await self.out.flush(self.source._state())

    def following(self, stream: str = "local", at: int = 0) -> Following:
        """One stream of the server in this place."""
        found = [one for one in self.source._following if one.key.endswith(f" {stream}")]
        return found[at]


@asynccontextmanager
async def listening(
    bus: Bus,
    settings: Settings,
    clock: Clock,
    *far: FarSide,
    file: CouncilFile = FILE,
    limit: RejectLimit | None = None,
    pauses: Pauses | None = None,
    waits: bool = True,
    tables: tuple[dict[str, Any], ...] = (),
    **more: Any,
) -> AsyncIterator[Desk]:
    """Listen until the block ends; then as after a stop of the process, but for what was flushed."""
    servers = [{"address": one.url, **table} for one, table in zip(far, tables or ({},) * len(far), strict=True)]
    found = MastodonSettings.model_validate({"enabled": True, "server": servers, **more})
    ledger, keys = Ledger.open(settings.ledgers, "mastodon"), Keys.open(settings.keys_path)
    pauses = pauses or Pauses()
    try:
        async with Outlet(
            "mastodon", bus, ledger, keys, file, clock, Rules(look_back=Mastodon.look_back), limit
        ) as out:
            source = Mastodon(found, out, file, clock, pauses)
            task = asyncio.create_task(source.listen())
            desk = Desk(source, out, task, pauses)
            if waits:
                await desk.until(lambda: all(map(desk.hears, far)), "a stream of each")
            try:
                yield desk
            finally:
                await end(task)
    finally:
        ledger.close()


async def gaps(bus: Bus) -> list[Gap]:
    """Every gap on the bus."""
    return [one for one in await notices(bus) if isinstance(one, Gap)]


async def told(bus: Bus, count: int) -> list[Gap]:
    """So many gaps, as soon as they are on the bus."""
    async with asyncio.timeout(20):
        while len(found := await gaps(bus)) < count:
            await asyncio.sleep(0.01)
    return found


async def orders(bus: Bus) -> list[Retraction]:
    """Every removal on the bus."""
    return [one for one in await notices(bus) if isinstance(one, Retraction)]
