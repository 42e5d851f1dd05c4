"""Fetches posts by name beside the stream: what a kept post answers, and those of an account that has come back.

One question at a time, from a bounded queue. What a post answers is asked for once: what does not fit or cannot be had
is counted, and never a failure. Who came back is asked for until it answers, also after a start. Knows nothing of the
stream.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from listeners.appview import REST, AppView, Shown, Unanswered
from listeners.bluesky_posts import ODD, to_native
from listeners.bluesky_silence import Silence
from listeners.native import Native
from listeners.outlet import Outcome, Outlet
from listeners.threads import MOST
from soundings.errors import PostFailed

ROOM = 500
"""Questions that may wait."""
BACK = ""
"""In place of a post: who came back."""
GONE = 5_000
"""Posts and accounts of which it is remembered, in memory alone, that they have just gone: some minutes of all.
An answer may be older than the stream, and what it still shows must not come in after its removal."""
TRIES = 3
"""How often one question is asked while the server does not answer."""
GIVEN_UP = timedelta(days=1)
"""How long after an account came back its posts are asked for: an AppView may be slower than the stream."""


class Context:
    """What is asked for beside the stream."""

    def __init__(
        self,
        outlet: Outlet,
        appview: AppView,
        silence: Silence,
        clock: Callable[[], datetime],
        returning: Mapping[str, str],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._outlet, self._appview, self._silence = outlet, appview, silence
        self._clock, self._sleep = clock, sleep
        self._wanted: asyncio.Queue[str] = asyncio.Queue(ROOM)
        self._gone: OrderedDict[str, None] = OrderedDict()
        self.turn = asyncio.Lock()
        """Held by whoever works an event of the stream, or an answer: never both at once."""
        self.returning = dict(returning)
        """Account hash -> when it came back, until its posts have come again: for the checkpoint."""
        self._absent: dict[str, set[str]] = {}
        """Account hash, once the server shows the account -> the posts that it was asked for and does not show."""
        self.bring_back()

    def above(self, uri: str) -> None:
        """Have what this kept post answers kept with it."""
        self._want(uri)

    def gone(self, name: str) -> None:
        """A post (its id) was removed, or an account (its DID) has left, whoever it is."""
        self._gone[name] = None
        if len(self._gone) > GONE:
            self._gone.popitem(last=False)

    def is_there(self, did: str) -> None:
        """The account is active."""
        self._gone.pop(did, None)

    def came_back(self, account: str) -> None:
        """Have the hidden posts of this account (its hash) taken once more, as they are now."""
        if self._appview:
            self.returning[account] = self._clock().isoformat()
            self.bring_back()

    def went(self, account: str) -> None:
        """It is hidden again, or gone for good."""
        self.returning.pop(account, None)
        self._absent.pop(account, None)

    def bring_back(self) -> None:
        """Ask for whoever came back and did not answer yet."""
        if self.returning:
            self._want(BACK)

    def _want(self, what: str) -> None:
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
                await self._ask_patiently(what)
            finally:
                self._wanted.task_done()

    async def settled(self) -> None:
        """Wait until nothing is wanted."""
        await self._wanted.join()

    async def _ask_patiently(self, what: str) -> None:
        """A server that rests for a minute must not cost what waits: all of it waits as well."""
        for _ in range(TRIES):
            if rest := self._appview.rest:
                await self._sleep(rest)
            try:
                await self.ask(what)
            except Unanswered:
                await self._sleep(REST.total_seconds())
            else:
                return
        self._outlet.counts["posts that could not be had"] += 1

    async def ask(self, what: str) -> None:
        """Ask one question, and offer what is answered. Raises Unanswered."""
        if what == BACK:
            for account, since in list(self.returning.items()):
                await self._bring_back(account, datetime.fromisoformat(since))
            return
        for shown in await self._appview.above(what):
            if shown.replies > MOST and not self._outlet.held(shown.place.uri):
                # A whole network's talk in which one reply named us: with it, all other replies would come in.
                self._outlet.counts[Outcome.CUT] += 1
                continue
            await self.offer(shown)

    async def _bring_back(self, account: str, since: datetime) -> None:
        """What was hidden lies on no bus: its text has to come again, and only a server can give it.

        A server that shows none of them does not know yet that the account is back: that is no answer.
        """
        async with self._outlet.still():  # else what is just on its way would look like it
            hidden = [row.native_id for row in self._outlet.ledger.of_account(account) if not row.stream]
        absent = self._absent.get(account, set())
        answer = await self._appview.posts([uri for uri in hidden if uri not in absent])
        for shown in answer.found:
            await self.offer(shown)
        left = {*hidden} - {shown.place.uri for shown in answer.found}
        if self.returning.get(account) != since.isoformat():
            return  # it left meanwhile, and may be back again: then all of it is to be asked for anew
        if answer.found or account in self._absent:
            absent = self._absent[account] = absent | answer.absent
        if left <= absent or self._clock() - since > GIVEN_UP:
            self._outlet.counts["posts that could not be had"] += len(left)
            self.went(account)

    async def offer(self, shown: Shown) -> None:
        """Take a post as a server shows it, unless it has gone meanwhile or its writer asks not to be read."""
        try:
            native = to_native(shown.place, shown.record)
        except (PostFailed, *ODD):
            native = None
        if native is None:
            self._outlet.counts["posts that could not be had"] += 1
            return
        if self._has_gone(native):
            return
        native = replace(native, answered=True)
        silent = await self._silence.asked_by(native, shown.silent)  # before our turn: the stream must not wait for it
        async with self.turn:
            if not self._has_gone(native):
                await self._outlet.offer(replace(native, no_index=native.no_index or silent))

    def _has_gone(self, native: Native) -> bool:
        return not self._gone.keys().isdisjoint((native.native_id, native.account))
