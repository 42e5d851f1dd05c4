"""What `soundings status` asks."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from soundings.errors import OursFailed
from soundings.messages import Gap, Retraction
from soundings.settings import Settings
from store import status
from store.access import Access, make_passwords, write
from store.archive import Archive
from store.clickhouse import Client
from store.retractions import Registrar
from tests.factories import NOON, make_reading, post_id
from tests.servers import free_port
from tests.store.serving import StoreServer

pytestmark = pytest.mark.servers


def test_totals_are_what_the_archive_holds(writer: Client, store_server: StoreServer, tmp_path: Path) -> None:
    Archive(writer).take([make_reading("1"), make_reading("2")])
    Registrar(writer, tmp_path).retract(
        [Retraction(source="files", post_id=post_id("1"), reason="x", observed_at=NOON)]
    )
    assert status.totals(store_server.settings) == {"stored": 1, "retracted": 1}


def test_gaps_are_open_or_recent(writer: Client, store_server: StoreServer, tmp_path: Path) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    old, recent = now - timedelta(days=30), now - timedelta(hours=3)
    Registrar(writer, tmp_path).retract(
        [
            Gap(source="feeds", start=old, end=old + timedelta(hours=1), why="long ago"),
            Gap(source="feeds", start=recent, end=None, why="no answer"),
        ]
    )
    [gap] = status.gaps(store_server.settings)
    assert gap == {
        "source": "feeds",
        "start": recent.isoformat().replace("+00:00", "Z"),
        "end": None,
        "why": "no answer",
    }


@pytest.mark.parametrize("started", [True, False])
def test_a_store_that_is_away_is_said_quickly(settings: Settings, started: bool) -> None:
    if started:
        write(settings, Access(f"http://127.0.0.1:{free_port()}", make_passwords()))
    begun = time.monotonic()
    for question in (status.totals, status.gaps):
        with pytest.raises(OursFailed):
            question(settings)
    assert time.monotonic() - begun < 2
