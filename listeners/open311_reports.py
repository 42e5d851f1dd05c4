"""Reads the reports of a GeoReport v2 server: XML, a bare list in JSON, or one that is wrapped. Pure.

Whoever reported is named to nobody: the name serves to mask it where the words repeat it. Pictures are left out.
Knows nothing of requests and of what is held.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from listeners.checks import EARLIEST
from listeners.native import Native
from listeners.open311_settings import Endpoint
from soundings.messages import Kind

BEFORE = b"\xef\xbb\xbf \t\r\n"
"""What may stand before the first character of an answer."""
LISTS, ENTRIES = ("service_requests", "requests"), ("request", "service_request")
"""What a list of reports and a report are called; an older FixMyStreet says `requests`."""
NO_LIST = "the answer is no list of reports but a page or something broken"
ITS_ERROR = "the server answers with an error in place of reports"
SWELLS = "the answer is XML that defines words of its own: such is never read, because it can swell without end"

Record = Mapping[str, Any]


class NotReports(Exception):
    """The bytes are something else than reports."""


@dataclass(frozen=True)
class Report:
    """One report. `number`: its id as its server has it; empty: it has none."""

    number: str
    native: Native
    is_open: bool


def records(body: bytes) -> list[Record]:
    """The reports of an answer as they stand there. Raises NotReports; an empty list is a list."""
    body = body.lstrip(BEFORE)
    found = _from_xml(body) if body.startswith(b"<") else _from_json(body)
    if found and all("code" in record and "service_request_id" not in record for record in found):
        raise NotReports(ITS_ERROR)
    return found


def _from_xml(body: bytes) -> list[Record]:
    try:
        root = fromstring(body, forbid_dtd=True)
    except DefusedXmlException:
        raise NotReports(NO_LIST if b"html" in body[:200].lower() else SWELLS) from None
    except (ParseError, ValueError, LookupError):  # ill-formed; of an encoding that nobody knows
        raise NotReports(NO_LIST) from None
    if _plain(root.tag) in ("errors", "error"):
        raise NotReports(ITS_ERROR)
    if _plain(root.tag) not in LISTS:
        raise NotReports(NO_LIST)
    return [{_plain(part.tag): part.text for part in entry} for entry in root if _plain(entry.tag) in ENTRIES]


def _plain(tag: object) -> str:
    """A tag without its namespace."""
    return str(tag).rpartition("}")[2]


def _from_json(body: bytes) -> list[Record]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise NotReports(NO_LIST) from None
    if isinstance(found, Mapping):
        found = next((found[name] for name in LISTS if name in found), None)
    if not isinstance(found, list):
        raise NotReports(NO_LIST)
    return [record if isinstance(record, Mapping) else {} for record in _unwrapped(found)]


def _unwrapped(found: list[Any]) -> Iterable[Any]:
    """An older FixMyStreet has a list within the list: `[{"request": [...]}]`."""
    for entry in found:
        within = entry.get("request") if isinstance(entry, Mapping) else None
        yield from within if isinstance(within, list) else [entry]


def read(record: Record, endpoint: Endpoint, zone: tzinfo, seen_at: datetime) -> Report:
    """What a record says. One without an id or without words is a report too: it is refused where all are checked.

    `seen_at`: when the server gave it. That is the time of its edits too: whoever moderates a report on FixMyStreet
    leaves its `updated_datetime` as it was. `zone`: of dates that name none.
    """
    number = _words(record.get("service_request_id"))
    requested_at = _instant(record.get("requested_datetime"), zone)
    native = Native(
        native_id=f"{endpoint.namespace}#{number}" if number else "",
        text=_text(record),
        author_name=" ".join(_words(record.get("requestor_name")).split()),
        created_at=requested_at,
        event_at=requested_at,
        edited_at=seen_at,
        kind=Kind.REPORT,
        link=endpoint.link.replace("{id}", number) if number else "",
        point=_point(record),
        place_hint=_words(record.get("address_string")) or _words(record.get("address")),
        local=endpoint.local,
    )
    return Report(number, native, _words(record.get("status")).casefold() != "closed")


def _words(value: Any) -> str:
    """A value as text; of a list of one, as an older FixMyStreet has them, that one."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _text(record: Record) -> str:
    """Title and words, each once: FixMyStreet puts its title before the description. Without any, the service."""
    title, detail, said = (_words(record.get(name)) for name in ("title", "detail", "description"))
    body = detail or (said.removeprefix(f"{title}: ") if title else said)
    if not title or body.startswith(title):
        return body or _words(record.get("service_name"))
    return f"{title}\n\n{body}" if body else title


def _instant(value: Any, zone: tzinfo) -> datetime | None:
    try:
        said = datetime.fromisoformat(_words(value).upper())
        instant = (said if said.tzinfo else said.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return instant if instant >= EARLIEST else None


def _point(record: Record) -> tuple[float, float] | None:
    latitude, longitude = _degrees(record.get("lat"), 90), _degrees(record.get("long"), 180)
    if latitude is None or longitude is None or (latitude, longitude) == (0.0, 0.0):  # what programs write for unknown
        return None
    return latitude, longitude


def _degrees(value: Any, limit: int) -> float | None:
    try:
        degrees = float(_words(value))
    except ValueError:
        return None
    return degrees if math.isfinite(degrees) and abs(degrees) <= limit else None
