"""How much was published, also when nothing runs."""

from __future__ import annotations

from pathlib import Path

from listeners.ledger import Held, Ledger
from listeners.status import totals
from soundings.settings import Settings
from tests.listeners.kit import NOON


def row(name: str, source: str) -> Held:
    return Held(name, f"{source}:{name:0>32}", 1, b"x", NOON, NOON, NOON, "s")


def test_nothing_yet(settings: Settings) -> None:
    assert totals(settings) == {"published": 0, "cut": 0}
    assert not Path(settings.ledgers).exists()


def test_all_ledgers_count_also_open_ones(settings: Settings) -> None:
    one, two = Ledger.open(settings.ledgers, "feeds"), Ledger.open(settings.ledgers, "files")
    one.commit([row("1", "feeds"), row("2", "feeds")])
    two.commit([row("1", "files")])
    two.commit([row("1", "files")])
    assert totals(settings) == {"published": 3, "cut": 0}
    one.remove(["1"], [row("1", "feeds").post_id], NOON)
    one.close()
    assert totals(settings) == {"published": 2, "cut": 0}
