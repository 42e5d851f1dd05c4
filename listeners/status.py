"""How much the listeners have published and left out, and how each source is heard: read from the ledgers.

Quick, and true also when nothing runs.
"""

from __future__ import annotations

import statistics
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from listeners.held import Lookup
from listeners.ledger import Ledger
from listeners.sources import enabled
from listeners.x_spending import spending
from soundings import council
from soundings.errors import SoundingsError
from soundings.instants import iso
from soundings.settings import Settings

LAST = 51
"""Posts that say how long it takes until one comes in."""


def totals(settings: Settings) -> dict[str, int]:
    """`published`: distinct posts that the bus has acknowledged and nobody has asked to remove.

    `cut`: replies that were left out because their thread had become too old or too long, as the checkpoints say.
    """
    published = cut = 0
    for path in sorted(settings.ledgers.glob("*.sqlite")):
        ledger = Ledger.read(settings.ledgers, path.stem)
        if ledger is not None:
            with closing(ledger):
                published += ledger.count()
                checkpoint = ledger.checkpoint()
                cut += int(checkpoint.state.get("cut", 0)) if checkpoint else 0
    return {"published": published, "cut": cut}


def sources(settings: Settings) -> list[dict[str, Any]]:
    """Each source that the council file switches on: when it was heard last, its newest post, how far behind its posts
    mostly come in, and since when it is held because it rejected nearly everything. None where that is not known yet.
    """
    try:
        names = [name for name, _, _ in enabled(council.load(settings.council_path))]
    except SoundingsError:  # the stage says it, and stops
        return []
    return [{"source": name, **_heard(Ledger.read(settings.ledgers, name))} for name in names]


def _heard(ledger: Lookup | None) -> dict[str, Any]:
    if ledger is None:
        return dict.fromkeys(("heard_at", "newest", "behind_seconds", "held_since"))
    with closing(ledger):
        checkpoint, newest, held = ledger.checkpoint(), ledger.newest(), ledger.held_back()
        delays = [delay.total_seconds() for delay in ledger.delays(LAST)]
    return {
        "heard_at": checkpoint and iso(checkpoint.heard_at),
        "newest": newest and iso(newest),
        "behind_seconds": round(max(0.0, statistics.median(delays))) if delays else None,
        "held_since": held and iso(held),
    }


def spent(settings: Settings, now: datetime | None = None) -> dict[str, Any]:
    """Of each source that costs money: posts and dollars of this month, the month's cap, and until when one closes it.

    `says`: the same in words.
    """
    now, found = now or datetime.now(UTC), {}
    for path in sorted(settings.ledgers.glob("*.sqlite")):
        if (ledger := Ledger.read(settings.ledgers, path.stem)) is None:
            continue
        with closing(ledger):
            checkpoint = ledger.checkpoint()
        if checkpoint and (told := spending(checkpoint.state, now)):
            until = told.closed_until.isoformat() if told.closed_until else None
            found[path.stem] = {
                "posts": told.posts, "dollars": told.dollars, "of": told.of, "closed_until": until,
                "says": told.words(path.stem),
            }  # fmt: skip
    return found
