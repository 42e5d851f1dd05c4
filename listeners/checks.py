"""What no stage could take is refused where it comes in, with a reason that repeats nothing of the item.

Knows nothing of ledgers, keys and areas.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from listeners.native import Native
from soundings.errors import PostFailed

AHEAD = timedelta(minutes=10)
"""How far ahead of our clock an author's clock may be (docs/architecture.md)."""
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LONGEST_ID = 2_000


def check(native: Native) -> None:
    """Refuse what no stage could take. Raises PostFailed."""
    if not native.native_id or len(native.native_id) > LONGEST_ID:
        raise PostFailed("it has no id" if not native.native_id else f"its id is longer than {LONGEST_ID:,} characters")
    if not (native.text.strip() or any(native.alt)):
        raise PostFailed("its text is empty")
    for text in (native.native_id, native.text, native.link, native.account, native.place_hint, *native.alt):
        if "\0" in text:
            raise PostFailed("it holds the character NUL, which is no text")
        try:
            text.encode()
        except UnicodeEncodeError:
            raise PostFailed("it holds half a character (a lone surrogate such as \\ud800)") from None


def check_dates(native: Native, now: datetime) -> None:
    """Refuse an imported date that cannot be meant: it would be trusted. Raises PostFailed."""
    for name, said in (("date", native.created_at), ("edit date", native.edited_at)):
        if said and said > now + AHEAD:
            raise PostFailed(f"its {name} lies in the future (year {said.year}): is the year right?")
        if said and said < EARLIEST:
            raise PostFailed(f"its {name} lies before the year 2000 (year {said.year}): is the year right?")
