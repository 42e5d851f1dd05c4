"""Mastodon, server by server: local timelines and hashtags, with a token of an account on each (docs/decisions/0025).

Where we are in each stream is kept with what the bus has acknowledged, so that a start asks for what was written
meanwhile. A server that fails never stops another. Knows nothing of what a status means.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from listeners.mastodon_events import NO_TOKEN, ServerFailed
from listeners.mastodon_hearing import Hearing
from listeners.mastodon_place import LOOK_BACK
from listeners.mastodon_settings import MastodonSettings, Server
from listeners.mastodon_trouble import Trouble
from listeners.outlet import Outlet
from listeners.secrets import secret
from listeners.sources import SourceSettings
from soundings import __version__
from soundings.council import CouncilFile
from soundings.errors import BadInput

if TYPE_CHECKING:
    from listeners.mastodon_following import Following

KEEP_EVERY = 3.0
"""Seconds between two checkpoints: as much is heard once more after a crash."""
KEEP_AT_LEAST = timedelta(minutes=1)
"""A place that does not move is kept as often, with when we heard last."""
HEARD = timedelta(minutes=10)
"""While anything came within so long, the source counts as heard."""


class Mastodon:
    """All servers of the council file as one source."""

    Settings: ClassVar[type[SourceSettings]] = MastodonSettings
    local: ClassVar[bool] = False
    look_back: ClassVar[timedelta] = LOOK_BACK
    gap_after: ClassVar[timedelta | None] = None  # what was written while we were down is asked for, or told as a gap
    gives_again: ClassVar[bool] = True  # every night, what is held

    def __init__(
        self,
        settings: MastodonSettings,
        outlet: Outlet,
        council_file: CouncilFile,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._settings, self._outlet, self._clock, self._sleep = settings, outlet, clock, sleep
        contact = council_file.council.contact or council_file.council.name
        self._agent = f"council-soundings/{__version__} (resident listening; {contact})".encode(
            "ascii", "replace"
        ).decode()
        self._zone = council_file.council.zone
        self._before: dict[str, Any] = dict(outlet.before.state) if outlet.before else {}
        self._hearing = Hearing(outlet, council_file, clock)
        self._trouble = Trouble(outlet.notices, clock, self._keep_unheard, self._before.get("told", {}))
        self._following: list[Following] = []

    async def listen(self) -> None:
        """Follow every stream until cancelled. Raises BadInput when all tokens are missing."""
        self._prepare()
        await self._trouble.leave([following.key for following in self._following])
        async with asyncio.TaskGroup() as group:
            for following in self._following:
                group.create_task(following.follow())
            group.create_task(self._checking.work())
            group.create_task(self._keep())

    def _prepare(self) -> None:
        # heavy: whoever reads the council file comes by here
        from listeners.mastodon_checking import Checking
        from listeners.mastodon_client import Asking

        asking = {
            server.host: Asking(server, partial(token_now, server), self._agent, self._clock, self._sleep)
            for server in self._settings.server
        }
        if len(missing := lacking(self._settings)) == len(self._settings.server):
            raise BadInput("\n".join(missing))  # of a part of them each server tells by itself
        self._checking = Checking(
            self._outlet, asking, self._hearing, self._clock, self._sleep, self._zone, self._before.get("check", {})
        )
        self._following = [self._follow(asking[server.host], stream) for server in self._settings.server
                           for stream in server.streams]  # fmt: skip

    def _follow(self, asking: Any, stream: str) -> Following:
        from listeners.mastodon_following import Following
        from listeners.mastodon_stream import Stream

        server = asking.server
        back = self._clock() - timedelta(hours=self._settings.look_back_hours)
        reached = self._before.get("streams", {}).get(f"{server.host} {stream}", "")
        return Following(
            asking, stream, reached, back, self._outlet, self._hearing, self._trouble, self._clock, self._sleep,
            lambda: Stream(server, stream, token_now(server), self._agent, self._clock),
        )  # fmt: skip

    async def _keep(self) -> None:
        """Keep the place in each stream, also while nothing concerns us."""
        kept: Any = None
        kept_at = self._clock()
        while True:
            await self._sleep(KEEP_EVERY)
            now, state = self._clock(), self._state()
            if state != kept or now - kept_at >= KEEP_AT_LEAST:
                await self._outlet.flush(state, any(now - following.heard < HEARD for following in self._following))
                kept, kept_at = state, now

    async def _keep_unheard(self) -> None:
        await self._outlet.flush(self._state(), heard=False)

    def _state(self) -> dict[str, Any]:
        """What the checkpoint keeps. All up to these ids was offered."""
        streams = {following.key: following.reached for following in self._following if following.reached}
        return {"streams": streams, "told": self._trouble.told, "check": self._checking.state}


def token(server: Server) -> str:
    """Our token for a server. Raises BadInput."""
    return secret(server.secret, f"token of an account on {server.host} with the permission `read`")


def token_now(server: Server) -> str:
    """The same while we listen: that it cannot be had stops no other server. Raises ServerFailed."""
    try:
        return token(server)
    except BadInput as error:
        raise ServerFailed(str(error), NO_TOKEN) from None


def lacking(settings: MastodonSettings) -> list[str]:
    """What the environment lacks, a sentence each; empty when all is there."""
    found = []
    for server in settings.server:
        try:
            token(server)
        except BadInput as error:
            found.append(str(error))
    return found
