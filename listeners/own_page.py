"""The talk under what the council itself published, on one page of its own: posts or videos, and the comments below.

What is new is asked for often under what is new, and rarely under what is old. Once a day everything under each is
asked for, and what three such listings in a row do not show is removed: one answer may be short. Knows nothing of any
platform.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from listeners.accounts import Accounts
from listeners.native import Native, Unread
from listeners.polled_source import PolledSettings, PolledSource
from listeners.polling import A_DAY, AskFailed, Polled, State, attempt
from soundings.errors import BadInput
from soundings.messages import AuthorKind

WHOLE_AFTER = timedelta(hours=20)
"""How long after one whole listing the next one is due: once a day, whenever it is asked then."""
OVERLAP = timedelta(hours=1)
"""How far behind the last answer the next question begins: platforms show a comment a little late."""
RARER = 24
"""What is so many hours old is asked once an hour, and so on, up to once a day."""
TIMES = 3
"""How many whole listings in a row must not show what is held before it is believed to be gone."""


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


@dataclass(frozen=True)
class Published:
    """One thing that the council published. `item`: itself; None: it has no words, but it may have comments."""

    native_id: str
    at: datetime
    item: Native | None = None


@dataclass(frozen=True)
class Hidden:
    """A comment that is not shown to the public, or no more."""

    native_id: str


Listed = Published | Unread
Found = Native | Unread | Hidden


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
            self.state |= {"of": self.page, "parts": {}, "missing": {}}
        since = self.clock() - timedelta(days=self.settings.days)
        listed = [one async for one in self.published(since)]
        there = [one for one in listed if isinstance(one, Published)]
        for unread in (one for one in listed if isinstance(one, Unread)):
            await self.offer(unread)
        await self._leave(since)
        if len(there) == len(listed):  # else what seems to be missing may be what could not be read
            await self._remove({one.native_id for one in there})
        await self._hear_under(there)

    async def _hear_under(self, there: list[Published]) -> None:
        heard, failed = 0, list[tuple[Polled, AskFailed]]()
        # What was heard longest ago comes first: else a quota that ends the round would always silence the same ones.
        for one in sorted(there, key=lambda one: str(self._part(one).state.get("heard", ""))):
            part = self._part(one)
            if self.gives_all:
                part.state.pop("due", None)
                part.state.pop("listed", None)
            if part.seconds:
                continue
            failure = await attempt(part.what, self._under(one, part.state))
            if failure and (failure.at_once or failure.wait):
                raise failure
            if failure:
                failed.append((part, failure))
                continue
            await self._part(one).heard()  # its pause may be another one now
            heard += 1
            await self.keep()
        if failed and not heard:
            raise failed[0][1]
        for part, failure in failed:
            await part.failed(failure)

    def _part(self, one: Published) -> Polled:
        state = self.state["parts"].setdefault(one.native_id, {"at": one.at.isoformat()})
        soon = timedelta(minutes=self.settings.interval_minutes)
        rarely = min(max((self.clock() - one.at) / RARER, soon), A_DAY)
        every = soon if state.get("missing") else rarely
        return Polled(f"{self.part} of {self.called}", every, state, self.outlet.notices, self.clock)

    async def _under(self, one: Published, state: State) -> None:
        """Hear what is said under one post, and itself."""
        if one.item:
            await self.offer(one.item)
        else:
            await self._gone([one.native_id])
        now, listed, heard = self.clock(), state.get("listed"), state.get("heard")
        whole = not listed or not heard or bool(state.get("missing"))
        whole = whole or now - datetime.fromisoformat(listed or "") >= WHOLE_AFTER
        since = None if whole else datetime.fromisoformat(heard or "") - OVERLAP
        shown = set[str]()
        async for found in self.comments(one, since):
            shown.add(found.native_id)
            if isinstance(found, Hidden):
                await self._gone([found.native_id])
            else:
                await self.offer(found)
        if whole:
            held = {row.native_id for row in self.outlet.ledger.of_thread(one.native_id)}
            await self._gone(believed(state, held - shown))
            state["listed"] = now.isoformat()

    async def _leave(self, since: datetime) -> None:
        """What has become too old is asked no more."""
        parts: dict[str, State] = self.state["parts"]
        for name in [name for name, state in parts.items() if datetime.fromisoformat(state["at"]) < since]:
            await self._forget(name)

    async def _remove(self, there: Collection[str]) -> None:
        """Remove what the council took off its page, with all that was said below."""
        for name in believed(self.state, self.state["parts"].keys() - set(there)):
            await self._gone([name, *(row.native_id for row in self.outlet.ledger.of_thread(name))])
            await self._forget(name)

    async def _forget(self, name: str) -> None:
        state = self.state["parts"].pop(name)
        await Polled(f"{self.part} of {self.called}", A_DAY, state, self.outlet.notices, self.clock).left()

    async def _gone(self, names: Collection[str]) -> None:
        for name in names:
            if self.outlet.held(name):
                await self.outlet.retract(name, "its platform no longer shows it")


def believed(state: State, absent: Collection[str]) -> list[str]:
    """Which of these are gone: so many listings in a row did not show them. The others are counted in `state`."""
    before = state.get("missing", {})
    times = {name: before.get(name, 0) + 1 for name in sorted(absent)}
    state["missing"] = {name: count for name, count in times.items() if count < TIMES}
    return [name for name, count in times.items() if count >= TIMES]
