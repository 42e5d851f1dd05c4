"""Times as people write them on a command line (`30d`, `12h`, `2w`, `2026-11-01`, `2026-11-01T09:30`) and read them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from soundings.errors import BadInput
from store.columns import EARLIEST, LATEST

UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
REACHES = (30, 90, 365)
"""Days that are offered to who found nothing in a shorter time."""
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")  # fmt: skip


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


def minute(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """`21 Nov 18:02` by the council's clock; with the year when it is not this one."""
    local, year = at.astimezone(zone), now.astimezone(zone).year
    return f"{local.day:2} {MONTHS[local.month - 1][:3]} {'' if local.year == year else f'{local.year} '}{local:%H:%M}"


def day(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """`14 November` by the council's calendar; with the year when it is not this one."""
    local, year = at.astimezone(zone), now.astimezone(zone).year
    return f"{local.day} {MONTHS[local.month - 1]}" + ("" if local.year == year else f" {local.year}")


def since(at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """What to write after `--since` to reach an instant: `30d`, or its date when that was long ago."""
    near = [f"{days}d" for days in REACHES if now - timedelta(days=days) < at]
    return near[0] if near else at.astimezone(zone).date().isoformat()
