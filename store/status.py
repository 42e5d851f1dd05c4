"""What `soundings status` asks of the store. Quick to give up: a status that hangs says nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from soundings.instants import iso
from soundings.settings import Settings
from store import questions
from store.clickhouse import connect
from store.windows import Window

PATIENCE = 2
"""Seconds."""
RECENT = timedelta(days=7)


def totals(settings: Settings) -> dict[str, int]:
    """`stored` and `retracted`. Raises OursFailed when the store does not answer."""
    found = questions.totals(connect(settings, "reader", answer_seconds=PATIENCE))
    return {"stored": found.stored, "retracted": found.retracted}


def gaps(settings: Settings) -> list[dict[str, Any]]:
    """Gaps that are open or reach into the last seven days. Raises OursFailed when the store does not answer."""
    client = connect(settings, "reader", answer_seconds=PATIENCE)
    window = Window.last(datetime.now(UTC), RECENT)
    return [
        {"source": gap.source, "start": iso(gap.start), "end": gap.end and iso(gap.end), "why": gap.why}
        for gap in questions.gaps(client, window)
    ]
