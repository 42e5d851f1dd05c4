"""Reports of faults from servers of Open311 (GeoReport v2), such as FixMyStreet: asked by guests, without a key.

Each endpoint is followed by itself; one that fails never stops another. Knows nothing of how one is asked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import ClassVar

from listeners.fetching import Fetcher
from listeners.open311_endpoint import LOOK_BACK, Following
from listeners.open311_settings import Open311Settings
from listeners.outlet import Outlet
from listeners.polling import Lasting, State
from listeners.sources import SourceSettings
from soundings.council import CouncilFile


class Open311:
    """All servers of reports in the council file as one source."""

    Settings: ClassVar[type[SourceSettings]] = Open311Settings
    local: ClassVar[bool] = False
    look_back: ClassVar[timedelta] = LOOK_BACK
    gap_after: ClassVar[timedelta | None] = None  # what was reported while we were down is asked for afterwards
    gives_again: ClassVar[bool] = True

    def __init__(
        self,
        settings: Open311Settings,
        outlet: Outlet,
        council_file: CouncilFile,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._settings, self._outlet, self._clock, self._sleep = settings, outlet, clock, sleep
        self._contact = council_file.council.contact or council_file.council.name
        self._zone = council_file.council.zone
        self._before: dict[str, State] = dict((outlet.before.state if outlet.before else {}).get("endpoints", {}))
        self.following: dict[str, Following] = {}

    async def listen(self) -> None:
        """Follow every endpoint until cancelled."""
        async with (
            Fetcher(self._contact, self._settings.allow_private, self._sleep) as fetcher,
            asyncio.TaskGroup() as group,
        ):
            await self.prepare(fetcher)
            for one in self.following.values():
                group.create_task(self._follow(one))
            await asyncio.Event().wait()

    async def prepare(self, fetcher: Fetcher) -> None:
        """Know every endpoint; forget those that the council file lists no more."""
        for endpoint in self._settings.endpoint:
            state = self._before.pop(endpoint.key, {})
            one = Following(endpoint, state, self._outlet, fetcher, self._zone, self._clock)
            one.polled.keep = partial(self._keep, heard=False)
            self.following[endpoint.key] = one
        for key, state in self._before.items():
            what = f"an endpoint of {key.partition('/')[0]}"
            await Lasting(what, LOOK_BACK, state, self._outlet.notices, self._clock).left()
        if self._before:
            await self._keep(heard=False)

    async def _follow(self, one: Following) -> None:
        while True:
            await self._sleep(one.seconds)
            await self.step(one)

    async def step(self, one: Following) -> None:
        """Do what is due at one endpoint, and remember it."""
        await one.step()
        await self._keep(heard=not one.polled.fails)

    async def _keep(self, heard: bool) -> None:
        await self._outlet.flush({"endpoints": {key: one.state for key, one in self.following.items()}}, heard)


def lacking(settings: Open311Settings) -> list[str]:
    """What a person has to add before reports can be heard."""
    if settings.enabled and not settings.endpoint:
        return ["Open311: no endpoint is listed. Add one under a line [[sources.open311.endpoint]], with its `url`."]
    return []
