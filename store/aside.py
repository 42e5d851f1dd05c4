"""Parts that ClickHouse set aside as damaged, in folders named `detached`: no question reads them, and no sweep
rewrites them. Those that it set aside at a start go after two weeks, or their bytes would stay for ever.

Knows nothing of what is in them.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

FOLDER = "detached"
AT_A_START = ("broken-on-start", "covered-by-broken")
"""How the names begin that ClickHouse itself gives. What somebody else put there by hand is not ours to remove."""
KEPT_FOR = timedelta(days=14)
"""Time to see whether posts are missing, and to restore a backup if so."""


def is_aside(part: Path) -> bool:
    """Whether ClickHouse set this part aside."""
    return part.parent.name == FOLDER


def remove_old(parts: Iterable[Path], now: datetime) -> list[Path]:
    """Remove what has lain there long enough; returns what went."""
    old = [
        part for part in parts if is_aside(part) and part.name.startswith(AT_A_START) and _since(part) < now - KEPT_FOR
    ]
    for part in old:
        shutil.rmtree(part, ignore_errors=True)
    return [part for part in old if not part.exists()]


def _since(part: Path) -> datetime:
    """When it came there: being renamed is the last that was done to it, and leaves its other dates as they were."""
    try:
        return datetime.fromtimestamp(part.stat().st_ctime, UTC)
    except FileNotFoundError:
        return datetime.max.replace(tzinfo=UTC)
