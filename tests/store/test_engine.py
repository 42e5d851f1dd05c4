"""The engine's folder: one owner, private, and killed at any moment."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from soundings.messages import Retraction
from store import access
from store import questions as q
from store.archive import Archive
from store.clickhouse import connect
from store.retractions import Registrar
from tests.factories import NOON, make_reading, post_id
from tests.store.serving import StoreServer

pytestmark = pytest.mark.servers

OPEN = "import sys, pathlib; from store.engine import Engine; Engine(pathlib.Path(sys.argv[1]))"

MANY = """
import sys, pathlib
from store.engine import Engine, EngineError, Job
engine = Engine(pathlib.Path(sys.argv[1]))
for number in range(30):
    try:
        engine.run(Job("SELECT 1", settings={"no_such_setting": str(number)}))
    except EngineError:
        pass
engine.run(Job("SELECT 1", settings={"max_threads": "1"}))
print("kept", sum(map(len, engine._idle.values())))
engine.close()
"""


def test_what_failed_takes_no_place_among_the_idle_handles(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", MANY, str(tmp_path)], capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["kept", "1"], done.stderr


def test_a_second_opener_is_told_so_in_a_sentence(store_server: StoreServer) -> None:
    folder = store_server.settings.home / "database"
    second = subprocess.run([sys.executable, "-c", OPEN, str(folder)], capture_output=True, text=True, timeout=60)
    assert second.returncode != 0
    assert f"The database in {folder} is already open in another process: is `soundings up` running?" in second.stderr


def test_the_folder_is_private(store_server: StoreServer) -> None:
    assert stat.S_IMODE((store_server.settings.home / "database").stat().st_mode) == 0o700


def test_a_kill_between_insert_and_ack_counts_nothing_twice(tmp_path: Path) -> None:
    server = StoreServer(tmp_path)
    server.start()
    batch = [make_reading(str(number)) for number in range(300)]
    order = Retraction(source="files", post_id=post_id("7"), reason="test", observed_at=NOON)
    try:
        for _ in range(2):
            Archive(connect(server.settings, "writer")).take(batch)
            before = access.read(server.settings)
            server.kill()  # inserted, and the bus was never told
            server.start()
            assert access.read(server.settings) == before, "who was connected finds the store where it was"
        writer = connect(server.settings, "writer")
        Archive(writer).take(batch)
        Registrar(writer, tmp_path).retract([order])
        server.kill()
        server.start()
        Archive(writer).take(batch)
        assert q.totals(connect(server.settings, "reader")) == q.Totals(299, 1)
    finally:
        server.stop()
