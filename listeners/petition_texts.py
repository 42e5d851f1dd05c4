"""Reads the JSON of a petitions site (github.com/alphagov/e-petitions): pages of petitions, and one by itself. Pure.

Whoever began a petition is named to nobody: the name serves to mask it where the words repeat it. Knows nothing of
requests and of what is held.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from listeners.addresses import without_scheme
from listeners.checks import EARLIEST
from listeners.native import Native
from soundings.messages import Kind

Entry = Mapping[str, Any]


class NotPetitions(Exception):
    """The bytes are something else than petitions."""

    def __init__(self) -> None:
        super().__init__("the answer holds no petitions but is a page or something broken")


@dataclass(frozen=True)
class Petition:
    """One petition. `number`: its id as its site has it; empty: it has none."""

    number: str
    state: str
    signatures: int
    native: Native


@dataclass(frozen=True)
class Signed:
    """How many signatures of one petition come from a constituency."""

    name: str
    code: str
    signatures: int


def page(body: bytes) -> tuple[list[Entry], bool]:
    """The petitions of a page, and whether another follows. Raises NotPetitions."""
    found = _loaded(body)
    data, links = found.get("data"), found.get("links")
    if not isinstance(data, list):
        raise NotPetitions
    return [entry if isinstance(entry, Mapping) else {} for entry in data], bool(_mapping(links).get("next"))


def single(body: bytes) -> Entry:
    """One petition by itself. Raises NotPetitions."""
    found = _loaded(body).get("data")
    if not isinstance(found, Mapping) or not isinstance(found.get("attributes"), Mapping):
        raise NotPetitions
    return found


def read(entry: Entry, site: str) -> Petition:
    """What an entry says. One without an id or without words is one too: it is refused where all are checked."""
    said, number = _mapping(entry.get("attributes")), number_of(entry)
    opened_at = _instant(said.get("opened_at"))
    native = Native(
        native_id=native_id(site, number) if number else "",
        text="\n\n".join(_paragraphs(said)),
        author_name=" ".join(_words(said.get("creator_name")).split()),
        created_at=opened_at,
        event_at=opened_at,
        edited_at=_instant(said.get("updated_at")),
        kind=Kind.PETITION,
        link=f"{site}/petitions/{number}" if number else "",
    )
    return Petition(number, _words(said.get("state")).casefold(), _count(said.get("signature_count")), native)


def signed(entry: Entry) -> list[Signed]:
    """Where the signatures of a petition come from: only its own page says that."""
    rows = _mapping(entry.get("attributes")).get("signatures_by_constituency")
    return [
        Signed(_words(row.get("name")), _words(row.get("ons_code")), _count(row.get("signature_count")))
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, Mapping)
    ]


def native_id(site: str, number: str) -> str:
    """The id by which a petition is held."""
    return f"{without_scheme(site)}/petitions/{number}"


def number_of(entry: Entry) -> str:
    """The id of a petition as its site has it: a whole number."""
    number = entry.get("id")
    text = str(number) if isinstance(number, int) and not isinstance(number, bool) else _words(number)
    return text if text.isascii() and text.isdigit() else ""


def _loaded(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise NotPetitions from None
    if not isinstance(found, Mapping):
        raise NotPetitions
    return found


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _words(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _count(value: Any) -> int:
    return max(value, 0) if isinstance(value, int) and not isinstance(value, bool) else 0


def _paragraphs(said: Mapping[str, Any]) -> Iterable[str]:
    """What is asked for, why, and what else was said, each once."""
    parts = (_words(said.get(name)) for name in ("action", "background", "additional_details"))
    return dict.fromkeys(part for part in parts if part)


def _instant(value: Any) -> datetime | None:
    try:
        said = datetime.fromisoformat(_words(value).upper())
        instant = (said if said.tzinfo else said.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return instant if instant >= EARLIEST else None
