"""The ledgers are copied of one instant while they are written to, and come back private and whole."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from listeners import backup
from listeners.ledger import Checkpoint, Held, Ledger
from soundings.errors import BadInput
from soundings.parts import Restoring, Saving
from soundings.settings import Settings
from tests.factories import post_id
from tests.listeners.kit import NOON
from tests.listeners.test_ledger import ROW


def row(name: str, **changes: object) -> Held:
    return replace(ROW, native_id=name, post_id=post_id(name, "demo"), aliases=(f"alias of {name}",), **changes)  # type: ignore[arg-type]


def copied(settings: Settings, folder: Path) -> dict[str, int]:
    return backup.save(Saving(settings, folder, print))


def test_rows_and_checkpoint_are_of_one_instant_under_load(settings: Settings, tmp_path: Path) -> None:
    """Each transaction adds one row and counts it in the checkpoint: a copy of two instants would not agree."""
    with closing(Ledger.open(settings.ledgers, "demo")) as ledger:
        begun, enough = threading.Event(), threading.Event()

        def write() -> None:
            for number in range(100_000):
                ledger.commit([row(str(number))], Checkpoint({"rows": number + 1}, "s", NOON))
                begun.set()
                if enough.is_set():
                    return

        writing = threading.Thread(target=write)
        writing.start()
        begun.wait(10)
        for number in range(5):
            (tmp_path / str(number)).mkdir()
            copied(settings, tmp_path / str(number))
        enough.set()
        writing.join()
    seen = []
    for number in range(5):
        with closing(Ledger.open(tmp_path / str(number) / "ledgers", "demo")) as copy:
            checkpoint = copy.checkpoint()
            assert checkpoint and checkpoint.state["rows"] == copy.count()
            seen.append(copy.count())
    assert seen == sorted(seen) and seen[-1] > 0


def test_a_copy_is_one_private_file_and_counted(settings: Settings, tmp_path: Path) -> None:
    for source, names in (("demo", ("1", "2")), ("files", ("3",))):
        with closing(Ledger.open(settings.ledgers, source)) as ledger:
            ledger.commit([row(name) for name in names])
    assert copied(settings, tmp_path) == {"posts in the ledgers": 3}
    files = sorted((tmp_path / "ledgers").iterdir())
    assert [path.name for path in files] == ["demo.sqlite", "files.sqlite"]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


def test_a_damaged_ledger_is_named(settings: Settings, tmp_path: Path) -> None:
    settings.ledgers.mkdir(parents=True)
    (settings.ledgers / "demo.sqlite").write_bytes(b"not a database, and long enough to be read as one" * 100)
    with pytest.raises(BadInput, match=r"ledger .*demo\.sqlite is damaged"):
        copied(settings, tmp_path)


@pytest.mark.servers
def test_they_come_back_as_they_were(settings: Settings, bus_settings: Settings, tmp_path: Path) -> None:
    with closing(Ledger.open(settings.ledgers, "demo")) as ledger:
        ledger.commit([row("1"), row("2")], Checkpoint({"cursor": 5}, "made then", NOON))
        ledger.remove(["2"], [post_id("2", "demo")], NOON)
    copied(settings, tmp_path)
    there = bus_settings.model_copy(update={"home": tmp_path / "there"})
    counts = backup.restore(Restoring(there, tmp_path, print, [], NOON))
    assert counts == {"posts in the ledgers": 1, "removed there by receipts": 0}
    with closing(Ledger.open(there.ledgers, "demo")) as restored:
        assert restored.find("alias of 1") == row("1")
        assert restored.was_removed([post_id("2", "demo")])
        assert restored.checkpoint() == Checkpoint({"cursor": 5}, "made then", NOON)
    assert {path.stat().st_mode & 0o777 for path in there.ledgers.glob("*.sqlite")} == {0o600}
    assert sqlite3.connect(there.ledgers / "demo.sqlite").execute("PRAGMA integrity_check").fetchone() == ("ok",)
