"""The talk under what the council itself published, on one page of its own: posts or videos, and the comments below.

What is new is asked for often under what is new, and rarely under what is old. Once a day everything under each is
asked for, and what such listings do not show again and again is removed (`listeners.unlisted`). Knows nothing of any
platform.
"""

from __future__ import annotations

import logging
import re
from abc import abstractmethod
from collections.abc import AsyncIterator, Collection
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from listeners.accounts import Accounts
from listeners.native import Unread
from listeners.polled_source import PolledSettings, PolledSource
from listeners.polling import A_DAY, AskFailed, Polled, State, attempt
from listeners.published import Found, Hidden, Listed, Listing, Published
from listeners.unlisted import Trust, believed, is_later, trust
from soundings.errors import BadInput
from soundings.messages import AuthorKind

log = logging.getLogger("listeners")

OVERLAP = timedelta(hours=1)
"""How far behind the last answer the next question begins: platforms show a comment a little late."""
REFUSALS = 2
"""So many different posts refuse us in one round: then it is not the post."""
RARER = 24
"""What is so many hours old is asked once an hour, and so on, up to once a day."""


class OwnPageSettings(PolledSettings):
    """What every own page can be told."""

    needs: ClassVar[str]
    """The setting that names the page: without it nothing can be asked."""
    pattern: ClassVar[str]
    how_to_name_it: ClassVar[str]
    """What that has to be, as a pattern, and in words for whoever wrote something else."""
    days: Annotated[int, Field(ge=7, le=90)] = Field(
        30, description="How old a post of the council may be whose comments are still heard and looked after."
    )

    @field_validator("page", "channel", mode="before", check_fields=False)
    @classmethod
    def _names_its_page(cls, given: Any, info: ValidationInfo) -> Any:
        """What is switched off may be wrong."""
        if (
            given != ""
            and info.data.get("enabled")
            and not (isinstance(given, str) and re.fullmatch(cls.pattern, given))
        ):
            raise ValueError(cls.how_to_name_it)
        return given if isinstance(given, str) or info.data.get("enabled") else str(given)

    @model_validator(mode="after")
    def _knows_its_page(self) -> Self:
        if self.enabled and not getattr(self, self.needs):
            raise ValueError(f"'{self.needs}' is missing: {self.how_to_name_it}")
        return self


