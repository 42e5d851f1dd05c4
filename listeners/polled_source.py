"""What every source shares that asks one place for JSON: listening, asking, reading item by item, remembering.

A source says what to ask, and how an item is read (docs/adding-a-source.md). Knows nothing of any platform.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, TypeVar
from urllib.parse import urlencode, urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from listeners.addresses import is_this_machine, may_have_key
from listeners.fetching import Answer, Fetcher, FetchFailed
from listeners.native import Native, Unread
from listeners.outlet import Outlet
from listeners.polling import AskFailed, Polled, State, put_aside, tried
from listeners.secrets import secret
from listeners.sources import SourceSettings
from soundings.council import CouncilFile
from soundings.errors import BadInput

Item = TypeVar("Item")

MOST_PAGES = 500
"""Pages of one listing: one that is longer does not end."""


def server(address: str) -> str:
    """The address of a server, as it is written before a path; empty as it is. Raises ValueError."""
    if not address:
        return ""
    try:
        parts = urlsplit(address)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        sound = sound and not (parts.username or parts.query or parts.fragment)
    except ValueError:
        sound = False
    if not sound or any(letter.isspace() for letter in address):
        raise ValueError("should be the address of a server, such as 'https://host.example'")
    if parts.scheme == "http" and not is_this_machine(parts):
        raise ValueError("should begin with https://: our key would cross the network for all to read")
    return address.rstrip("/")


class Shape(BaseModel):
    """An item as a platform gives it: what else it has is passed over, and null is as good as nothing."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _without_null(cls, given: Any) -> Any:
        return {name: value for name, value in given.items() if value is not None} if isinstance(given, dict) else given


class PolledSettings(SourceSettings):
    """What every such source can be told."""

    key_goes_to: ClassVar[str] = ""
    """The one host that is given the source's key, where it has one: an `address` elsewhere is refused."""
    address: Annotated[str, AfterValidator(server)] = Field(
        "", description="Where it is asked; empty: where its platform has it."
    )
    interval_minutes: Annotated[float, Field(ge=5, le=1440)] = Field(
        15.0, description="How often it is asked, in minutes."
    )
    allow_private: bool = Field(
        False, description="Whether an `address` inside the council's own network may be asked."
    )

    @field_validator("address")
    @classmethod
    def _key_stays_safe(cls, address: str) -> str:
        if address and cls.key_goes_to and not may_have_key(address, cls.key_goes_to):
            raise ValueError(f"leave this line out: the key is given to https://{cls.key_goes_to} and nowhere else")
        return address


