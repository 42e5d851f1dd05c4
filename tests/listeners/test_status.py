"""How much was published, also when nothing runs."""

from __future__ import annotations

from pathlib import Path

from listeners.ledger import Checkpoint, Held, Ledger
from listeners.status import spent, totals
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


def test_what_was_spent_is_read_from_the_checkpoint(settings: Settings) -> None:
    assert spent(settings) == {}
    count = {"month": "2026-11", "day": "2026-11-10", "posts": 1240, "today": 3, "micro": 6_200_000, "of": 50.0}
    for source, state in (("feeds", {"feeds": {}}), ("x", {"spent": count})):
        ledger = Ledger.open(settings.ledgers, source)
        ledger.commit([], Checkpoint(state, "s", NOON))
        ledger.close()
    assert spent(settings, NOON) == {
        "x": {
            "posts": 1240, "dollars": 6.2, "of": 50.0, "closed_until": None,
            "says": "x: 1,240 posts this month, $6.20 of $50.00",
        }
    }  # fmt: skip
