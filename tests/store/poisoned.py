"""The store's process with a handler that some readings and notices break: `python -m tests.store.poisoned`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from soundings import settings as settings_module
from soundings.bus import persist
from soundings.errors import SoundingsError
from soundings.messages import Gap, Notice, Reading
from soundings.stage import Context, Route, serve
from store.clickhouse import Client
from store.endpoint import Served
from store.service import prepare, routes
from tests.poison import hurry, meet


def poisoned(route: Route[Any, Any]) -> Route[Any, Any]:
    """The same route, until it meets poison."""

    async def work(items: Sequence[Reading | Notice]) -> None:
        for item in items:
            meet(item.post.text if isinstance(item, Reading) else item.why if isinstance(item, Gap) else item.reason)
        await route.work(items)

    return replace(route, work=work)


def build(context: Context, writer: Client) -> list[Route[Any, Any]]:
    """The store's routes."""
    return [poisoned(part) for part in routes(context, writer) if isinstance(part, Route)]


def main() -> None:
    """As the store's own."""
    settings = settings_module.load()
    with ExitStack() as stack:
        stack.callback(Served(settings).start().stop)
        writer = asyncio.run(persist("opening the store", lambda: asyncio.to_thread(prepare, settings)))
        serve("store", lambda context: build(context, writer))


if __name__ == "__main__":
    hurry()
    try:
        main()
    except SoundingsError as error:
        sys.exit(error.exit_code)