class PolledSource:
    """A source that asks one place. What it keeps in `state` is in the checkpoint."""

    called: ClassVar[str]
    """How logs and pages name the place."""
    api: ClassVar[str] = ""
    """Where its platform is asked, if the settings do not say otherwise."""

    def __init__(
        self,
        settings: PolledSettings,
        outlet: Outlet,
        council_file: CouncilFile,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.settings, self.outlet, self.council_file, self.clock = settings, outlet, council_file, clock
        self._sleep, self._anew = sleep, outlet.rewound
        self.state: State = dict(outlet.before.state) if outlet.before else {}
        known = self.state.setdefault("place", {})
        every = timedelta(minutes=settings.interval_minutes)
        self.place = Polled(self.called, every, known, outlet.notices, clock, self.keep)
        if outlet.rewound or known.get("refused"):  # perhaps somebody has just mended it, and started us again
            known.pop("due", None)

    def headers(self) -> Mapping[str, str]:
        """What goes with each question, such as a key. Raises BadInput: there is none."""
        return {}

    def check(self, answer: Answer) -> None:
        """Whether an answer is one. Raises AskFailed: what the platform means by it. Look first, then call this one."""
        if failure := failure_of(answer, self.clock()):
            raise failure

    async def hear(self) -> None:
        """Ask, and offer what there is. Raises AskFailed."""
        raise NotImplementedError

    async def listen(self) -> None:
        """Ask whenever it is due, until cancelled."""
        about, headers = self.council_file.council, self.headers()
        async with Fetcher(about.contact or about.name, self.settings.allow_private, self._sleep) as fetcher:
            self.prepare(fetcher, headers)
            while True:
                await self._sleep(self.place.seconds)
                await self.poll()

    def prepare(self, fetcher: Fetcher, headers: Mapping[str, str]) -> None:
        """What asks: before the first `poll`."""
        self._fetcher, self._headers, self._wait = fetcher, headers, timedelta(0)

    async def poll(self) -> None:
        """Ask once, and note when to ask again."""
        order, self._wait = await self.outlet.look_again(), timedelta(0)
        self._anew = self._anew or order not in ("", self.state.get("again"))
        await tried(self.place, self.hear())
        if not self.place.fails:
            self._anew, self.state["again"] = False, order
        self.place.rest(self._wait)
        await self.keep()

    @property
    def gives_all(self) -> bool:
        """Whether all is wanted once more: the bus is another one, or posts were rejected and are to come again."""
        return self._anew

    async def keep(self) -> None:
        """Publish what was offered, then remember where we are."""
        await self.outlet.flush(self.state, heard=not self.place.fails)

    def rest(self, wait: timedelta) -> None:
        """The platform asks for a pause beside its answer: the next round waits for it."""
        self._wait = max(self._wait, wait)

    async def ask(self, path: str, **parameters: Any) -> Any:
        """What the place answers, as JSON. Parameters that are None are left out. Raises AskFailed."""
        asked = urlencode({name: value for name, value in parameters.items() if value is not None})
        try:
            answer = await self._fetcher.ask(f"{self.settings.address or self.api}/{path}?{asked}", self._headers)
        except FetchFailed as error:
            raise AskFailed(str(error)) from None
        self.check(answer)
        return json_of(answer)

    async def pages(
        self, path: str, following: Callable[[Any], str], token: str, **parameters: Any
    ) -> AsyncIterator[Any]:
        """The answers of a listing, page by page. `following`: of an answer, what `token` is for the next page."""
        for _ in range(MOST_PAGES):
            answer = await self.ask(path, **parameters)
            yield answer
            if not (after := following(answer)):
                return
            parameters[token] = after
        raise AskFailed("its listing does not end")

    async def offer(self, found: Native | Unread) -> None:
        """Offer an item, or put aside what could not be made out."""
        if isinstance(found, Unread):
            await put_aside(self.outlet, found, self.clock(), fault(found.error))
        else:
            await self.outlet.offer(found)


def failure_of(answer: Answer, now: datetime) -> AskFailed | None:
    """What every server means by an answer that is none."""
    status = answer.status
    if status == 200:
        return None
    if status in (429, 503):
        return AskFailed(f"its server asks us to wait ({status})", wait=answer.retry_after(now))
    if status in (401, 403):
        return AskFailed(f"its server refuses us ({status}): see whether our key is still good", at_once=True)
    return AskFailed(f"its server answers {status}", at_once=400 <= status < 500)


def json_of(answer: Answer) -> Any:
    """The JSON of an answer. Raises AskFailed."""
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        raise AskFailed("its answer is no JSON") from None


def items_of(answer: Any, name: str) -> list[Any]:
    """The list under a name. Raises AskFailed: a page without it is no empty page."""
    found = answer.get(name) if isinstance(answer, dict) else None
    if not isinstance(found, list):
        raise AskFailed("its answer is not as its documentation says")
    return found


def each(items: list[Any], read: Callable[[Any], Item | None]) -> Iterator[Item | Unread]:
    """What can be offered of a list. `read`: an item as its platform has it; None: it says nothing."""
    for item in items:
        try:
            found = read(item)
        except ValidationError as error:  # one item never silences the others: it is rejected alone
            named = item.get("id") if isinstance(item, dict) else None
            yield Unread(named if isinstance(named, str) and named.isascii() else "", json.dumps(item).encode(), error)
        else:
            if found is not None:
                yield found


def fault(error: Exception) -> str:
    """Which fields were not as the documentation says, without what they held; empty: another kind of error."""
    if not isinstance(error, ValidationError):
        return ""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    return ", ".join(f"{'.'.join(map(str, one['loc'])) or 'it'} ({one['type']})" for one in found[:5])


def lacks(name: str, what: str, settings: SourceSettings) -> list[str]:
    """What a person has to do before a source can have its key; empty: it is there, or it is not asked for."""
    try:
        if settings.enabled:
            secret(name, what)
    except BadInput as error:
        return [str(error)]
    return []
