"""How much the listeners have published and left out, read from the ledgers: quick, and true also when nothing runs."""

from __future__ import annotations

from contextlib import closing

from listeners.ledger import Ledger
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
