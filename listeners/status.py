"""How much the listeners have published and left out, read from the ledgers: quick, and true also when nothing runs."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from listeners.ledger import Ledger
from listeners.x_spending import spending
from soundings.settings import Settings


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
