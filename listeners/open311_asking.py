"""Asks one GeoReport v2 server: for all reports of a stretch of time, and for some by their ids.

The end of a stretch is fixed before the first question. An answer that holds as many reports as the server gives at
most is taken to be cut off, and the stretch is asked for in halves. Knows nothing of what is held and of schedules.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from urllib.parse import quote, urlencode

from listeners.addresses import on_server
from listeners.fetching import Answer, Fetcher
from listeners.open311_reports import NotReports, Report, read, records
from listeners.open311_settings import Endpoint
from listeners.polling import TELL_AFTER, AskFailed, TooMuch, ask

LONGEST = timedelta(days=30)
"""The longest stretch in one question; the specification allows 90 days (wiki.open311.org/GeoReport_v2)."""
SHORTEST = timedelta(minutes=1)
SLACK = timedelta(days=1)
"""How far outside a stretch a report may lie: servers drop or mistake the offset of a date."""
MOST = 500
"""Questions for all that is new, halves and further pages included, after which the rest is left and told."""
NEXT = "x-next-page-url"
ABSENT = (404, 410)
FORMS = ("json", "xml")
OTHERS = "it answers with other reports than those that it was asked for"
WANTS_ONE = "it wants a `jurisdiction_id`: add one to the endpoint in the council file (FixMyStreet takes any)"


@dataclass(frozen=True)
class Stretch:
    """From an instant up to another."""

    start: datetime
    end: datetime

    @property
    def is_short(self) -> bool:
        """Whether it is not halved any more."""
        return self.end - self.start <= SHORTEST

    def halves(self) -> tuple[Stretch, Stretch]:
        """The earlier and the later half."""
        middle = self.start + (self.end - self.start) / 2
        return Stretch(self.start, middle), Stretch(middle, self.end)

    def strays(self, reports: Sequence[Report]) -> bool:
        """Whether one of these lies elsewhere: then its server does not look at the dates that it is given."""
        dates = [report.native.event_at for report in reports if report.native.event_at]
        return any(not self.start - SLACK <= date <= self.end + SLACK for date in dates)


@dataclass
class Heard:
    """What a server gave for a stretch of time, each report once, and for which parts of it that was not all."""

    reports: list[Report] = field(default_factory=list)
    missed: list[Stretch] = field(default_factory=list)
    _numbers: set[str] = field(default_factory=set)

    def add(self, reports: Sequence[Report]) -> None:
        """Take what is not there yet: pages shift while they are read, and halves may share an edge."""
        for report in reports:
            if not report.number or report.number not in self._numbers:
                self.reports.append(report)
            self._numbers.add(report.number)


@dataclass(frozen=True)
class Shown:
    """What a server shows and what it does not, of some reports; one that it gave no answer for is neither."""

    found: dict[str, Report]
    absent: list[str]


class GeoReport:
    """One server. `form`: the one that it answered in before, where the council file does not say."""

    def __init__(
        self, endpoint: Endpoint, fetcher: Fetcher, zone: tzinfo, clock: Callable[[], datetime], form: str = ""
    ) -> None:
        self._endpoint, self._fetcher, self._zone, self._clock = endpoint, fetcher, zone, clock
        self.form = endpoint.format if endpoint.format != "auto" else form if form in FORMS else FORMS[0]
        self._asked = 0

    async def between(self, start: datetime, end: datetime) -> Heard:
        """All reports that were made in a stretch of time. Raises AskFailed."""
        heard, left = Heard(), deque(_pieces(start, end))
        self._asked = 0
        while left and self._asked < MOST:
            stretch = left.popleft()
            try:
                found, is_cut = await self._pages(stretch)
            except TooMuch:
                if stretch.is_short:
                    raise
                found, is_cut = [], True
            heard.add(found)
            if is_cut and (stretch.is_short or stretch.strays(found)):
                heard.missed.append(_unseen(stretch, found))
            elif is_cut:
                left.extendleft(reversed(stretch.halves()))
        heard.missed.extend(left)
        return heard

    async def by_number(self, numbers: Sequence[str], to_the_end: bool = False) -> Shown:
        """These reports as they are now. Raises AskFailed when several in a row could not be asked for, or none.

        Nothing counts as absent because of an answer for several: a server may not know such questions, or cut them.
        `to_the_end`: raise nothing, and leave out what cannot be had.
        """
        shown = Shown(await self._together(numbers, to_the_end), [])
        vain, most = 0, min(TELL_AFTER, len(numbers))
        for number in [number for number in numbers if number not in shown.found]:
            try:
                report = await self._single(number)
            except AskFailed as failure:
                vain += 1
                if not to_the_end and (failure.wait or vain >= most):
                    raise
                if failure.wait and vain >= most:
                    break
                continue  # one that breaks its server hides no other
            vain = 0
            if report:
                shown.found[number] = report
            else:
                shown.absent.append(number)
        return shown

    async def _together(self, numbers: Sequence[str], to_the_end: bool) -> dict[str, Report]:
        """What answers for several at once give. Of one that is refused each report is asked for by itself."""
        found: dict[str, Report] = {}
        if (together := self._endpoint.together) > 1:
            plain = [number for number in numbers if "," not in number]
            for at in range(0, len(plain), together):
                try:
                    found.update(await self._several(plain[at : at + together]))
                except AskFailed as failure:
                    if failure.wait and not to_the_end:
                        raise
        return found

    async def _pages(self, stretch: Stretch) -> tuple[list[Report], bool]:
        """The reports of a stretch, page by page where its server has pages, and whether they are cut off."""
        dates = {"start_date": self._written(stretch.start), "end_date": self._written(stretch.end)}
        answer, found = await self._list(**dates)
        page = found
        if not answer.headers.get(NEXT):
            return found, len(found) >= self._endpoint.cap
        known: set[str] = set()
        while page and (link := answer.headers.get(NEXT)):
            url = on_server(link, self._endpoint.url)
            if not url or url in known or self._asked >= MOST:
                return found, True
            known.add(url)
            answer = await self._ask(url)
            page = await self._read(answer)
            found = found + page
        return found, False

    async def _several(self, numbers: Sequence[str]) -> dict[str, Report]:
        _, found = await self._list(service_request_id=",".join(numbers))
        if any(report.number not in numbers for report in found):
            raise AskFailed(OTHERS, at_once=True)
        return {report.number: report for report in found}

    async def _single(self, number: str) -> Report | None:
        answer = await self._ask(self._url(f"requests/{quote(number, safe='')}", self.form))
        if answer.status in ABSENT:
            return None
        found = await self._read(answer)
        if any(report.number != number for report in found):
            raise AskFailed(OTHERS, at_once=True)
        return found[0] if found else None

    async def _list(self, **query: str) -> tuple[Answer, list[Report]]:
        """A list of reports, in the other form where the council file leaves it open and this one is not to be had."""
        answer = await self._ask(self._url("requests", self.form, **query))
        try:
            return answer, await self._read(answer)
        except AskFailed:
            if self._endpoint.format != "auto":
                raise
            other = FORMS[1 - FORMS.index(self.form)]
            answer = await self._ask(self._url("requests", other, **query))
            with suppress(AskFailed):
                found = await self._read(answer)
                self.form = other
                return answer, found
            raise

    def _url(self, path: str, form: str, **query: str) -> str:
        chosen = {"jurisdiction_id": self._endpoint.jurisdiction_id}
        if path == "requests" and "service_request_id" not in query:
            chosen["agency_responsible"] = self._endpoint.agency
        asked = urlencode({name: value for name, value in (chosen | query).items() if value})
        return f"{self._endpoint.url}/{path}.{form}" + (f"?{asked}" if asked else "")

    async def _ask(self, url: str) -> Answer:
        self._asked += 1
        return await ask(self._fetcher, url, self._clock())

    async def _read(self, answer: Answer) -> list[Report]:
        try:
            found = await asyncio.to_thread(records, answer.body) if answer.status == 200 else []
        except NotReports as error:
            wants = WANTS_ONE if b"jurisdiction_id" in answer.body and not self._endpoint.jurisdiction_id else ""
            raise AskFailed(wants or str(error), at_once=True) from None
        if answer.status != 200:
            raise AskFailed(f"its server answers {answer.status}", at_once=True)
        seen_at = self._clock()
        return [read(record, self._endpoint, self._zone, seen_at) for record in found]

    def _written(self, instant: datetime) -> str:
        """In the council's own time, with its offset: FixMyStreet passes over the offset and takes the hands."""
        return instant.astimezone(self._zone).isoformat(timespec="seconds")


def _pieces(start: datetime, end: datetime) -> Iterator[Stretch]:
    while end - start > LONGEST:
        yield Stretch(start, start + LONGEST)
        start += LONGEST
    yield Stretch(start, end)


def _unseen(stretch: Stretch, found: Sequence[Report]) -> Stretch:
    """What of a stretch lies before the oldest report of an answer that was cut off: servers give the newest first."""
    oldest = min((report.native.event_at for report in found if report.native.event_at), default=stretch.end)
    return Stretch(stretch.start, min(max(oldest, stretch.start), stretch.end))
