"""Fetches posts by name beside the stream: what a kept post answers, and those of an account that has come back.

One at a time, from a bounded queue that lasts as long as the process: what does not fit or cannot be had is counted,
and never a failure. Knows nothing of the stream.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace

from listeners.appview import AppView, Shown
from listeners.bluesky_posts import ODD, to_native
from listeners.outlet import Outcome, Outlet
from listeners.threads import MOST
from soundings.errors import PostFailed

log = logging.getLogger("listeners")

ROOM = 500
"""Questions that may wait."""


class Context:
    """What is asked for beside the stream."""

    def __init__(self, outlet: Outlet, appview: AppView) -> None:
        self._outlet, self._appview = outlet, appview
        self._wanted: asyncio.Queue[tuple[str, ...] | str] = asyncio.Queue(ROOM)

    def above(self, uri: str) -> None:
        """Have what this kept post answers kept with it."""
        self._want(uri)

    def again(self, uris: Sequence[str]) -> None:
        """Have these posts taken once more, as they are now."""
        if uris:
            self._want(tuple(uris))

    def _want(self, what: tuple[str, ...] | str) -> None:
        if not self._appview:
            return
        try:
            self._wanted.put_nowait(what)
        except asyncio.QueueFull:
            self._outlet.counts["questions for which there was no room"] += 1

    async def work(self) -> None:
        """Ask for what is wanted, until cancelled."""
        while True:
            what = await self._wanted.get()
            try:
                await self.ask(what)
            finally:
                self._wanted.task_done()

    async def settled(self) -> None:
        """Wait until nothing is wanted."""
        await self._wanted.join()

    async def ask(self, what: tuple[str, ...] | str) -> None:
        """Ask one question, and offer what is answered."""
        if isinstance(what, tuple):
            for shown in await self._appview.posts(what):
                await self._offer(shown)
            return
        for shown in await self._appview.above(what):
            if shown.replies > MOST and not self._outlet.held(shown.place.uri):
                # A whole network's talk in which one reply named us: with it, all other replies would come in.
                self._outlet.counts[Outcome.CUT] += 1
                continue
            await self._offer(shown)

    async def _offer(self, shown: Shown) -> None:
        try:
            native = to_native(shown.place, shown.record)
        except (PostFailed, *ODD):
            native = None
        if native is None:
            self._outlet.counts["posts that could not be had"] += 1
        else:
            await self._outlet.offer(replace(native, answered=True, no_index=native.no_index or shown.silent))
