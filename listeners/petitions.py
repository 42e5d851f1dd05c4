"""Petitions to Parliament: all that are open are walked through every few hours, and those from the area are kept.

Kept is what names the area, and what is signed there far more than elsewhere. A petition that left the list is asked
for by itself before anything is removed: most have only been closed. Knows nothing of JSON.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar

from listeners.absence import LongAbsence
from listeners.fetching import Fetcher
from listeners.outlet import Outcome, Outlet
from listeners.petition_texts import Entry, NotPetitions, Petition, native_id, number_of, page, read, signed, single
from listeners.petitions_local import Signatures
from listeners.petitions_settings import PetitionsSettings
from listeners.polling import TELL_AFTER, AskFailed, Lasting, State, ask
from listeners.sources import SourceSettings
from listeners.supervising import place_of
from soundings.council import CouncilFile
from soundings.errors import SoundingsError

log = logging.getLogger("listeners")

PAGES = 1_000
"""Pages after which something must be wrong; one has 50 petitions."""
ROWS = 500
"""Rows of the ledger that are looked at together."""
ASK_CLOSED = timedelta(days=1)
"""How long a petition that is closed is left alone."""
ABSENT = (404, 410)
PROBES = 3
"""Listed petitions that are asked for to see whether the site shows any by itself: else none counts as gone."""
SHOWN, GONE = ("open", ""), ("rejected", "hidden", "stopped", "removed")
WHY_GONE = "its platform no longer shows it"


class Petitions:
    """The petitions of one site as a source."""

    Settings: ClassVar[type[SourceSettings]] = PetitionsSettings
    local: ClassVar[bool] = False
    look_back: ClassVar[timedelta] = timedelta(days=14)
    gap_after: ClassVar[timedelta | None] = None  # what was opened while we were down is on the next walk
    gives_again: ClassVar[bool] = True

    def __init__(
        self,
        settings: PetitionsSettings,
        outlet: Outlet,
        council_file: CouncilFile,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._settings, self._outlet, self._clock, self._sleep = settings, outlet, clock, sleep
        self._contact = council_file.council.contact or council_file.council.name
        before: State = dict(outlet.before.state if outlet.before else {})
        every = timedelta(hours=settings.interval_hours)
        self.polled = Lasting("the petitions site", every, dict(before.get("site", {})), outlet.notices, clock)
        self.polled.keep = partial(self._keep, heard=False)
        self._signatures = Signatures(settings, before.get("signed", {}))
        self._absence = LongAbsence(before.get("missing", {}))
        self._closed: dict[str, str] = dict(before.get("closed", {}))
        self._vain, self._shows_own = 0, False
        if outlet.rewound and not self.polled.fails:
            self.polled.state.pop("due", None)

    async def listen(self) -> None:
        """Walk again and again until cancelled."""
        async with Fetcher(self._contact, self._settings.allow_private, self._sleep) as fetcher:
            while True:
                await self._sleep(self.polled.seconds)
                await self.poll(fetcher)

    async def poll(self, fetcher: Fetcher) -> None:
        """Walk once, and note when to walk again."""
        try:
            await self._walk(fetcher)
            await self.polled.heard()
        except AskFailed as failure:
            await self.polled.failed(failure)
        except SoundingsError:
            raise
        except Exception as error:  # told, and tried again
            log.error("petitions: the walk failed: %s", place_of(error))
            await self.polled.failed(AskFailed("something in its answer could not be worked"))
        await self._keep(heard=not self.polled.fails)

    async def _walk(self, fetcher: Fetcher) -> None:
        await self._outlet.look_again()
        self._vain, self._shows_own, listed = 0, False, set[str]()
        for number in range(1, PAGES + 1):
            entries, more = await self._page(fetcher, number)
            for entry in entries:
                petition = read(entry, self._settings.site)
                listed.add(petition.number)
                await self._take(petition, fetcher)
            await self._keep(heard=True)
            if not (entries and more):
                break
        await self._look_after(listed, fetcher)
        self._signatures.keep(listed)
        for name in sorted(self._signatures.unknown):
            log.warning("petitions: no petition knows the constituency '%s': see the council file", name)

    async def _page(self, fetcher: Fetcher, number: int) -> tuple[list[Entry], bool]:
        answer = await ask(fetcher, f"{self._settings.site}/petitions.json?page={number}&state=open", self._clock())
        if answer.status != 200:
            raise AskFailed(f"its server answers {answer.status}", at_once=True)
        try:
            return page(answer.body)
        except NotPetitions as error:
            raise AskFailed(str(error), at_once=True) from None

    async def _take(self, petition: Petition, fetcher: Fetcher) -> None:
        if petition.state in GONE:
            await self._outlet.retract(petition.native.native_id, WHY_GONE)
        if petition.state not in SHOWN:
            return
        if await self._outlet.offer(petition.native) is not Outcome.ELSEWHERE:
            return
        self._outlet.passed()
        if self._signatures.may_be_local(petition) and (own := await self._own(petition.number, fetcher)):
            fresh = read(own, self._settings.site)
            if (why := self._signatures.reason(fresh, signed(own))) and fresh.state in SHOWN:
                await self._outlet.offer(replace(fresh.native, local=True, local_because=why))

    async def _own(self, number: str, fetcher: Fetcher) -> Entry | None:
        """A petition's own page, empty when it could not be had, None when there is none.

        Raises AskFailed when several in a row could not be had: one that breaks its server hides no other.
        """
        try:
            answer = await ask(fetcher, f"{self._settings.site}/petitions/{number}.json", self._clock())
        except AskFailed as failure:
            self._vain += 1
            if failure.wait or self._vain >= TELL_AFTER:
                raise
            return {}
        self._vain = 0
        if answer.status in ABSENT:
            return None
        try:
            own = single(answer.body) if answer.status == 200 else {}
        except NotPetitions:  # it sends us to another page
            return {}
        if number_of(own) != number:
            return {}
        self._shows_own = True
        return own

    async def _look_after(self, listed: set[str], fetcher: Fetcher) -> None:
        """Ask for each petition that is held and is not on the list of the open ones."""
        self._absence.shown(listed)
        absent = []
        for number in self._unlisted(listed):
            own = await self._own(number, fetcher)
            if own is None:
                absent.append(number)
            elif own:
                await self._looked_at(read(own, self._settings.site))
        for number in sorted(listed)[:PROBES] if absent else ():
            if not self._shows_own:
                await self._own(number, fetcher)
        for number in self._absence.gone(absent, self._clock(), self._shows_own):
            await self._remove(number)

    async def _looked_at(self, petition: Petition) -> None:
        self._absence.shown([petition.number])
        self._closed.pop(petition.number, None)
        if petition.state in GONE:
            await self._remove(petition.number)
        elif petition.state == "closed":
            self._closed[petition.number] = self._clock().isoformat()

    async def _remove(self, number: str) -> None:
        self._closed.pop(number, None)
        await self._outlet.retract(native_id(self._settings.site, number), WHY_GONE)

    def _unlisted(self, listed: set[str]) -> list[str]:
        prefix, now, after, held = native_id(self._settings.site, ""), self._clock(), "", list[str]()
        while rows := self._outlet.ledger.taken_until(now + timedelta(days=1), after, ROWS):
            names = (row.native_id for row in rows if row.native_id.startswith(prefix))
            held += [name.removeprefix(prefix) for name in names]
            after = rows[-1].post_id
        self._closed = {number: asked for number, asked in self._closed.items() if number in held}
        asked = {number for number, at in self._closed.items() if now - datetime.fromisoformat(at) < ASK_CLOSED}
        return [number for number in held if number not in listed and number not in asked]

    async def _keep(self, heard: bool) -> None:
        state: dict[str, Any] = {
            "site": self.polled.state, "signed": self._signatures.known, "missing": self._absence.state,
            "closed": self._closed,
        }  # fmt: skip
        await self._outlet.flush(state, heard)


def better_with(settings: PetitionsSettings) -> list[str]:
    """What a person may add: without it petitions are heard as well, but not all from the area can be known."""
    if settings.enabled and not settings.constituencies:
        return [
            "no constituency is named, so only petitions that name the area are kept. Add "
            "`constituencies = [...]` under [sources.petitions]."
        ]
    return []
