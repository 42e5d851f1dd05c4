"""Times as people write them on a command line: `30d`, `12h`, `2w`, `2026-11-01`, `2026-11-01T09:30`."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from soundings.errors import BadInput
from store.columns import EARLIEST, LATEST

UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def moment(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """The instant (UTC) meant: so long before now, or a date of the council's. Raises BadInput."""
    ago = re.fullmatch(r"(\d{1,6})([hdw])", text.strip().lower(), re.ASCII)
    try:
        found = now - int(ago.group(1)) * UNITS[ago.group(2)] if ago else _written(text, zone)
    except OverflowError:
        found = EARLIEST - timedelta(days=1)
    if not EARLIEST <= found < LATEST:
        raise BadInput(f"'{text}' lies outside of the years 1900 to 2299.")
    return found


def _written(text: str, zone: ZoneInfo) -> datetime:
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise BadInput(f"'{text}' is not a time: write 30d, 12h, 2w, 2026-11-01 or 2026-11-01T09:30.") from None
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
