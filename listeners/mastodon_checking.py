"""Asks every night whether what is held is still shown: removals and edits that no stream told us.

A stream tells a removal once, to who listens at that moment. Post by post each server is asked by its own ids, a few at
a time; what it shows is heard like any other. What it leaves out counts only when it was written there: of others a
server keeps copies, and throws them away. Where the asking has got to is for the checkpoint. Knows nothing of streams.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from listeners.held import Held
from listeners.mastodon_client import A_TIME, About, Asking
from listeners.mastodon_events import ServerFailed
from listeners.mastodon_hearing import Hearing
from listeners.mastodon_posts import instant, status_id
from listeners.missing import Missing
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
        state: Mapping[str, Any],
    ) -> None:
        self._outlet, self._servers, self._hearing = outlet, servers, hearing
        self._clock, self._sleep, self._zone = clock, sleep, zone
        self._night, self._before, self._after = (
            state.get("night", ""),
            instant(state.get("before")),
            state.get("after", ""),
        )
        self._missing = Missing(state.get("missing", {}))
        self._about: dict[str, About] = {}

    @property
    def state(self) -> dict[str, Any]:
        """For the checkpoint."""
        left = {"before": self._before.isoformat(), "after": self._after} if self._before else {}
        missing = {"missing": found} if (found := self._missing.state) else {}
        return {"night": self._night, **left, **missing}

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
        elif self._is_another_night():
            self._night, self._before, self._after = self._tonight(), self._clock() - FRESH, ""
            self._about.clear()
            await self._outlet.look_again()

    def _tonight(self) -> str:
        """The date of the last night that has begun."""
        return (self._clock().astimezone(self._zone) - timedelta(hours=HOUR)).date().isoformat()

    def _is_another_night(self) -> bool:
        """Also when the last one lies ahead by more than a day: then the clock was wrong."""
        tonight = self._tonight()
        tomorrow = (date.fromisoformat(tonight) + timedelta(days=1)).isoformat()
        return not tonight <= self._night <= tomorrow

    async def _some(self, before: datetime) -> None:
        before = min(before, self._clock() - FRESH)  # it was noted by a clock that may have been ahead
        rows = self._outlet.ledger.taken_until(before, self._after, A_TIME)
        await self._learn()
        for host, named in self._by_server(rows).items():
            try:
                await self._ask(host, named)
            except ServerFailed as failure:
                log.warning("mastodon: %s: %d posts could not be checked: %s", host, len(named), failure)
                self._outlet.counts[NOT_CHECKED] += len(named)
        if not rows:
            await self._end()
        self._after, self._before = (rows[-1].post_id, before) if rows else ("", None)

    async def _learn(self) -> None:
        """What each server says of itself, once a night."""
        for host, asking in self._servers.items():
            if host not in self._about:
                with suppress(ServerFailed):  # told when it is asked for something
                    self._about[host] = await asking.about()

    def _by_server(self, rows: Iterable[Held]) -> dict[str, dict[str, Held]]:
        """Host -> its own id -> row. Asked is the server at which a post was written, else the first that gave it."""
        found: dict[str, dict[str, Held]] = {}
        for row in rows:
            names = [alias.rpartition("/")[::2] for alias in row.aliases]
            ours = [(host, number) for host, number in names if host in self._servers and status_id(number)]
            ours.sort(key=lambda name: not self._wrote(name[0], row))
            if ours:
                found.setdefault(ours[0][0], {})[ours[0][1]] = row
            else:
                self._outlet.counts[NOT_CHECKED] += 1
        return found

    def _wrote(self, host: str, row: Held) -> bool:
        """Whether a post was written at this server, by its address or by the name of its people."""
        about = self._about.get(host)
        home = row.native_id.partition("://")[2].partition("/")[0].casefold()
        return home in (host, about.seen.domain.casefold() if about else host)

    async def _ask(self, host: str, named: Mapping[str, Held]) -> None:
        if host not in self._about:
            raise ServerFailed("it does not say what it is")
        shown = await self._servers[host].shown(list(named))
        there = {status_id(status.get("id")) for status in shown if isinstance(status, dict)}
        if len(named) >= SEVERAL and there.isdisjoint(named):
            raise ServerFailed("it shows none of them, which is not believed")
        for status in shown:  # it may have been edited, or its writer may ask not to be read
            await self._hearing.status(status, self._about[host].seen)
        own = {number: row.post_id for number, row in named.items() if self._wrote(host, row)}
        self._outlet.counts[NOT_CHECKED] += len(named.keys() - there - own.keys())
        self._missing.answered(
            host, [own[number] for number in own.keys() & there], [own[number] for number in own.keys() - there]
        )

    async def _end(self) -> None:
        """The night is over. Each post is looked up once more: it may have been removed meanwhile."""
        gone, doubtful = self._missing.judged()
        self._outlet.counts[NOT_CHECKED] += doubtful
        for post_id in gone:
            if row := self._outlet.ledger.find_post(post_id):
                await self._outlet.retract(row.native_id, "its platform no longer shows it")
                self._outlet.counts["posts that went unheard"] += 1
        self._missing.end()  # only now: a start in between removes the others
