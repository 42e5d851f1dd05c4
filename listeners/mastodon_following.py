"""Follows one stream of one Mastodon server: what is missing is asked for, then it listens, then asks once more.

A stream cannot be asked where to begin, so what was written between two connections comes from the timeline, oldest
first, from before the highest id that was worked. An id counts as reached only when all below it was offered. Knows
nothing of what a status means.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from listeners import mastodon_place as place
from listeners.mastodon_client import About, Asking
from listeners.mastodon_events import CLOSED, NO_TOKEN, Said, ServerFailed, Sign
from listeners.mastodon_hearing import Hearing
from listeners.mastodon_posts import status_id
from listeners.mastodon_settings import LOCAL
from listeners.mastodon_stream import Stream
from listeners.mastodon_trouble import Trouble
from listeners.outlet import Outlet

log = logging.getLogger("listeners")

SILENCE = 60.0
"""Seconds without a line after which a connection is given up: servers send a sign of life every 15."""
PAUSES = (1.0, 5.0, 15.0, 60.0, 300.0)
"""Seconds before the next try; the last is repeated. The first again once a connection has lasted."""
AFTER_REFUSAL = 3600.0
"""Seconds before a server that refuses us is tried once more: a person must mend it first."""
LASTED = timedelta(minutes=2)
TELL_AFTER = timedelta(minutes=10)
"""How long a server may fail before pages say so; a refusal is told at once."""


class Following:
    """One stream. `reached`: the highest id that was worked; empty: none yet."""

    def __init__(
        self,
        asking: Asking,
        stream: str,
        reached: str,
        back: datetime,
        outlet: Outlet,
        hearing: Hearing,
        trouble: Trouble,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
        open_stream: Callable[[], Stream],
    ) -> None:
        self._asking, self._stream, self.reached, self._back = asking, stream, reached, back
        self._outlet, self._hearing, self._trouble = outlet, hearing, trouble
        self._clock, self._sleep, self._open = clock, sleep, open_stream
        self._rewind = outlet.rewound
        self.heard = outlet.before.heard_at if reached and outlet.before else clock()
        """When anything came last."""
        self.is_open = False
        """Whether it listens, and nothing before is missing."""

    @property
    def key(self) -> str:
        """What it is called in the checkpoint and in logs."""
        return f"{self._asking.server.host} {self._stream}"

    async def follow(self) -> None:
        """Until cancelled."""
        tries = 0
        while True:
            begun = self._clock()
            failure = await self._once()
            self.is_open = False
            tries = 0 if self._clock() - begun > LASTED else tries
            asked = failure.is_refusal and failure.status != NO_TOKEN  # to look for our own token costs nobody anything
            pause = AFTER_REFUSAL if asked else PAUSES[min(tries, len(PAUSES) - 1)]
            log.warning("mastodon: %s: %s", self.key, failure)
            if failure.is_refusal or self._clock() - self.heard >= TELL_AFTER:
                await self._trouble.begin(self.key, self.heard, self._why(failure), failure.is_refusal)
            await self._sleep(max(pause, failure.wait.total_seconds()))
            tries += 1

    async def _once(self) -> ServerFailed:
        """One connection to its end, which is why it ended."""
        try:
            await self._asking.check_token()
            self._about = await self._asking.about()
            self._check_open(self._about)
            await self._fill()
            await self._open().run(SILENCE, self._take)
        except ServerFailed as failure:
            return failure
        return ServerFailed("its stream ended")

    def _check_open(self, about: About) -> None:
        if about.closes(self._stream):  # it would answer, with nothing, for ever
            raise ServerFailed("it gives this timeline to nobody", CLOSED)

    async def _take(self, item: Said | Sign) -> None:
        self.heard = self._clock()
        if item is Sign.OPENED:
            await self._fill()  # what came between the last answer and this moment
            self.heard = self._clock()
            self.is_open = True
            await self._trouble.end(self.key)
        elif isinstance(item, Said):
            number = await self._hearing.event(item, self._about.seen)
            if item.name == "update" and number:
                self.reached = place.higher(self.reached, number)

    async def _fill(self) -> None:
        after = await self._begin()
        while page := await self._asking.timeline(self._stream, after):
            for status in sorted(page, key=_order):
                await self._hearing.status(status, self._about.seen)
            top = place.highest(page)
            if place.higher(top, after) == after:
                break  # a server that knows no `min_id` gives the same for ever
            after = top
            self.reached = place.higher(self.reached, top)
        self._rewind = False

    async def _begin(self) -> str:
        """From where on is asked. What lies too far back for that is told as lost."""
        after = place.begin(self._stream, self.reached, self._back)
        if self._rewind and place.written(after):
            after = min(after, place.at(self._back), key=int)
        written, oldest = place.written(after), self._clock() - place.LOOK_BACK
        if self.reached and written and written < oldest:
            why = f"{self._asking.server.host} was not heard for so long that no more is asked for"
            await self._outlet.notices.gap(written, oldest, why)
            self.reached = after = place.at(oldest)
        return after

    def _why(self, failure: ServerFailed) -> str:
        server = self._asking.server
        which = "local timeline" if self._stream == LOCAL else f"posts with {self._stream}"
        if failure.status == 401:
            who = "renew it, as one of an account there that may read"
            return f"{server.host} refuses our token (401): {who}, in {server.secret}"
        if failure.status == 403:
            who = "make one with the permission `read`"
            return f"{server.host} says that our token may not read (403): {who}, and put it into {server.secret}"
        if failure.status == NO_TOKEN:
            return f"{server.host} is not heard. {failure}"
        if failure.is_refusal:
            do = "ask its administrators, or take it out of the council file"
            return f"{server.host} does not give its {which}: {failure}; {do}"
        return f"{server.host} cannot be heard: {failure}"


def _order(status: object) -> tuple[int, str]:
    number = status_id(status.get("id")) if isinstance(status, dict) else ""
    return len(number), number
