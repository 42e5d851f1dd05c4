"""The ledger: one transaction, two processes, nothing readable by others."""

from __future__ import annotations

import multiprocessing
import sqlite3
import stat
import threading
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from listeners.ledger import Checkpoint, Held, Ledger, path_of
from listeners.ledger_tables import SCHEMA
from soundings.errors import BadInput, SoundingsError
from tests.listeners.kit import NOON

ROW = Held(
    native_id="at://did/1",
    post_id="demo:" + "a" * 32,
    version=1,
    content=b"x" * 16,
    happened_at=NOON,
    collected_at=NOON,
    last_checked=NOON,
    stream="made then",
    aliases=("77",),
    thread_root="root",
    account="f" * 32,
    voice="e" * 32,
)
CHECKPOINT = Checkpoint({"cursor": 5}, "made then", NOON)


def test_what_was_committed_is_read_back(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path, "demo")
    ledger.commit([ROW], CHECKPOINT)
    again = Ledger.open(tmp_path, "demo")
    assert again.find("at://did/1") == ROW
    assert again.find("77") == ROW
    assert again.find_post(ROW.post_id) == ROW
    assert again.of_account("f" * 32) == [ROW]
    assert again.checkpoint() == CHECKPOINT
    assert again.find("another") is None


def test_rows_and_checkpoint_are_saved_together_or_not_at_all(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path, "demo")
    with pytest.raises(TypeError):
        ledger.commit([ROW], replace(CHECKPOINT, state={"cursor": object()}))
    assert ledger.find("at://did/1") is None
    assert ledger.checkpoint() is None


def test_an_older_version_never_replaces_a_newer_one(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path, "demo")
    ledger.commit([replace(ROW, version=3)])
    ledger.commit([replace(ROW, version=2, content=b"older")])
    found = ledger.find("at://did/1")
    assert found is not None and found.version == 3 and found.content == b"x" * 16


def test_the_instant_of_an_id_stays(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path, "demo")
    ledger.commit([ROW])
    ledger.commit([replace(ROW, version=2, happened_at=NOON + timedelta(days=40))])
    found = ledger.find("at://did/1")
    assert found is not None and found.happened_at == NOON


def test_a_writer_who_is_named_later_is_known_and_stays_known(tmp_path: Path) -> None:
    """Else an order to forget would pass over the post."""
    ledger = Ledger.open(tmp_path, "demo")
    ledger.commit([replace(ROW, account="", voice="")])
    for version, account in ((1, "a" * 32), (2, ""), (3, "b" * 32)):
        ledger.commit([replace(ROW, version=version, account=account, voice=account)])
        found = ledger.find("77")
        assert found is not None and found.account == found.voice == (account or "a" * 32)


def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path / "ledgers", "demo")
    ledger.commit([ROW])
    for path in (tmp_path / "ledgers").glob("demo.sqlite*"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path


def test_what_is_removed_leaves_no_byte(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path, "demo")
    ledger.commit([ROW])
    ledger.remove([ROW.native_id], [ROW.post_id], NOON)
    assert ledger.count() == 0 and ledger.find("77") is None
    files = list(tmp_path.glob("demo.sqlite*"))  # it is still open: what was written last lies in its log
    assert path_of(tmp_path, "demo") in files and not any(b"at://did/1" in file.read_bytes() for file in files)


def test_what_was_removed_is_known_by_its_hash_and_does_not_come_back(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path, "demo")
    ledger.commit([ROW])
    ledger.remove([ROW.native_id], [ROW.post_id], NOON)
    assert ledger.was_removed(["demo:other", ROW.post_id]) and not ledger.was_removed(["demo:other"])
    ledger.commit([ROW])  # it was on its way when another process removed it
    assert ledger.count() == 0 and ledger.find(ROW.native_id) is None
    assert ledger.expire(NOON) == 0 and ledger.was_removed([ROW.post_id])
    assert ledger.expire(NOON + timedelta(seconds=1)) == 1
    assert not ledger.was_removed([ROW.post_id])


def test_an_edit_is_kept_as_long_as_what_the_store_holds_of_it(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path, "demo")
    ledger.commit([ROW])
    ledger.commit([replace(ROW, version=2, collected_at=NOON + timedelta(days=2))])
    assert ledger.expire(NOON + timedelta(days=1)) == 0 and ledger.count() == 1


def test_retention_empties_it(tmp_path: Path) -> None:
    ledger = Ledger.open(tmp_path, "demo")
    ledger.commit(
        [ROW, replace(ROW, native_id="2", post_id="demo:" + "b" * 32, aliases=(), collected_at=NOON + timedelta(2))]
    )
    assert ledger.expire(NOON + timedelta(days=1)) == 1
    assert ledger.find("77") is None and ledger.count() == 1


def test_a_damaged_file_is_told_in_plain_words(tmp_path: Path) -> None:
    path_of(tmp_path, "demo").write_bytes(b"this is no database at all, whatever its name says" * 50)
    with pytest.raises(BadInput, match=r"demo\.sqlite cannot be used"):
        Ledger.open(tmp_path, "demo")


@pytest.mark.parametrize("trouble", ["locked", "full"])
def test_what_will_pass_is_not_told_as_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: str) -> None:
    """A locked file or a full disk: a backup put back would throw away what is sound."""
    Ledger.open(tmp_path, "demo").close()
    other = sqlite3.connect(path_of(tmp_path, "demo"), isolation_level=None)
    if trouble == "locked":
        monkeypatch.setattr("listeners.ledger.BUSY", 0.1)
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
    else:
        other.execute("DROP TABLE held_back")
        limit = "PRAGMA max_page_count = 1"  # what a full disk says too
        monkeypatch.setattr("listeners.ledger.SCHEMA", f"{limit}; {SCHEMA} CREATE TABLE more (one)")
    with pytest.raises(SoundingsError, match="try again") as told:
        Ledger.open(tmp_path, "demo")
    assert not isinstance(told.value, BadInput) and "backup" not in str(told.value)
    other.close()
    monkeypatch.undo()
    Ledger.open(tmp_path, "demo").close()


