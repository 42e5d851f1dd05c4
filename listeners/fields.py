"""The fields of an imported line: one record in, one `Native` out, or the reason why not.

Nothing is coerced that could be meant otherwise: a date without an offset, a day-first date, a decimal comma.
Reasons never repeat a value: it may name a person. Knows nothing of files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from listeners.native import Native
from soundings.errors import PostFailed
from soundings.messages import Kind

_KNOWN = "id text title created_at updated_at author author_name kind reply_to thread link alt place lat lon deleted"
KNOWN = frozenset(_KNOWN.split())
"""Every field that is read; others are ignored and named once."""
ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:Z|z|[+-]\d{2}:?\d{2})?)?")
DAY_FIRST = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})(?:,? +(\d{1,2}:\d{2}(?::\d{2})?))?")
_LIKE_A_DATE = """
date time timestamp datetime created createdat createdon createdtime createddate datecreated posted postedat postedon
posttime postdate published publishedat publishedon publishdate submitted submittedat sent sentat
"""
LIKE_A_DATE = frozenset(_LIKE_A_DATE.split())
"""What people call `created_at`, in small letters without gaps. Ignored, their posts would all count as of now."""
SHORTENED = re.compile(r"\d(?:[.,]\d+)?E\+\d+", re.IGNORECASE)
"""How a spreadsheet writes a long number: different ones become the same."""
SURROGATES = re.compile("[\ud800-\udfff]")
LINKS = re.compile(r"https?://\S+", re.IGNORECASE)
TRUE, FALSE = frozenset({"true", "yes", "y", "1"}), frozenset({"", "false", "no", "n", "0"})
EXAMPLE = "2026-03-02T18:30:00+00:00"


@dataclass(frozen=True)
class Dates:
    """How the dates of a file are meant, where they do not say it themselves."""

    zone: tzinfo | None = None
    """For times without an offset."""
    day_first: bool = False
    """02/03/2026 is the second of March."""
    none: bool = False
    """The file has none: what looks like one is ignored, and the time of import counts."""


def to_native(record: Mapping[str, Any], dates: Dates) -> Native:
    """The item that a record describes. Raises PostFailed."""
    native_id = _name(record, "id")
    if not native_id:
        raise PostFailed("it has no id")
    if is_deleted(record):
        return Native(native_id=native_id, text="")
    reply_to = _name(record, "reply_to")
    return Native(
        native_id=native_id,
        text=_text(record),
        account=_name(record, "author"),
        author_name=_string(record, "author_name"),
        created_at=_created_at(record, dates),
        edited_at=_instant(record, "updated_at", dates),
        kind=_kind(record, Kind.REPLY if reply_to else Kind.POST),
        reply_to=reply_to,
        thread=_name(record, "thread"),
        link=_link(record),
        alt=_alt(record),
        place_hint=_string(record, "place"),
        point=_point(record),
    )


def is_deleted(record: Mapping[str, Any]) -> bool:
    """Whether the record orders the removal of its id."""
    value = record.get("deleted")
    word = str("" if value is None else value).strip().casefold() if isinstance(value, str | int | None) else "?"
    if word not in TRUE | FALSE:
        raise PostFailed("'deleted' should be true or false")
    return word in TRUE


def _string(record: Mapping[str, Any], name: str) -> str:
    value = record.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise PostFailed(f"'{name}' should be text")
    return _sound(value, name).strip()


def _sound(value: str, name: str) -> str:
    """A text that every stage can take. Raises PostFailed."""
    if "\0" in value:
        raise PostFailed(f"'{name}' holds the character NUL, which is no text")
    if SURROGATES.search(value):
        raise PostFailed(f"'{name}' holds half a character (a lone surrogate such as \\ud800)")
    return value


def _name(record: Mapping[str, Any], name: str) -> str:
    """An id or a handle: text, or a whole number as some platforms have it."""
    value = record.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, (float, bool)):
        raise PostFailed(f"'{name}' should be text or a whole number")
    text = _string(record, name)
    if SHORTENED.fullmatch(text):
        raise PostFailed(f"a spreadsheet shortened its '{name}': format the column as text, and fill it again")
    return text


def _text(record: Mapping[str, Any]) -> str:
    text, title = _string(record, "text"), _string(record, "title")
    if not text:
        raise PostFailed("it has no text")
    return text if not title or text.startswith(title) else f"{title}\n\n{text}"


def _kind(record: Mapping[str, Any], otherwise: Kind) -> Kind:
    word = _string(record, "kind").casefold()
    if not word:
        return otherwise
    if word not in set(Kind):
        raise PostFailed(f"'kind' should be one of {', '.join(Kind)}")
    return Kind(word)


def _link(record: Mapping[str, Any]) -> str:
    link = _string(record, "link")
    if link and not LINKS.fullmatch(link):
        raise PostFailed("'link' should be an address that begins with https:// or http://")
    return link


def _alt(record: Mapping[str, Any]) -> tuple[str, ...]:
    value = record.get("alt")
    if isinstance(value, list):
        if not all(isinstance(part, str) for part in value):
            raise PostFailed("'alt' should be text, or a list of texts")
        return tuple(_sound(part, "alt").strip() for part in value if part.strip())
    text = _string(record, "alt")
    return (text,) if text else ()


def _point(record: Mapping[str, Any]) -> tuple[float, float] | None:
    lat, lon = _number(record, "lat", 90), _number(record, "lon", 180)
    if (lat is None) != (lon is None):
        raise PostFailed("'lat' and 'lon' go together: one of them is missing")
    return None if lat is None or lon is None else (lat, lon)


def _number(record: Mapping[str, Any], name: str, limit: int) -> float | None:
    value = record.get(name)
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    try:
        number = float("nan") if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = float("nan")
    if not -limit <= number <= limit:
        raise PostFailed(f"'{name}' should be a number of degrees between -{limit} and {limit}, with a decimal point")
    return number


def is_like_a_date(name: str) -> bool:
    """Whether a field may be meant for `created_at`, such as `Date`, `createdAt` and `posted at`."""
    return name != "created_at" and "".join(filter(str.isalnum, name.casefold())) in LIKE_A_DATE


def _created_at(record: Mapping[str, Any], dates: Dates) -> datetime | None:
    near = next((name for name in record if is_like_a_date(name) and record[name]), "")
    if near and not record.get("created_at") and not dates.none:
        raise PostFailed(f"there is no 'created_at', but there is '{near[:40]}': rename it, or say --no-dates")
    return _instant(record, "created_at", dates)


def _instant(record: Mapping[str, Any], name: str, dates: Dates) -> datetime | None:
    text = _string(record, name)
    if not text:
        return None
    if day_first := DAY_FIRST.fullmatch(text):
        if not dates.day_first:
            raise PostFailed(f"'{name}' is ambiguous, day or month first? Say --day-first, or write it as {EXAMPLE}")
        text = _year_first(*day_first.groups())
    if not ISO.fullmatch(text):
        raise PostFailed(f"'{name}' should be a date and time such as {EXAMPLE}")
    try:
        instant = datetime.fromisoformat(text.upper().replace(",", "."))
        return _zoned(instant, name, dates.zone).astimezone(UTC)
    except (ValueError, OverflowError):
        raise PostFailed(f"'{name}' is not a date of the calendar; write it as {EXAMPLE}") from None


def _year_first(day: str, month: str, year: str, clock: str | None) -> str:
    """A day-first date of a spreadsheet as ISO 8601 has it. Two digits of a year mean this century."""
    hour, _, rest = (clock or "00:00").partition(":")
    return f"{year if len(year) == 4 else '20' + year}-{month:0>2}-{day:0>2}T{hour:0>2}:{rest}"


def _zoned(instant: datetime, name: str, zone: tzinfo | None) -> datetime:
    if instant.tzinfo is not None:
        return instant
    if zone is None:
        raise PostFailed(
            f"'{name}' has no offset from UTC; add one, such as {EXAMPLE}, or give --timezone Europe/London"
        )
    local = instant.replace(tzinfo=zone)  # of the hour that an autumn night has twice, the first
    if local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != instant:
        raise PostFailed(f"'{name}' lies in the hour that does not exist, because the clocks went forward")
    return local
