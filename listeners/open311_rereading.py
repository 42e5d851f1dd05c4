"""Reads again, every night, the reports that are held and open: for edits, for their end, and for those that vanished.

A server can only be asked for reports by the day they were made: what happens to one later is told by nothing. Every
seventh night all that is held is read, closed reports too. Where the reading has got to is for the checkpoint. Knows
nothing of new reports.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import islice
from typing import TYPE_CHECKING

from listeners.absence import LongAbsence
from listeners.held import Held
from listeners.open311_asking import GeoReport
from listeners.open311_reports import Report
from listeners.outlet import Outlet
from listeners.polling import TELL_AFTER, AskFailed, State

if TYPE_CHECKING:
    from collections.abc import Iterator

log = logging.getLogger("listeners")

AT_NIGHT = 2
"""The hour, in the council's own time, at which it begins."""
NIGHTS = 7
"""Every so many nights closed reports are read too."""
A_TIME = 25
"""Reports in one round of questions."""
ROWS = 500
"""Rows of the ledger that are looked at together."""
REST = timedelta(minutes=10)
"""How long nothing is read again after an answer that did not come."""
TRIES = 3
"""At the last of so many tries of one round what cannot be had is passed over."""
PROBES = 3
"""How many reports are asked for to see whether its server shows any by its id."""
LONGEST = timedelta(hours=26)
"""What lies further ahead than any night begins was noted by a clock that was wrong."""


class Rereading:
    """One endpoint's. `open`: the numbers of what is held and open. `take`: what to do with a report as it now is.

    In a night in which it showed no report by its id, nothing is believed to be gone: it may not know such questions.
    """

    def __init__(
        self,
        state: State,
        asked: GeoReport,
        namespace: str,
        outlet: Outlet,
        zone: tzinfo,
        clock: Callable[[], datetime],
        take: Callable[[Report], Awaitable[None]],
        what: str = "the reports",
    ) -> None:
        self.open: set[str] = set(state.get("open", ()))
        self._next = datetime.fromisoformat(state["next"]) if "next" in state else next_night(clock(), zone)
        self._after, self._night = str(state.get("after", "")), int(state.get("night", 0))
        self._absence = LongAbsence(state.get("missing", {}))
        self._absent, self._shown = list[str](state.get("absent", ())), bool(state.get("shown"))
        self._tries, self._unread = int(state.get("tries", 0)), int(state.get("unread", 0))
        self._read = datetime.fromisoformat(state["read"]) if "read" in state else clock()
        self._asked, self._prefix, self._outlet, self._what = asked, f"{namespace}#", outlet, what
        self._zone, self._clock, self._take = zone, clock, take

    @property
    def state(self) -> State:
        """For the checkpoint."""
        return {
            "open": sorted(self.open), "next": self._next.isoformat(), "after": self._after, "night": self._night,
            "missing": self._absence.state, "absent": self._absent, "shown": self._shown, "tries": self._tries,
            "unread": self._unread, "read": self._read.isoformat(),
        }  # fmt: skip

    @property
    def seconds(self) -> float:
        """How long until there is something to ask."""
        left = self._next - self._clock()
        return max(0.0, left.total_seconds()) if left <= LONGEST else 0.0

    def begin_all(self) -> None:
        """Read all that is held, from now on: it is to be sent once more."""
        self._next, self._after, self._night = self._clock(), "", NIGHTS - 1
        self._absent, self._shown, self._tries, self._unread = [], False, 0, 0

    async def some(self) -> None:
        """The next few. Raises AskFailed, and rests then."""
        if not (rows := list(islice(self._due(), A_TIME))):
            await self._end()
            return
        numbers = [self._number(row) for row in rows]
        try:
            shown = await self._asked.by_number(numbers, to_the_end=self._tries >= TRIES - 1)
        except AskFailed as failure:
            self._tries += 1
            self._next = self._clock() + min(max(REST, failure.wait), LONGEST)
            raise
        for report in shown.found.values():
            await self._take(report)
        self._absence.shown(shown.found)
        self._shown = self._shown or bool(shown.found)
        self._absent += shown.absent
        self._unread += len(numbers) - len(shown.found) - len(shown.absent)
        self._after, self._tries = rows[-1].post_id, 0

    async def _end(self) -> None:
        """The night's reading is done: what it says of removals; what is held no more is forgotten."""
        now = self._clock()
        if self._absent and not self._shown:
            self._shown = await self._shows_any()
        for number in self._absence.gone(self._absent, now, self._shown):
            await self._outlet.retract(f"{self._prefix}{number}", "its platform no longer shows it")
            self.open.discard(number)
        await self._tell_unread(now)
        self._next, self._after, self._night = next_night(now, self._zone), "", self._night + 1
        self._absent, self._shown, self._unread, self._read = [], False, 0, now
        self.open = {number for number in self.open if self._outlet.held(f"{self._prefix}{number}")}
        missing = list(self._absence.state)
        self._absence.shown([number for number in missing if not self._outlet.held(self._prefix + number)])

    async def _shows_any(self) -> bool:
        """Whether its server shows a report by its id at all: one that is held and was not asked for this night."""
        others = (number for row in self._held("") if (number := self._number(row)) not in self._absent)
        probes = list(islice(others, PROBES))
        return bool(probes and (await self._asked.by_number(probes, to_the_end=True)).found)

    async def _tell_unread(self, now: datetime) -> None:
        """How many could not be read again. One or two that break their server are for the log alone."""
        if self._unread:
            why = (
                f"{self._what}: {self._unread} that are held could not be read again; edits and removals are not known"
            )
            log.warning("%s", why)
            if self._unread >= TELL_AFTER:
                await self._outlet.notices.gap(min(self._read, now), now, why)

    def _number(self, row: Held) -> str:
        return row.native_id.removeprefix(self._prefix)

    def _due(self) -> Iterator[Held]:
        """What is still to be read this night, in the order of the post ids. What was missing is asked for again."""
        with_closed = self._night % NIGHTS == NIGHTS - 1
        for row in self._held(self._after):
            number = self._number(row)
            if with_closed or number in self.open or number in self._absence.state:
                yield row

    def _held(self, after: str) -> Iterator[Held]:
        while rows := self._outlet.ledger.taken_until(self._clock() + timedelta(days=1), after, ROWS):
            yield from (row for row in rows if row.native_id.startswith(self._prefix))
            after = rows[-1].post_id


def next_night(now: datetime, zone: tzinfo) -> datetime:
    """When it begins next."""
    here = now.astimezone(zone)
    night = here.replace(hour=AT_NIGHT, minute=0, second=0, microsecond=0)
    return (night if night > here else night + timedelta(days=1)).astimezone(UTC)
