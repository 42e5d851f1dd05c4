"""The store's process: opens the engine, brings the tables up to date, takes readings and notices. Wiring only."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

from soundings import logs
from soundings import settings as settings_module
from soundings.bus import persist
from soundings.envelopes import NOTICES, READINGS
from soundings.messages import Notice, Reading
from soundings.settings import Settings
from soundings.stage import Context, Route, now, serve
from soundings.streams import ARCHIVIST, REGISTRAR
from store.archive import Archive
from store.clickhouse import Client, connect
from store.damage import Damage, end_this_process
from store.endpoint import Served
from store.migrate import keep_for, migrate
from store.retractions import Registrar


def main() -> None:
    """Run the store until it is told to stop."""
    settings = settings_module.load()
    with ExitStack() as stack:
        if not settings.clickhouse_url:
            damage = Damage(end_this_process)
            stack.callback(Served(settings, failed=damage.look_at).start().stop)
        logs.setup("store", settings.log_level)
        writer = asyncio.run(persist("opening the store", lambda: asyncio.to_thread(prepare, settings)))
        serve("store", lambda context: routes(context, writer))


def prepare(settings: Settings) -> Client:
    """A writer's client over tables that are up to date."""
    writer = connect(settings, "writer")
    migrate(writer, now())
    keep_for(writer, settings.retention_days)
    return writer


def routes(context: Context, writer: Client) -> list[Route[Any]]:
    """What comes over the bus and who takes it."""
    archive, registrar = Archive(writer), Registrar(writer, context.clock)

    async def take(items: Sequence[Reading]) -> None:
        await asyncio.to_thread(archive.take, items)

    async def note(items: Sequence[Notice]) -> None:
        await asyncio.to_thread(registrar.retract, items)

    return [Route(ARCHIVIST, READINGS, take), Route(REGISTRAR, NOTICES, note)]
