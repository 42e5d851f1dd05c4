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

from listeners.absence import Absence
from listeners.held import Held
from listeners.open311_asking import GeoReport
from listeners.open311_reports import Report
from listeners.outlet import Outlet
from listeners.polling import AskFailed, State

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


class Rereading:
    """One endpoint's. `open`: the numbers of what is held and open. `take`: what to do with a report as it now is.

    Until it has shown one report by its id, nothing is believed to be gone: it may not know such questions.
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
    ) -> None:
        self.open: set[str] = set(state.get("open", ()))
        self._next = datetime.fromisoformat(state["next"]) if "next" in state else next_night(clock(), zone)
        self._after, self._night = str(state.get("after", "")), int(state.get("night", 0))
        self._absence, self._proven = Absence(state.get("missing", {})), bool(state.get("proven"))
        self._asked, self._prefix, self._outlet = asked, f"{namespace}#", outlet
        self._zone, self._clock, self._take = zone, clock, take

    @property
    def state(self) -> State:
        """For the checkpoint."""
        return {
            "open": sorted(self.open), "next": self._next.isoformat(), "after": self._after, "night": self._night,
            "missing": self._absence.times, "proven": self._proven,
        }  # fmt: skip

    @property
    def seconds(self) -> float:
        """How long until there is something to ask."""
        return max(0.0, (self._next - self._clock()).total_seconds())

    def begin_all(self) -> None:
        """Read all that is held, from now on: it is to be sent once more."""
        self._next, self._after, self._night = self._clock(), "", NIGHTS - 1

    async def some(self) -> None:
        """The next few. Raises AskFailed, and rests then."""
        if not (rows := list(islice(self._due(), A_TIME))):
            self._end()
            return
        numbers = {self._number(row): row for row in rows}
        try:
            shown = await self._asked.by_number(list(numbers))
        except AskFailed as failure:
            self._next = self._clock() + max(REST, failure.wait)
            raise
        for report in shown.found.values():
            await self._take(report)
        self._absence.shown(shown.found)
        self._proven = self._proven or bool(shown.found)
        for number in self._absence.gone(shown.absent) if self._proven else ():
            await self._outlet.retract(numbers[number].native_id, "its platform no longer shows it")
            self.open.discard(number)
        self._after = rows[-1].post_id

    def _end(self) -> None:
        """The night's reading is done; what is held no more is forgotten."""
        self._next, self._after, self._night = next_night(self._clock(), self._zone), "", self._night + 1
        self.open = {number for number in self.open if self._outlet.held(f"{self._prefix}{number}")}
        self._absence.shown([number for number in self._absence.times if not self._outlet.held(self._prefix + number)])

    def _number(self, row: Held) -> str:
        return row.native_id.removeprefix(self._prefix)

    def _due(self) -> Iterator[Held]:
        """What is still to be read this night, in the order of the post ids."""
        after, with_closed = self._after, self._night % NIGHTS == NIGHTS - 1
        while rows := self._outlet.ledger.taken_until(self._clock() + timedelta(days=1), after, ROWS):
            for row in rows:
                if row.native_id.startswith(self._prefix) and (with_closed or self._number(row) in self.open):
                    yield row
            after = rows[-1].post_id


def next_night(now: datetime, zone: tzinfo) -> datetime:
    """When it begins next."""
    here = now.astimezone(zone)
    night = here.replace(hour=AT_NIGHT, minute=0, second=0, microsecond=0)
    return (night if night > here else night + timedelta(days=1)).astimezone(UTC)
