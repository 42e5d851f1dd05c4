"""A GeoReport v2 server on loopback, as FixMyStreet answers: a real HTTP server over a handful of invented reports.

Like FixMyStreet it takes the hands of the clock of a date and passes over its offset, gives the newest reports first
and no more than it likes, and shows an empty list for a report that is hidden. Each habit can be changed.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit
from xml.sax.saxutils import escape

from listeners.fetching import Fetcher
from listeners.open311 import Open311
from listeners.open311_endpoint import Following
from listeners.open311_settings import Endpoint, Open311Settings
from listeners.outlet import Outlet
from listeners.posting import Rules
from soundings.bus import Bus
from soundings.council import Council
from soundings.settings import Settings
from tests.listeners.kit import COUNCIL, NOON, Clock, outlet
from tests.listeners.web import Headers, Page, Web

Record = dict[str, Any]
Answer = tuple[int, Headers, bytes]
LOCAL = "The lamp on Tolgarth Road is out"


def report(number: int | str, detail: str = LOCAL, made: datetime = NOON - timedelta(hours=1), **more: Any) -> Record:
    """A report as FixMyStreet gives it."""
    title = more.pop("title", "Street light")
    return {
        "service_request_id": number, "title": title, "detail": detail, "description": f"{title}: {detail}",
        "lat": "51.5012", "long": "-3.1791", "status": "open", "requested_datetime": made.isoformat(timespec="seconds"),
        "updated_datetime": made.isoformat(timespec="seconds"), "service_code": "Lamps", "service_name": "Lamps",
        "agency_responsible": {"recipient": ["Penmarrow Council"]}, "interface_used": "Web interface",
    } | more  # fmt: skip


def wrapped(found: list[Record]) -> bytes:
    """As FixMyStreet writes JSON."""
    return json.dumps({"service_requests": found}).encode()


def bare(found: list[Record]) -> bytes:
    """As the specification has JSON."""
    return json.dumps(found).encode()


def within(found: list[Record]) -> bytes:
    """As a FixMyStreet of 2011 wrote JSON: every value a list of one."""
    listed = [{name: value if isinstance(value, dict) else [value] for name, value in one.items()} for one in found]
    return json.dumps({"requests": [{"request": listed}]}).encode()


def xml(found: list[Record]) -> bytes:
    """As both have XML."""
    entries = "".join(f"<request>{''.join(_tag(*part) for part in one.items())}</request>" for one in found)
    return f"<?xml version='1.0' encoding='utf-8'?>\n<service_requests>{entries}</service_requests>".encode()


def _tag(name: str, value: Any) -> str:
    within = "".join(_tag(*part) for part in value.items()) if isinstance(value, dict) else escape(str(value))
    return f"<{name}>{within}</{name}>"


class GeoServer(Web):
    """The server, at `/api`."""

    def __init__(self) -> None:
        super().__init__()
        self.reports: dict[str, Record] = {}
        self.cap, self.page, self.next_page_at = 1000, 0, self.url
        self.json: Callable[[list[Record]], bytes] = wrapped
        self.ids_a_time = 1
        self.forms: tuple[str, ...] = ("json", "xml")
        self.looks_at_dates = True
        self.hidden: Answer | None = None
        """What it says of a report that it does not show; None: an empty list."""
        self.trouble: Callable[[str], Answer | None] = lambda path: None
        """What it answers in place of anything else."""
        self.paths: list[str] = []

    @property
    def base(self) -> str:
        """What the council file names."""
        return f"{self.url}/api"

    def shows(self, *records: Record) -> None:
        """Let it have these reports, or these texts of them."""
        self.reports |= {str(record["service_request_id"]): record for record in records}

    def asked(self, begin: str = "/api/requests.") -> list[dict[str, str]]:
        """What it was asked so far, of one kind."""
        return [dict(parse_qsl(urlsplit(path).query)) for path in self.paths if path.startswith(begin)]

    def asked_for(self) -> list[str]:
        """The reports that it was asked for one by one."""
        found = (urlsplit(path).path for path in self.paths)
        return [unquote(path.split("/")[3]).rpartition(".")[0] for path in found if path.startswith("/api/requests/")]

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.paths.append(handler.path)
        self.pages[handler.path] = Page([self.trouble(handler.path) or self._reply(handler.path)])
        super().answer(handler)

    def _reply(self, path: str) -> Answer:
        parts = urlsplit(path)
        query, (name, _, form) = dict(parse_qsl(parts.query)), unquote(parts.path).rpartition(".")
        if form not in self.forms or not name.startswith("/api/"):
            return 404, {}, b"<!DOCTYPE html><html><body>nothing here</body></html>"
        if not query.get("jurisdiction_id"):
            return 200, {}, b"<!DOCTYPE html><html><body>ERROR: Missing jurisdiction_id</body></html>"
        write = xml if form == "xml" else self.json
        if number := name.removeprefix("/api/requests").lstrip("/"):
            found = [self.reports[number]] if number in self.reports else []
            return (200, {}, write(found)) if found or not self.hidden else self.hidden
        if ids := query.get("service_request_id"):
            asked = ids.split(",")[: self.ids_a_time]
            return 200, {}, write([self.reports[one] for one in asked if one in self.reports])
        return self._list(query, write, parts.path)

    def _list(self, query: dict[str, str], write: Callable[[list[Record]], bytes], path: str) -> Answer:
        newest = sorted(self.reports.values(), key=lambda one: str(one["requested_datetime"]), reverse=True)
        if self.looks_at_dates:
            start, end = _hands(query["start_date"]), _hands(query["end_date"])
            newest = [one for one in newest if start <= _hands(one["requested_datetime"]) < end]
        if not self.page:
            return 200, {}, write(newest[: self.cap])
        number, headers = int(query.get("page", 1)), {}
        if number * self.page < len(newest):
            headers = {"X-Next-Page-URL": f"{self.next_page_at}{path}?{urlencode(query | {'page': str(number + 1)})}"}
        return 200, headers, write(newest[(number - 1) * self.page : number * self.page])


def _hands(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=None)


async def at_once(seconds: float) -> None:
    """A pause that is none."""


@dataclass
class Desk:
    """One or more endpoints under test. What happens when is for the test to say."""

    source: Open311
    out: Outlet
    clock: Clock

    @property
    def one(self) -> Following:
        """The first endpoint."""
        return next(iter(self.source.following.values()))

    async def poll(self) -> None:
        """Ask for what is new, and remember it."""
        await self.one.poll()
        await self.source._keep(heard=True)

    async def night(self) -> None:
        """A night passes: all that is to be read again is read."""
        self.clock.move(seconds=self.one.rereading.seconds)
        await self.poll()
        while self.one.rereading.seconds <= 0:
            await self.one.reread()
            await self.source._keep(heard=True)

    @property
    def state(self) -> dict[str, Any]:
        """What the checkpoint has of the first endpoint."""
        checkpoint = self.out.ledger.checkpoint()
        assert checkpoint is not None
        found: dict[str, Any] = next(iter(checkpoint.state["endpoints"].values()))
        return found


@asynccontextmanager
async def desk(
    bus: Bus, settings: Settings, clock: Clock, *urls: str, council: Council = COUNCIL.council, **more: Any
) -> AsyncIterator[Desk]:
    """The source over these endpoints, until the block ends."""
    given = {"jurisdiction_id": "penmarrow", "local": True} | more
    table = Open311Settings(
        enabled=True, endpoint=tuple(Endpoint(url=url, **given) for url in urls), allow_private=True
    )
    file = replace(COUNCIL, council=council)
    async with (
        outlet(bus, settings, clock, "open311", rules=Rules(look_back=Open311.look_back)) as out,
        Fetcher("listening@penmarrow.example", True, at_once) as fetcher,
    ):
        source = Open311(table, out, file, clock, at_once)
        await source.prepare(fetcher)
        yield Desk(source, out, clock)
