"""A damaged part: the store ends once, and only when it has lived a while; opening anew sets the part aside."""

from __future__ import annotations

from pathlib import Path

import pytest

from soundings.errors import OursFailed
from soundings.settings import Settings
from store import questions
from store.archive import Archive
from store.clickhouse import connect
from store.damage import CORRUPTED_DATA, LIVED, Damage
from store.endpoint import Served
from store.rows import ask
from store.service import prepare
from tests.factories import make_reading


def test_it_ends_once_and_never_a_young_process() -> None:
    now, ended = [0.0], list[float]()
    damage = Damage(lambda: ended.append(now[0]), lambda: now[0])
    damage.look_at(CORRUPTED_DATA)
    now[0] = LIVED
    damage.look_at(243)
    assert ended == []
    damage.look_at(CORRUPTED_DATA)
    damage.look_at(CORRUPTED_DATA)
    assert ended == [LIVED]


@pytest.mark.servers
def test_opening_anew_sets_a_damaged_part_aside(settings: Settings) -> None:
    """What a full disk leaves: files of a part that hold nothing. What was in it comes again from the bus."""
    served = Served(settings).start()
    archive = Archive(prepare(settings))
    archive.take([make_reading("sound")])
    served.stop()
    sound = parts(settings.home)
    served = Served(settings).start()
    Archive(connect(settings, "writer")).take([make_reading("lost")])
    served.stop()
    (damaged,) = parts(settings.home) - sound
    for file in damaged.glob("*.cmrk*"):
        file.write_bytes(b"")
    served = Served(settings).start()
    try:
        client = prepare(settings)
        assert questions.totals(client).stored == 1
        Archive(client).take([make_reading("lost")])
        assert questions.totals(client).stored == 2
    finally:
        served.stop()


@pytest.mark.servers
def test_the_endpoint_tells_of_every_failure_of_the_engine(settings: Settings) -> None:
    met: list[int] = []
    served = Served(settings, failed=met.append).start()
    try:
        with pytest.raises(OursFailed):
            ask(prepare(settings), "SELECT 1 FROM missing")
    finally:
        served.stop()
    assert met == [60]


def parts(home: Path) -> set[Path]:
    """The folders of the parts of the readings."""
    return {path for path in home.glob("database/store/*/*/2026*") if (path / "skp_idx_by_words.idx").exists()}
