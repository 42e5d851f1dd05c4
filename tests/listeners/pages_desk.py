"""An own page under test: a source beside its far side, asked once with `poll`, on the real bus."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from listeners.fetching import Fetcher
from listeners.ledger import Ledger
from listeners.outlet import Outlet
from listeners.own_page import OwnPage, OwnPageSettings
from listeners.polling import State
from listeners.posting import Rules
from soundings.bus import Bus
from soundings.council import CouncilFile
from soundings.keys import Keys
from soundings.messages import Gap, Post, Retraction
from soundings.rejects import RejectLimit
from soundings.settings import Settings
from tests.listeners.kit import COUNCIL, Clock, notices, posts

OURS = {"handle": "UC" + "a" * 22, "name": "Penmarrow Council", "kind": "council", "source": "youtube"}
LISTED = replace(COUNCIL, tables={**COUNCIL.tables, "accounts": [*COUNCIL.tables["accounts"], OURS]})


async def at_once(_: float) -> None:
    """A sleep that is over before it began."""


@dataclass
class Desk:
    """One source, and what came of it."""

    source: OwnPage
    out: Outlet
    clock: Clock
    bus: Bus

    async def poll(self, **later: float) -> State:
        """Ask once, so much later; what was remembered."""
        self.clock.move(**later)
        await self.source.poll()
        checkpoint = self.out.ledger.checkpoint()
        assert checkpoint is not None
        return dict(checkpoint.state)

    @property
    def minutes(self) -> float:
        """In how many minutes the page is asked again."""
        return self.source.place.seconds / 60

    async def texts(self) -> list[str]:
        """Every text on the bus, in order."""
        return [post.text for post in await posts(self.bus)]

    async def posts(self) -> list[Post]:
        """Every post on the bus, in order."""
        return await posts(self.bus)

    async def gaps(self) -> list[Gap]:
        """Every gap that was told."""
        return [one for one in await notices(self.bus) if isinstance(one, Gap)]

    async def removed(self) -> set[str | None]:
        """The post ids whose removal was ordered."""
        return {one.post_id for one in await notices(self.bus) if isinstance(one, Retraction)}

    def post_id(self, native_id: str) -> str:
        """By which the rest of the house knows an item."""
        return self.out.notices.post_id(native_id)


@asynccontextmanager
async def desk(
    bus: Bus,
    settings: Settings,
    source: type[OwnPage],
    table: OwnPageSettings,
    clock: Clock,
    council_file: CouncilFile = LISTED,
) -> AsyncIterator[Desk]:
    """The source as the service makes it, but for its clock and its sleep."""
    name = type(table).__name__.removesuffix("Settings").lower()
    rules = Rules(look_back=source.look_back, local=source.local)
    ledger, keys = Ledger.open(settings.ledgers, name), Keys.open(settings.keys_path)
    async with (
        Outlet(name, bus, ledger, keys, council_file, clock, rules, RejectLimit()) as out,
        Fetcher("listening@penmarrow.example", True, at_once) as fetcher,
    ):
        made = source(table, out, council_file, clock, at_once)
        made.prepare(fetcher, made.headers())
        yield Desk(made, out, clock, bus)
