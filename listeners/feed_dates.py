"""When an entry of a feed says that it was written. feedparser reads BST as UTC, and a date without a zone as UTC or
not at all. Knows nothing of feeds.
"""

from __future__ import annotations

import calendar
import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate
from time import struct_time

HOURS = {"WET": 0, "BST": 1, "IST": 1, "WEST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3}
"""European zones ahead of UTC, which feedparser does not know. IST is Ireland's: India is further from a council."""
NAMED = re.compile(rf"[ \d]({'|'.join(HOURS)})$", re.IGNORECASE)
ZONELESS = re.compile(r"(?:(?<![+\d-])\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?|(?<![+\d-])\d{4}|^\d{4}-\d{2}-\d{2})$")
"""The end of a date that names no zone: a time, a year, or a whole ISO date."""


def said(text: str, parsed: struct_time | None, zone: tzinfo) -> datetime | None:
    """The instant of a date as it is written. `parsed`: what feedparser made of it; `zone`: of who names none."""
    text = text.strip()
    with suppress(ValueError, OverflowError, OSError, TypeError):  # a date that no calendar has: first sight counts
        if named := NAMED.search(text):
            zone = timezone(timedelta(hours=HOURS[named[1].upper()]))
            text = text[: named.start(1)].strip()
        if ZONELESS.search(text):
            local = _local(text, parsed)
            return local.replace(tzinfo=zone).astimezone(UTC) if local else None
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else None
    return None


def _local(text: str, parsed: struct_time | None) -> datetime | None:
    """The hands of the clock, wherever it hangs."""
    with suppress(ValueError):
        return datetime.fromisoformat(text).replace(tzinfo=None)
    found = parsedate(text) or parsed
    return datetime(*found[:6]) if found else None  # noqa: DTZ001 - its zone is set by the caller
