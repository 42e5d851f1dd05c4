"""A disk that fills up: nothing is called done that may not be there, and the engine opens and answers all the same."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from soundings.errors import OursFailed
from soundings.settings import Settings
from store import questions
from store.archive import Archive
from store.clickhouse import connect
from store.endpoint import Served
from store.engine import Engine, EngineError, Job
from store.room import LEFT, NEEDED, NoRoom, Room
from store.service import prepare
from tests.factories import make_reading
from tests.torture.disk import real_disk

SLOWEST = 1.0


def test_before_and_after_are_asked_apart(tmp_path: Path) -> None:
    left = [NEEDED]
    room = Room(tmp_path, lambda _: left[0])
    room.before()
    left[0] = NEEDED - 1
    room.after()
    with pytest.raises(NoRoom, match="64 MB"):
        room.before()
    left[0] = LEFT - 1
    with pytest.raises(NoRoom, match="meanwhile"):
        room.after()


@pytest.mark.parametrize(
    ("statement", "rows", "writes"),
    [
        ("INSERT INTO readings FORMAT Native", b"", True),
        ("DELETE FROM readings WHERE 1", None, True),
        (" optimize TABLE readings FINAL", None, True),
        ("SELECT 1", None, False),
        ("CREATE TABLE IF NOT EXISTS migrations (a Int8) ENGINE = MergeTree ORDER BY a", None, False),
    ],
)
def test_what_needs_room(statement: str, rows: bytes | None, writes: bool) -> None:
    assert Job(statement, rows=rows).writes is writes


@pytest.mark.servers
def test_without_room_the_engine_answers_and_writes_nothing(tmp_path: Path) -> None:
    left = [NEEDED]
    engine = Engine(tmp_path / "database", Room(tmp_path, lambda _: left[0]))
    try:
        engine.run(Job("CREATE TABLE t (a Int8) ENGINE = MergeTree ORDER BY a", read_only=False))
        engine.run(Job("INSERT INTO t VALUES (1)", read_only=False))
        left[0] = LEFT - 1
        with pytest.raises(EngineError) as raised:
            engine.run(Job("INSERT INTO t VALUES (2)", read_only=False))
        assert raised.value.code == 243
        assert engine.run(Job("SELECT sum(a) FROM t")).body == b"1\n"
    finally:
        engine.close()


@pytest.mark.servers
def test_what_was_written_while_the_disk_filled_up_is_not_called_done(tmp_path: Path) -> None:
    left = iter([NEEDED, LEFT - 1])
    engine = Engine(tmp_path / "database", Room(tmp_path, lambda _: next(left)))
    try:
        engine.run(Job("CREATE TABLE t (a Int8) ENGINE = MergeTree ORDER BY a", read_only=False))
        with pytest.raises(EngineError, match="meanwhile"):
            engine.run(Job("INSERT INTO t VALUES (1)", read_only=False))
    finally:
        engine.close()


@contextmanager
def filled_and_cleared(folder: Path) -> Iterator[None]:
    """Another program on the same disk that fills it up and clears it, over and over."""
    ending = threading.Event()
    other = threading.Thread(target=_come_and_go, args=(folder / "other", ending))
    other.start()
    try:
        yield
    finally:
        ending.set()
        other.join()
        (folder / "other").unlink()


def _come_and_go(path: Path, ending: threading.Event) -> None:
    """Full, with a little room for some milliseconds again and again; and from time to time with much room."""
    dice = random.Random(1)
    while not ending.is_set():
        for _ in range(20):
            with path.open("ab", buffering=0) as file, suppress(OSError):
                while True:
                    file.write(bytes(64 * 1024))
            ending.wait(dice.uniform(0, 0.02))
            os.truncate(path, max(0, path.stat().st_size - dice.randrange(200_000, 3_000_000)))
            ending.wait(dice.uniform(0, 0.03))
        ending.wait(SLOWEST)  # an insert that met the full disk has noticed by now
        os.truncate(path, 0)
        ending.wait(0.05)


@pytest.mark.servers
@pytest.mark.timeout(180)
def test_what_is_called_done_is_there_while_another_program_fills_the_disk(settings: Settings) -> None:
    """Without `store.room` acknowledged posts are missing within seconds."""
    folder, done, refused = settings.home / "database", 0, 0
    small = real_disk(folder, 192)
    served = Served(settings).start()
    archive = Archive(prepare(settings))
    with filled_and_cleared(folder):
        while done < 500 or refused < 200:
            try:
                archive.take([make_reading(f"{done + index}", text=f"{index} " * 200) for index in range(50)])
                done += 50
            except OursFailed as error:
                refused += 1
                if "246" in str(error):  # damaged: as the service does, see store/damage.py
                    served.stop()
                    served = Served(settings).start()
                    archive = Archive(connect(settings, "writer"))
    served.stop()
    served = Served(settings).start()
    assert questions.totals(prepare(settings)).stored == done
    served.stop()
    small.close()
