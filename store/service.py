"""The store's process: opens the engine, brings the tables up to date, takes what comes, sweeps. Wiring only."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any

from soundings import metrics
from soundings import settings as settings_module
from soundings.bus import persist
from soundings.envelopes import NOTICES, READINGS
from soundings.messages import Notice, Reading
from soundings.settings import Settings
from soundings.stage import Context, Job, Route, now, serve
from soundings.streams import ARCHIVIST, REGISTRAR
from soundings.timekeeping import no_earlier
from store.archive import Archive
from store.clickhouse import Client, connect
from store.damage import Damage, end_this_process
from store.endpoint import opened
from store.migrate import keep_for, migrate
from store.nightly import Nightly
from store.retractions import Registrar
from store.rows import ask
from store.teaching import Teaching


def main() -> None:
    """Run the store until it is told to stop."""
    settings = settings_module.load()
    with opened(settings, Damage(end_this_process).look_at):
        serve("store", build)


async def build(context: Context) -> list[Route[Any, Any] | Job]:
    """The stage's two routes, once the database is there and up to date."""
    writer = await persist("opening the store", lambda: asyncio.to_thread(prepare, context.settings))
    return routes(context, writer)


def prepare(settings: Settings) -> Client:
    """A writer's client over tables that are up to date."""
    writer = connect(settings, "writer")
    migrate(writer, now())
    keep_for(writer, settings.retention_days)
    return writer


def routes(context: Context, writer: Client) -> list[Route[Any, Any] | Job]:
    """What comes over the bus and who takes it, the nightly sweep, and what readers learn."""
    archive = Archive(writer, context.clock)
    dated = partial(no_earlier, context.settings.home)
    registrar = Registrar(writer, context.settings.receipts, context.clock, dated=dated)

    async def ready() -> None:
        await asyncio.to_thread(ask, writer, "SELECT 1")

    async def take(items: Sequence[Reading]) -> None:
        await asyncio.to_thread(archive.take, items)
        for item in items:
            metrics.LAG.observe((context.clock() - item.post.collected_at).total_seconds())

    async def note(items: Sequence[Notice]) -> None:
        await asyncio.to_thread(registrar.retract, items)

    return [
        Route(ARCHIVIST, READINGS, take, ready=ready),
        Route(REGISTRAR, NOTICES, note, precious=True, ready=ready),
        Nightly(context.settings, writer, context.clock).run,
        Teaching(context.bus, writer).run,
    ]
