"""Asks every night whether what is held is still shown: removals and edits that no stream told us.

A stream tells a removal once, to who listens at that moment. Post by post each server is asked by its own ids, a few at
a time; what a successful answer leaves out is removed, and what it shows is heard like any other. Where the asking has
got to is for the checkpoint. Knows nothing of streams.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime, timedelta, tzinfo

from listeners.held import Held
from listeners.mastodon_client import A_TIME, About, Asking
from listeners.mastodon_events import ServerFailed
from listeners.mastodon_hearing import Hearing
from listeners.mastodon_posts import instant, status_id
from listeners.outlet import Outlet

log = logging.getLogger("listeners")

HOUR = 2
"""By the council's clock: the night's questions begin then, or at the first start after it."""
EVERY = 2.0
"""Seconds between two looks: there is no hurry, and the streams may want an answer meanwhile."""
FRESH = timedelta(hours=1)
"""What is younger is left for the next night: it may still be on its way to the server's other half."""
SEVERAL = 5
"""From so many posts on an answer that shows none of them is not believed: rather the server has a bad moment."""
NOT_CHECKED = "posts that could not be checked"


class Checking:
    """What is still to be checked. `state`: as the checkpoint has it."""

    def __init__(
        self,
        outlet: Outlet,
        servers: Mapping[str, Asking],
        hearing: Hearing,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
        zone: tzinfo,
        state: Mapping[str, str],
    ) -> None:
        self._outlet, self._servers, self._hearing = outlet, servers, hearing
        self._clock, self._sleep, self._zone = clock, sleep, zone
        self._night, self._before, self._after = (
            state.get("night", ""),
            instant(state.get("before")),
            state.get("after", ""),
        )
        self._about: dict[str, About] = {}

    @property
    def state(self) -> dict[str, str]:
        """For the checkpoint."""
        left = {"before": self._before.isoformat(), "after": self._after} if self._before else {}
        return {"night": self._night, **left}

    async def work(self) -> None:
        """Ask on, until cancelled."""
        if not self._night:
            self._night = self._tonight()  # at the very first start nothing is held that is older
        while True:
            await self._sleep(EVERY)
            await self.step()

    async def step(self) -> None:
        """The next posts, or the begin of another night."""
        if self._before:
            await self._some(self._before)
        elif self._tonight() > self._night:
            self._night, self._before, self._after = self._tonight(), self._clock() - FRESH, ""
            self._about.clear()
            await self._outlet.look_again()

    def _tonight(self) -> str:
        """The date of the last night that has begun."""
        return (self._clock().astimezone(self._zone) - timedelta(hours=HOUR)).date().isoformat()

    async def _some(self, before: datetime) -> None:
        rows = self._outlet.ledger.taken_until(before, self._after, A_TIME)
        for host, named in self._by_server(rows).items():
            try:
                await self._ask(self._servers[host], named)
            except ServerFailed as failure:
                log.warning("mastodon: %s: %d posts could not be checked: %s", host, len(named), failure)
                self._outlet.counts[NOT_CHECKED] += len(named)
        self._after, self._before = (rows[-1].post_id, before) if rows else ("", None)

    def _by_server(self, rows: Iterable[Held]) -> dict[str, dict[str, Held]]:
        """Host -> its own id -> row. Asked is the server at which a post was written, else the first that gave it."""
        found: dict[str, dict[str, Held]] = {}
        for row in rows:
            names = [alias.rpartition("/")[::2] for alias in row.aliases]
            ours = [(host, number) for host, number in names if host in self._servers and status_id(number)]
            ours.sort(key=lambda name: f"://{name[0]}/" not in row.native_id)
            if ours:
                found.setdefault(ours[0][0], {})[ours[0][1]] = row
            else:
                self._outlet.counts[NOT_CHECKED] += 1
        return found

    async def _ask(self, asking: Asking, named: Mapping[str, Held]) -> None:
        host = asking.server.host
        if host not in self._about:
            self._about[host] = await asking.about()
        shown = await asking.shown(list(named))
        there = {status_id(status.get("id")) for status in shown if isinstance(status, dict)}
        if len(named) >= SEVERAL and there.isdisjoint(named):
            raise ServerFailed("it shows none of them, which is not believed")
        for status in shown:  # it may have been edited, or its writer may ask not to be read
            await self._hearing.status(status, self._about[host].seen)
        for number in named.keys() - there:
            await self._outlet.retract(named[number].native_id, "its platform no longer shows it")
            self._outlet.counts["posts that went unheard"] += 1
