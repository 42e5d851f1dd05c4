"""How much was published, also when nothing runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from listeners.ledger import Checkpoint, Held, Ledger
from listeners.status import sources, spent, totals
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


COUNCIL = """
[council]
purpose = "We listen in order to answer."
[sources.feeds]
enabled = true
[sources.bluesky]
enabled = false
"""
UNKNOWN = {"heard_at": None, "newest": None, "behind_seconds": None, "held_since": None}


def switched_on(settings: Settings) -> None:
    settings.home.mkdir(exist_ok=True)
    settings.council_path.write_text(COUNCIL)


def test_a_source_that_was_never_heard_is_told_all_the_same(settings: Settings) -> None:
    switched_on(settings)
    assert sources(settings) == [{"source": "feeds", **UNKNOWN}]
    Ledger.open(settings.ledgers, "feeds").close()
    assert sources(settings) == [{"source": "feeds", **UNKNOWN}]


def test_what_the_ledger_and_its_checkpoint_say_of_a_source(settings: Settings) -> None:
    switched_on(settings)
    ledger = Ledger.open(settings.ledgers, "feeds")
    late = [
        replace(row(str(minutes), "feeds"), happened_at=NOON, collected_at=NOON + timedelta(minutes=minutes))
        for minutes in (1, 2, 60)
    ]
    on_its_way = replace(row("9", "feeds"), happened_at=NOON + timedelta(days=1), stream="")
    ledger.commit([*late, on_its_way], Checkpoint({}, "s", NOON + timedelta(hours=2)))
    ledger.hold_back(NOON + timedelta(hours=3))
    assert sources(settings) == [
        {
            "source": "feeds",
            "heard_at": "2026-11-10T14:00:00Z",
            "newest": "2026-11-10T12:00:00Z",
            "behind_seconds": 120,
            "held_since": "2026-11-10T15:00:00Z",
        }
    ]


def test_a_post_dated_ahead_is_not_behind(settings: Settings) -> None:
    switched_on(settings)
    ahead = replace(row("1", "feeds"), happened_at=NOON + timedelta(minutes=1))
    Ledger.open(settings.ledgers, "feeds").commit([ahead])
    assert [one["behind_seconds"] for one in sources(settings)] == [0]


def test_a_council_file_that_is_not_in_order_hides_no_status(settings: Settings) -> None:
    switched_on(settings)
    settings.council_path.write_text(COUNCIL.replace("We listen in order to answer.", "enforcement"))
    assert sources(settings) == []


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