class OwnPage(PolledSource):
    """A page of the council's own. A source says what is published on it, and what is said under one of these."""

    settings: OwnPageSettings
    local: ClassVar[bool] = True
    look_back: ClassVar[timedelta] = timedelta(days=90)
    gap_after: ClassVar[timedelta | None] = timedelta(days=7)
    """What came meanwhile is heard afterwards, unless it stands under something too old by then."""
    gives_again: ClassVar[bool] = True
    part: ClassVar[str]
    """How pages name one thing that is published."""
    keeps_days: ClassVar[int | None] = None
    """For how many days the platform lets a text be kept, where it sets a limit."""
    _is_ours = False

    @property
    def page(self) -> str:
        """The page's id."""
        return str(getattr(self.settings, self.settings.needs))

    async def prove_ours(self) -> None:
        """See that the page is the council's own: by what the council file says, where the platform cannot tell.

        Raises BadInput.
        """
        listed = Accounts.of(self.council_file, self.outlet.source).find(self.page)
        if listed is None or listed.kind is not AuthorKind.COUNCIL:
            raise BadInput(
                f"Only a page of the council's own is read: list the '{self.settings.needs}' of "
                f'[sources.{self.outlet.source}] under [[accounts]] as its `handle`, with `kind = "council"`.'
            )

    @abstractmethod
    def published(self, since: datetime) -> AsyncIterator[Listed]:
        """All that was published since then. Raises AskFailed."""

    @abstractmethod
    def comments(self, under: Published, since: datetime | None) -> AsyncIterator[Found]:
        """What is said under one of these, at least all since then; None: all. Raises AskFailed."""

    async def hear(self) -> None:
        """One round. What fails under one post is tried again there; what concerns the whole page ends the round."""
        if not self._is_ours:
            await self.prove_ours()
            self._is_ours = True
        if self.state.get("of") != self.page:  # of another page nothing is missing here
            for name in list(self.state.get("parts", {})):
                await self._forget(name)
            self.state |= {"of": self.page, "parts": {}, "missing": {}, "well": ""}
        since = self.clock() - timedelta(days=self.settings.days)
        listed = [one async for one in self.published(since)]
        there = [one for one in listed if isinstance(one, Published)]
        for unread in (one for one in listed if isinstance(one, Unread)):
            await self.offer(unread)
        await self._leave(since)
        if len(there) == len(listed):  # else what seems to be missing may be what could not be read
            await self._remove(there)
        await self._hear_under(there)

    async def _hear_under(self, there: list[Published]) -> None:
        heard, failed = 0, list[tuple[Polled, AskFailed]]()
        for part, one in self._in_turn(there):
            if self.gives_all:
                part.state.pop("due", None)
                part.state.pop("listed", None)
            if part.seconds:
                continue
            if failure := await attempt(part.what, self._under(one, part.state)):
                if failure.wait:
                    raise failure
                failed.append((part, failure))
                if not heard and _refused(failed):
                    break
                continue
            await self._part(one).heard()  # its pause may be another one now
            heard += 1
            await self.keep()
        await self._weigh(failed, heard)

    async def _weigh(self, failed: list[tuple[Polled, AskFailed]], heard: int) -> None:
        """What one post alone refuses is its own. Raises AskFailed: it is the whole page."""
        # Posts that refused us before, while the page was heard, say nothing more of it.
        if not heard and _refused(failed) and (self.place.fails or not all(part.fails for part, _ in failed)):
            for part, failure in failed:  # next time they come last: else they would end each round
                await part.failed(AskFailed(str(failure)))
            raise failed[-1][1]
        if len(failed) > 1 and not heard and not _refused(failed):
            raise failed[0][1]
        for part, failure in failed:
            await part.failed(failure)

    def _in_turn(self, there: list[Published]) -> list[tuple[Polled, Published]]:
        """What fails comes last. Of the others what was heard longest ago comes first: else a quota that ends the round
        would always silence the same ones.
        """
        both = [(self._part(one), one) for one in there]
        return sorted(both, key=lambda two: (two[0].fails, str(two[0].state.get("heard", ""))))

    def _part(self, one: Published) -> Polled:
        state = self.state["parts"].setdefault(one.native_id, {"at": one.at.isoformat()})
        soon = timedelta(minutes=self.settings.interval_minutes)
        rarely = min(max((self.clock() - one.at) / RARER, soon), A_DAY)
        every = soon if state.get("soon") else rarely
        return Polled(f"{self.part} of {self.called}", every, state, self.outlet.notices, self.clock, self.keep)

    async def _under(self, one: Published, state: State) -> None:
        """Hear what is said under one post, and itself."""
        if one.item:
            await self.offer(one.item)
        now, heard = self.clock(), state.get("heard")
        whole = not heard or datetime.fromisoformat(heard) > now or bool(state.get("soon"))
        whole = whole or is_later(state, "listed", now)
        shown, said = set[str](), set[Listing]()
        async for found in self.comments(one, None if whole else datetime.fromisoformat(heard or "") - OVERLAP):
            if isinstance(found, Listing):
                said.add(found)
                continue
            shown.add(found.native_id)
            if isinstance(found, Hidden):
                await self._gone([found.native_id])
            else:
                await self.offer(found)
        if whole:
            await self._compare(one, state, shown, said)
            state["listed"] = now.isoformat()

    async def _compare(self, one: Published, state: State, shown: set[str], said: set[Listing]) -> None:
        """Remove what is held and was not shown, as soon as that is believed."""
        held, now = {row.native_id for row in self.outlet.ledger.of_thread(one.native_id)}, self.clock()
        there, absent = held & shown, held - shown
        if Listing.CUT in said:
            absent &= state.get("missing", {}).keys()  # it counts against nothing, but for what it did show
            how = Trust.NONE
        else:
            elsewhere = sum(len(part.get("missing", {})) for part in self.state["parts"].values() if part is not state)
            well = Listing.CLOSED in said or self.state.get("well", "") > state.get("counted", "")
            how = trust(len(there), len(absent), elsewhere + len(absent), well)
            if there and len(there) >= len(absent):
                self.state["well"] = now.isoformat()
        self._doubt(len(absent), how)
        await self._gone(believed(state, absent, how, now))

    def _doubt(self, count: int, how: Trust) -> None:
        if count and how is not Trust.EACH:
            log.warning("%s: %d that we hold are not shown; they are kept for now: %s", self.called, count, how.value)

    async def _leave(self, since: datetime) -> None:
        """What has become too old is asked no more."""
        parts: dict[str, State] = self.state["parts"]
        for name in [name for name, state in parts.items() if datetime.fromisoformat(state["at"]) < since]:
            await self._forget(name)

    async def _remove(self, there: list[Published]) -> None:
        """Remove what the council took off its page, with all that was said below; or took the words from.

        A page that shows nothing at all is never believed.
        """
        parts: dict[str, State] = self.state["parts"]
        lost = parts.keys() - {one.native_id for one in there}
        wordless = {one.native_id for one in there if not one.item and self.outlet.held(one.native_id)}
        below = sum(len(self.outlet.ledger.of_thread(name)) for name in lost)
        known, absent = sum(one.native_id in parts for one in there) - len(wordless), lost | wordless
        how = trust(known, len(absent), len(absent) + below, False) if there else Trust.NONE
        self._doubt(len(absent) + below, how)
        for name in believed(self.state, absent, how, self.clock()):
            await self._gone([name])
            if name in lost:
                await self._gone([row.native_id for row in self.outlet.ledger.of_thread(name)])
                await self._forget(name)

    async def _forget(self, name: str) -> None:
        state = self.state["parts"].pop(name)
        await Polled(f"{self.part} of {self.called}", A_DAY, state, self.outlet.notices, self.clock).left()

    async def _gone(self, names: Collection[str]) -> None:
        for name in names:
            if self.outlet.held(name):
                await self.outlet.retract(name, "its platform no longer shows it")


def _refused(failed: list[tuple[Polled, AskFailed]]) -> bool:
    return sum(failure.at_once for _, failure in failed) >= REFUSALS
