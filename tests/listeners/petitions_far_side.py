"""A petitions site on loopback, in the shape of alphagov/e-petitions, over a handful of invented petitions."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from listeners.fetching import Fetcher
from listeners.outlet import Outlet
from listeners.petitions import Petitions
from listeners.petitions_settings import PetitionsSettings
from listeners.posting import Rules
from soundings.bus import Bus
from soundings.settings import Settings
from tests.listeners.kit import COUNCIL, NOON, Clock, outlet
from tests.listeners.open311_far_side import at_once
from tests.listeners.web import Headers, Page, Web

Entry = dict[str, Any]
Answer = tuple[int, Headers, bytes]
WEST, EAST = "Penmarrow West", "E14009002"
LOCAL = "Keep the library of Penmarrow open"
GONE: Answer = (404, {}, b"<html>not found</html>")


def petition(number: int, action: str = LOCAL, updated: datetime = NOON, **more: Any) -> Entry:
    """A petition as a page of the list has it."""
    opened = (NOON - timedelta(days=3)).isoformat(timespec="milliseconds")
    attributes = {
        "action": action, "background": "It matters.", "additional_details": "", "committee_note": "", "state": "open",
        "signature_count": 100, "created_at": opened, "updated_at": updated.isoformat(timespec="milliseconds"),
        "opened_at": opened, "closed_at": None, "rejected_at": None, "creator_name": "Anna Tresize",
        "rejection": None, "government_response": None, "debate": None, "departments": [], "topics": [],
    }  # fmt: skip
    return {"type": "petition", "id": number, "attributes": attributes | more}


def signed(**by: int) -> list[Entry]:
    """Where signatures come from: `west`, `east` and `other`."""
    places = {"west": (WEST, "E14009001"), "east": ("Penmarrow East", EAST), "other": ("Leeds Central", "E14009003")}
    return [
        {"name": places[name][0], "ons_code": places[name][1], "mp": "An MP", "signature_count": count}
        for name, count in by.items()
    ]


class PetitionSite(Web):
    """The site."""

    def __init__(self) -> None:
        super().__init__()
        self.petitions: dict[int, Entry] = {}
        self.places: dict[int, list[Entry]] = {}
        self.page_size = 50
        self.trouble: Callable[[str], Answer | None] = lambda path: None
        """What it answers in place of anything else."""
        self.paths: list[str] = []

    def shows(self, *entries: Entry, **places: int) -> None:
        """Let it have these petitions, signed from there."""
        for entry in entries:
            self.petitions[entry["id"]] = entry
            if places:
                self.places[entry["id"]] = signed(**places)

    def change(self, number: int, **attributes: Any) -> None:
        """Let a petition be otherwise."""
        self.petitions[number]["attributes"] |= attributes

    def asked_for(self) -> list[int]:
        """The petitions that it was asked for by themselves."""
        return [int(path[len("/petitions/") : -len(".json")]) for path in self.paths if path.startswith("/petitions/")]

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.paths.append(handler.path)
        self.pages[handler.path] = Page([self.trouble(handler.path) or self._reply(handler.path)])
        super().answer(handler)

    def _reply(self, path: str) -> Answer:
        parts = urlsplit(path)
        if parts.path == "/petitions.json":
            return self._list(dict(parse_qsl(parts.query)))
        number = int(path[len("/petitions/") : -len(".json")])
        found = self.petitions.get(number)
        if found is None or found["attributes"]["state"] == "hidden":
            return GONE
        own = found["attributes"] | {"signatures_by_constituency": self.places.get(number, [])}
        return 200, {}, json.dumps({"links": {"self": path}, "data": found | {"attributes": own}}).encode()

    def _list(self, query: dict[str, str]) -> Answer:
        there = [entry for entry in self.petitions.values() if entry["attributes"]["state"] == query["state"]]
        there.sort(key=lambda entry: -entry["attributes"]["signature_count"])
        page, size = int(query["page"]), self.page_size
        following = f"{self.url}/petitions.json?page={page + 1}&state=open" if page * size < len(there) else None
        data = there[(page - 1) * size : page * size]
        return 200, {}, json.dumps({"links": {"next": following}, "data": data}).encode()


@dataclass
class Desk:
    """The source under test."""

    source: Petitions
    out: Outlet
    clock: Clock
    fetcher: Fetcher

    async def walk(self, hours: float = 6) -> None:
        """Walk once, then let time pass."""
        await self.source.poll(self.fetcher)
        self.clock.move(hours=hours)

    @property
    def state(self) -> dict[str, Any]:
        """What the checkpoint has."""
        checkpoint = self.out.ledger.checkpoint()
        assert checkpoint is not None
        return dict(checkpoint.state)


@asynccontextmanager
async def desk(bus: Bus, settings: Settings, clock: Clock, site: PetitionSite, **more: Any) -> AsyncIterator[Desk]:
    """The source over a site, until the block ends."""
    given = {"constituencies": ("penmarrow west", EAST), "site": site.url, "allow_private": True} | more
    table = PetitionsSettings(enabled=True, **given)
    async with (
        outlet(bus, settings, clock, "petitions", rules=Rules(look_back=Petitions.look_back)) as out,
        Fetcher("listening@penmarrow.example", True, at_once) as fetcher,
    ):
        yield Desk(Petitions(table, out, COUNCIL, clock, at_once), out, clock, fetcher)
