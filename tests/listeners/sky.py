"""The Bluesky source as its tests need it: a Jetstream and an AppView of our own, a council with accounts."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from listeners import bluesky
from listeners.bluesky import Bluesky
from listeners.bluesky_settings import BlueskySettings
from listeners.ledger import Ledger
from listeners.outlet import Outlet
from listeners.posting import Rules
from soundings.bus import Bus
from soundings.council import CouncilFile
from soundings.keys import Keys
from soundings.messages import Post
from soundings.rejects import RejectLimit
from soundings.settings import Settings
from soundings.tasks import end
from tests.listeners.jetstream import COUNCIL_DID, PRESS_DID, Jetstream
from tests.listeners.kit import COUNCIL, Clock, posts
from tests.listeners.web import Page, Web

ACCOUNTS = [
    {"handle": "penmarrow.example", "name": "Penmarrow", "kind": "council", "source": "bluesky", "did": COUNCIL_DID},
    {"handle": "chronicle.example", "name": "Chronicle", "kind": "press", "source": "bluesky", "did": PRESS_DID},
]
FILE: CouncilFile = replace(COUNCIL, tables={"accounts": ACCOUNTS})


async def until(condition: Callable[[], object], what: str, seconds: float = 20.0) -> None:
    """Wait for a condition, never for a length of time."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)
    assert condition(), what


async def quickly(seconds: float) -> None:
    """Pauses of a listener, short; but its checkpoints come when a test says so."""
    await asyncio.sleep(seconds if seconds == bluesky.KEEP_EVERY else min(seconds, 0.02))


@dataclass
class Sky:
    """The source at work."""

    source: Bluesky
    out: Outlet
    jetstream: Jetstream
    task: asyncio.Task[None]

    async def heard(self, seq: int) -> None:
        """Wait until everything up to here was worked, and lies on the bus."""
        await until(lambda: self.seq >= seq or self.task.done(), f"event {seq}")
        if self.task.done():
            await self.task
        await self.source._context.settled()
        await self.out.flush(self.source._state())

    @property
    def seq(self) -> int:
        """The last event that was worked."""
        return self.source._place.seq


@asynccontextmanager
async def listening(
    bus: Bus,
    settings: Settings,
    clock: Clock,
    *jetstreams: Jetstream,
    file: CouncilFile = FILE,
    limit: RejectLimit | None = None,
    **table: Any,
) -> AsyncIterator[Sky]:
    """Listen until the block ends; then as after a stop of the process, but for what was flushed."""
    given = {"appview": "", "allow_private": True, "look_back_hours": 0} | table
    found = BlueskySettings(enabled=True, hosts=tuple(one.url for one in jetstreams), **given)
    ledger = Ledger.open(settings.ledgers, "bluesky")
    rules = Rules(look_back=Bluesky.look_back)
    keys = Keys.open(settings.keys_path)
    try:
        async with Outlet("bluesky", bus, ledger, keys, file, clock, rules, limit) as out:
            source = Bluesky(found, out, file, clock, quickly)
            task = asyncio.create_task(source.listen())
            await until(lambda: task.done() or any(one.listening for one in jetstreams), "a connection")
            yield Sky(source, out, jetstreams[0], task)
            await end(task)
    finally:
        ledger.close()


async def texts(bus: Bus) -> list[str]:
    """The text of every post on the bus."""
    return [post.text for post in await posts(bus)]


async def latest(bus: Bus) -> dict[str, Post]:
    """The newest version of each post on the bus, by its native id."""
    found: dict[str, Post] = {}
    for one in await posts(bus):
        if one.original.native_id not in found or found[one.original.native_id].version <= one.version:
            found[one.original.native_id] = one
    return found


def says(web: Web, method: str, answer: Any, *asked: tuple[str, str], status: int = 200) -> Page:
    """Let the AppView answer a question so."""
    return web.says(f"/xrpc/{method}?{urlencode(asked)}", status, json.dumps(answer))