def test_a_file_that_is_only_being_made_is_nothing_to_read(tmp_path: Path) -> None:
    path_of(tmp_path, "demo").touch()
    assert Ledger.read(tmp_path, "demo") is None


def test_there_is_nothing_to_read_before_the_first_post(tmp_path: Path) -> None:
    assert Ledger.read(tmp_path, "demo") is None
    assert not path_of(tmp_path, "demo").exists()


def test_who_looks_up_never_waits_for_who_writes(tmp_path: Path) -> None:
    """The event loop looks up while a thread commits, and that may wait a minute for another process."""
    ledger, other = Ledger.open(tmp_path, "demo"), sqlite3.connect(path_of(tmp_path, "demo"), isolation_level=None)
    ledger.commit([ROW], CHECKPOINT)
    other.execute("BEGIN IMMEDIATE")
    begun = threading.Event()

    def commit() -> None:
        begun.set()
        ledger.commit([replace(ROW, version=2)])

    with ThreadPoolExecutor() as pool:
        writing = pool.submit(commit)
        begun.wait()
        looking: list[Future[Any]] = [pool.submit(ledger.find, "77"), pool.submit(ledger.was_removed, ["a"])]
        try:
            done, _ = wait(looking, timeout=20)
            assert len(done) == 2 and not writing.done()
        finally:
            other.execute("COMMIT")
    found = ledger.find("77")
    assert found is not None and found.version == 2


def _write_many(folder: Path, name: str) -> None:
    ledger = Ledger.open(folder, "demo")
    for number in range(60):
        post_id = f"demo:{name}{number:031d}"
        ledger.commit([replace(ROW, native_id=f"{name}{number}", post_id=post_id, aliases=())], CHECKPOINT)


def test_two_processes_write_to_one_ledger(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=_write_many, args=(tmp_path, name)) for name in "ab"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert Ledger.open(tmp_path, "demo").count() == 120


def test_tasks_of_one_source_write_at_the_same_time(tmp_path: Path) -> None:
    """Each in a thread, over one connection: no transaction ends another's."""
    ledger = Ledger.open(tmp_path, "demo")

    def write(name: int) -> None:
        for number in range(25):
            ledger.note_told([(f"{name} {number}".encode(), False)], "s", NOON)
            ledger.commit([replace(ROW, native_id=f"{name} {number}", post_id=f"demo:{name} {number}", aliases=())])
            ledger.remove([], [f"demo:gone {name} {number}"], NOON)

    with ThreadPoolExecutor(4) as pool:
        done, _ = wait([pool.submit(write, name) for name in range(4)])
    assert [one.exception() for one in done] == [None] * 4
    assert ledger.count() == 100 and len(ledger.told_elsewhere("another")) == 100
    ledger.close()
