"""One server of reports, followed: what is new every few minutes, what is held every night.

Asked for is from 48 hours before the newest report that it gave, because a report can come late into a list, up to now.
What is known of it goes into the checkpoint after what it gave. Knows nothing of other endpoints.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from listeners.fetching import Fetcher
from listeners.held import EPOCH
from listeners.open311_asking import SLACK, GeoReport, Heard
from listeners.open311_reports import Report
from listeners.open311_rereading import Rereading
from listeners.open311_settings import Endpoint
from listeners.outlet import Outcome, Outlet
from listeners.polling import A_DAY, AskFailed, Lasting, State
from listeners.supervising import place_of
from soundings.errors import SoundingsError

log = logging.getLogger("listeners")

OVERLAP = timedelta(hours=48)
"""How late a report may come into the list of its day."""
LOOK_BACK = timedelta(days=14)
"""How far back is asked at the first start, and on another bus."""
KEPT = (Outcome.NEW, Outcome.CHANGED, Outcome.SAME, Outcome.OLDER)


class Following:
    """One endpoint. `state`: as the checkpoint has it."""

    def __init__(
        self,
        endpoint: Endpoint,
        state: State,
        outlet: Outlet,
        fetcher: Fetcher,
        zone: tzinfo,
        clock: Callable[[], datetime],
    ) -> None:
        self._outlet, self._clock = outlet, clock
        self._state = dict(state)
        self._mind_the_clock()
        every = timedelta(minutes=endpoint.interval_minutes)
        self.polled = Lasting(f"the reports of {endpoint.called}", every, self._state, outlet.notices, clock)
        self._asked = GeoReport(endpoint, fetcher, zone, clock, str(state.get("form", "")))
        rereading = state.get("rereading", {})
        self.rereading = Rereading(
            rereading, self._asked, endpoint.namespace, outlet, zone, clock, self._take, self.polled.what
        )
        if outlet.rewound:
            self._begin_anew()

    @property
    def state(self) -> State:
        """For the checkpoint, which is written once all that it speaks of was offered."""
        return self._state | {"form": self._asked.form, "rereading": self.rereading.state}

    @property
    def seconds(self) -> float:
        """How long until there is something to do. While it does not answer nothing is read again."""
        due = self.polled.seconds
        return due if self.polled.fails else min(due, self.rereading.seconds)

    async def step(self) -> None:
        """Do what is due: new reports first."""
        self._mind_the_clock()
        if self.polled.seconds <= 0:
            await self.poll()
        elif not self.polled.fails and self.rereading.seconds <= 0:
            await self.reread()

    async def poll(self) -> None:
        """Ask once for what is new, and note when to ask again."""
        try:
            await self._hear()
            await self.polled.heard()
        except AskFailed as failure:
            await self.polled.failed(failure)
        except SoundingsError:
            raise
        except Exception as error:  # one endpoint never stops another: it is told, and tried again
            log.error("%s failed: %s", self.polled.what, place_of(error))
            await self.polled.failed(AskFailed("something in its answer could not be worked"))

    async def reread(self) -> None:
        """Read some of what is held again."""
        try:
            await self.rereading.some()
        except AskFailed as failure:
            log.warning("%s: what is held could not be read again: %s", self.polled.what, failure)
            if failure.wait:
                self.polled.rest(failure.wait)

    async def _hear(self) -> None:
        order = await self._outlet.look_again()
        if order not in ("", self._state.get("again")):  # some posts are wanted once more, wherever they stand
            self._begin_anew()
            self._state["again"] = order
        now = self._clock()
        until, start = self._until, self._start(now)
        heard = await self._asked.between(start, now)
        for report in sorted(heard.reports, key=lambda one: one.native.event_at or now):
            await self._news(report, start)
        await self._tell_missed(heard, until or start)
        dates = [one.native.event_at for one in heard.reports if one.native.event_at and one.native.event_at <= now]
        self._state["newest"] = max([*dates, self._instant("newest") or start]).isoformat()
        self._state["until"] = now.isoformat()

    def _mind_the_clock(self) -> None:
        """What was noted by a clock that was ahead would stop us for as long: it is due, from further back."""
        now = self._clock()
        if any(at and at > now for at in (self._until, self._instant("heard"))):
            for name in ("until", "newest", "due"):
                self._state.pop(name, None)
            self._state["heard"] = now.isoformat()
        elif (due := self._instant("due")) and due > now + A_DAY:  # no pause is longer
            del self._state["due"]

    def _begin_anew(self) -> None:
        for name in ("until", "newest"):
            self._state.pop(name, None)
        if not self.polled.fails:
            self._state.pop("due", None)
        self.rereading.begin_all()

    def _instant(self, name: str) -> datetime | None:
        return datetime.fromisoformat(self._state[name]) if name in self._state else None

    @property
    def _until(self) -> datetime | None:
        return self._instant("until")

    def _start(self, now: datetime) -> datetime:
        until = self._until
        if until is None:
            return now - LOOK_BACK
        return max(min(self._instant("newest") or until, until) - OVERLAP, until - LOOK_BACK)

    async def _news(self, report: Report, start: datetime) -> None:
        made_at, native_id = report.native.event_at, report.native.native_id
        if made_at and made_at < start - SLACK and not (native_id and self._outlet.held(native_id)):
            return  # its server does not look at dates: what is as old is no news
        await self._take(report)

    async def _take(self, report: Report) -> None:
        native = report.native
        outcome = await self._outlet.offer(native)
        if outcome is Outcome.OLDER and (held := self._outlet.held(native.native_id)):
            # What is held was dated by a clock of ours that was ahead: what its server says now is newer all the same.
            just_after = EPOCH + timedelta(milliseconds=held.version + 1)
            outcome = await self._outlet.offer(replace(native, edited_at=just_after))
        if outcome is Outcome.ELSEWHERE:
            self._outlet.passed()
        if report.is_open and outcome in KEPT:
            self.rereading.open.add(report.number)
        else:
            self.rereading.open.discard(report.number)

    async def _tell_missed(self, heard: Heard, until: datetime) -> None:
        """Each once: the stretches of two questions overlap."""
        for stretch in heard.missed:
            if stretch.end > until:
                why = f"{self.polled.what}: there were more than it gives at once; is its `cap` right?"
                await self._outlet.notices.gap(max(stretch.start, until), stretch.end, why)
