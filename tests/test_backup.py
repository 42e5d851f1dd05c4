"""Backup and restore with the real service: taken under load, killed in the middle, and nothing removed comes back."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from listeners.ledger import Ledger
from soundings import manifest, receipts
from soundings.home import Swap, state_in
from soundings.keys import Keys
from soundings.messages import Retraction, RetractionKind
from soundings.receipts import Receipt
from soundings.settings import Settings
from tests.listeners.feed_texts import item, rss
from tests.listeners.web import Web
from tests.service import CLI, LOOK, Service, write_posts
from tests.waiting import wait_until

pytestmark = [pytest.mark.service, pytest.mark.long, pytest.mark.timeout(240)]

POSTS = 4000
COUNCIL = """
[council]
name = "Testford Council"
purpose = "We listen in order to answer."
[sources.feeds]
enabled = true
allow_private = true
[[sources.feeds.feed]]
url = "{url}/news"
local = true
"""


def backup_of(service: Service, *arguments: str) -> Path:
    """Make one; its folder."""
    done = service.run("backup", *arguments)
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.strip())


def restored(service: Service, backup: Path, *arguments: str) -> None:
    done = service.run("restore", str(backup), *arguments)
    assert done.returncode == 0, done.stderr


def receipts_of(service: Service) -> Path:
    return Settings(home=service.home).receipts


def in_the_ledgers(home: Path) -> set[str]:
    """The ids that the ledgers say are published."""
    found: set[str] = set()
    for path in (home / "ledgers").glob("*.sqlite"):
        with closing(Ledger.open(home / "ledgers", path.stem)) as ledger:
            found |= {row[0] for row in ledger._sql.execute("SELECT post_id FROM held")}
    return found


def test_taken_under_load_it_holds_all_that_its_ledgers_say(tmp_path: Path) -> None:
    """The reasoning of decision 11: copied in the direction in which posts flow, a post is in at least one copy."""
    service, other = Service(tmp_path / "home"), Service(tmp_path / "other")
    write_posts(tmp_path / "posts.jsonl", POSTS)
    service.start()
    try:
        loading = service.begin("import", str(tmp_path / "posts.jsonl"), "--no-wait")
        made = []
        for mark in (1, POSTS // 2):
            wait_until(partial(_stored, service, mark), f"{mark} posts", 90, LOOK)
            made.append(backup_of(service))
        assert loading.wait(120) == 0
        service.wait_drained()
    finally:
        service.stop()
    under_way = [manifest.read(path).counts["envelopes under way"] for path in made]
    assert any(under_way), "none was taken under load: this would prove nothing"
    for path in made:
        _check_restored(other, path, tmp_path / "posts.jsonl")


def _stored(service: Service, mark: int) -> bool:
    return (service.totals()["stored"] or 0) >= mark


def _check_restored(other: Service, backup: Path, file: Path) -> None:
    restored(other, backup, "--replace", "--receipts", str(backup.parent / "receipts"))
    published = in_the_ledgers(other.home)
    other.start()
    try:
        other.wait_drained()
        ids = other.ids()
        assert len(ids) == len(set(ids))
        assert published <= set(ids)
        assert other.run("import", str(file)).returncode == 0
        totals = other.totals()
        assert totals["published"] == totals["stored"] == len(set(other.ids())) == POSTS
        assert totals["rejected"] == 0
    finally:
        other.stop()


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = Web()
    yield server
    server.close()


def as_the_store_does(service: Service, orders: list[Retraction]) -> None:
    """Receipts of what was removed, as they lie beside the backups."""
    now = datetime.now(UTC)
    receipts.append(receipts_of(service), [Receipt(order=order, taken_at=now) for order in orders])


def test_what_was_removed_after_the_backup_does_not_come_back(tmp_path: Path, web: Web) -> None:
    """Not on a page, nor when its source is asked again, nor when its file is imported again."""
    web.says("/news", 200, rss(item("1", "News of the bins"), item("2", "News of a resident")))
    service = Service(tmp_path / "home")
    (service.home / "council.toml").write_text(COUNCIL.format(url=web.url))
    lines = [
        {"id": f"f{number}", "author": author, "text": f"words of {number}", "created_at": "2026-11-02T10:00:00Z"}
        for number, author in enumerate(("anna", "anna", "bert", "carl"))
    ]
    bad = '{"id": "cut", "author": "anna", "text": "it ends in the mid\n'
    (tmp_path / "posts.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n" + bad)
    service.start()
    try:
        assert service.run("import", str(tmp_path / "posts.jsonl")).returncode == 0
        wait_until(partial(_stored, service, 6), "the feed's posts", 60, LOOK)
        assert service.totals()["rejected"] == 1
        made = backup_of(service)
        keys = Keys.open(service.home / "keys.json")
        news = keys.post_id("feeds", _native_of(service.home, "feeds", "2"))
        assert service.run("forget", "--source", "files", "--account", "anna", "--yes").returncode == 0
        assert service.run("forget", "--source", "files", "--post", "f2", "--yes").returncode == 0
        assert service.run("forget", "--source", "feeds", "--post", news, "--yes").returncode == 0
        wait_until(lambda: service.totals()["stored"] == 2, "the removals", 30, LOOK)
        as_the_store_does(service, _orders(keys, news))
        left = sorted(service.ids())
    finally:
        service.stop()
    restored(service, made, "--replace")
    due_now(service.home, "feeds")
    asked = len(web.pages["/news"].asked)
    service.output.unlink()
    service.start()
    try:
        service.wait_drained()
        assert sorted(service.ids()) == left
        assert service.run("import", str(tmp_path / "posts.jsonl")).returncode == 0
        wait_until(lambda: len(web.pages["/news"].asked) > asked, "the feed to be asked again", 30)
        service.wait_drained()
        assert sorted(service.ids()) == left
        assert (
            service.run("ask", "search", "words", "--since", "1990-01-01", "--format", "csv").stdout.count("files:")
            == 1
        )
        assert "anna" not in service.run("rejected", "--format", "json").stdout
        assert in_the_ledgers(service.home) == set(left)
    finally:
        service.stop()


def due_now(home: Path, source: str) -> None:
    """Let its source be asked at the next start, and not in some minutes."""
    with closing(Ledger.open(home / "ledgers", source)) as ledger:
        before = ledger.checkpoint()
        assert before
        feeds = {url: {**state, "due": None} for url, state in before.state["feeds"].items()}
        ledger.commit([], replace(before, state={"feeds": feeds}))


def _native_of(home: Path, source: str, part: str) -> str:
    with closing(Ledger.open(home / "ledgers", source)) as ledger:
        names = [row[0] for row in ledger._sql.execute("SELECT native_id FROM held")]
    (found,) = [name for name in names if part in name]
    return str(found)


def _orders(keys: Keys, news: str) -> list[Retraction]:
    now = datetime.now(UTC)
    by_id = [("files", keys.post_id("files", "f2")), ("feeds", news)]
    gone = [Retraction(source=source, post_id=post, reason="removed", observed_at=now) for source, post in by_id]
    blocked = Retraction(
        source="files", voices=keys.living_voices("files", "anna"), account=keys.account("files", "anna"),
        kind=RetractionKind.BLOCKED, reason="asked to be forgotten", observed_at=now,
    )  # fmt: skip
    return [*gone, blocked]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Service, Path]:
    """A home with 300 posts in which nothing runs, and a backup of it that was made while nothing ran."""
    service = Service(tmp_path_factory.mktemp("filled") / "home")
    write_posts(service.home.parent / "posts.jsonl", 300)
    service.start()
    try:
        assert service.run("import", str(service.home.parent / "posts.jsonl")).returncode == 0
    finally:
        service.stop()
    return service, backup_of(service)


def copy_of(filled: tuple[Service, Path], folder: Path) -> tuple[Service, Path]:
    """Both, in another place: as after the move to another machine."""
    _, made = filled
    other = Service(folder / "home")
    shutil.copytree(made.parent, folder / "home-backups")
    return other, folder / "home-backups" / made.name


def test_it_moves_to_another_machine(filled: tuple[Service, Path], tmp_path: Path) -> None:
    service, made = copy_of(filled, tmp_path)
    restored(service, made)
    service.start()
    try:
        service.wait_drained()
        assert service.totals()["stored"] == len(set(service.ids())) == 300
        refused = service.run("restore", str(made), "--replace")
        assert refused.returncode == 1 and "already runs in" in refused.stderr
    finally:
        service.stop()


def test_data_that_is_there_is_moved_aside_and_never_deleted(filled: tuple[Service, Path], tmp_path: Path) -> None:
    service, made = copy_of(filled, tmp_path)
    Keys.open(service.home / "keys.json")
    before = (service.home / "keys.json").read_text()
    refused = service.run("restore", str(made))
    assert refused.returncode == 2 and "holds data (keys.json)" in refused.stderr
    assert (service.home / "keys.json").read_text() == before
    done = service.run("restore", str(made), "--replace")
    (aside,) = tmp_path.glob("home-before-*")
    assert done.returncode == 0 and str(aside) in done.stderr
    assert (aside / "keys.json").read_text() == before != (service.home / "keys.json").read_text()


def test_without_receipts_it_is_said_loudly_and_must_be_meant(filled: tuple[Service, Path], tmp_path: Path) -> None:
    service, made = copy_of(filled, tmp_path)
    shutil.rmtree(made.parent / "receipts")
    refused = service.run("restore", str(made))
    assert refused.returncode == 2 and "would come back" in refused.stderr and state_in(service.home) == []
    done = service.run("restore", str(made), "--without-receipts")
    assert done.returncode == 0 and "WITHOUT RECEIPTS" in done.stderr


def test_the_drill_changes_nothing(filled: tuple[Service, Path], tmp_path: Path) -> None:
    service, made = copy_of(filled, tmp_path)
    before = sorted(map(str, tmp_path.rglob("*")))
    done = service.run("restore", "--check", str(made))
    assert done.returncode == 0 and "is sound" in done.stdout and "posts in the database 300" in done.stdout
    assert sorted(map(str, tmp_path.rglob("*"))) == sorted({*before, str(made.parent / ".lock")})
    with (made / "database" / "tables.json").open("a") as file:
        file.write(" ")
    done = service.run("restore", "--check", str(made))
    assert done.returncode == 2 and "database/tables.json is not what was written" in done.stderr


STEPS = ["Restoring what", "Putting back", "Restoring the ledgers", "Restoring the database", "Obeying", "Restored:"]


@pytest.mark.parametrize("step", STEPS)
def test_a_restore_that_is_killed_may_be_begun_again(filled: tuple[Service, Path], tmp_path: Path, step: str) -> None:
    service, made = copy_of(filled, tmp_path)
    Keys.open(service.home / "keys.json")
    old = (service.home / "keys.json").read_text()
    kill_at(service, step, "restore", str(made), "--replace")
    cut_short = Swap.left_by_a_crash(Settings(home=service.home))
    assert cut_short or (service.home / "keys.json").read_text() == old or step == STEPS[-1]
    restored(service, made, "--replace")
    assert old in [(path / "keys.json").read_text() for path in tmp_path.glob("home-before-*")]
    assert (service.home / "keys.json").read_text() == (made / "keys.json").read_text()
    assert len(in_the_ledgers(service.home)) == 300
    assert {path.name for path in service.home.iterdir()} <= {*state_in(service.home), "keys.lock", "run", "logs"}


@pytest.mark.parametrize("step", ["Copying the ledgers", "Copying the bus", "Copying the database"])
def test_a_backup_that_is_killed_leaves_none_that_looks_whole(
    filled: tuple[Service, Path], tmp_path: Path, step: str
) -> None:
    service, _ = filled
    kill_at(service, step, "backup", str(tmp_path))
    assert manifest.backups_in(tmp_path) == []
    made = backup_of(service, str(tmp_path))
    assert manifest.backups_in(tmp_path) == [made]
    assert not list(tmp_path.glob(f"{manifest.UNFINISHED}*"))
    manifest.verify(made)


def test_a_backup_that_is_told_to_stop_takes_its_half_away(filled: tuple[Service, Path], tmp_path: Path) -> None:
    """As when `soundings up` stops in the middle of one: it holds residents' texts."""
    kill_at(filled[0], "Copying the database", "backup", str(tmp_path), how=signal.SIGTERM)
    assert [path.name for path in tmp_path.iterdir()] == [".lock"]


def kill_at(service: Service, step: str, *arguments: str, how: signal.Signals = signal.SIGKILL) -> None:
    """Signal a command when it says that it is at a step."""
    process = subprocess.Popen([*CLI, *arguments], env=service.environment, stderr=subprocess.PIPE, text=True)
    assert process.stderr
    for line in process.stderr:
        if line.startswith(step):
            process.send_signal(how)
    ended = -how if how == signal.SIGKILL else 128 + how
    assert process.wait(30) == ended, f"it was not stopped at {step}"


def test_a_day_s_backup_by_up_and_only_so_many_are_kept(tmp_path: Path) -> None:
    service = Service(tmp_path / "home")
    folder = Settings(home=service.home).backups_path
    script = (
        "from datetime import timedelta; from soundings import daily, up; "
        "daily.FIRST, daily.AGAIN = timedelta(0), timedelta(seconds=1); up.main(['--port', '0'])"
    )
    with service.output.open("ab") as output:
        running = subprocess.Popen(
            [sys.executable, "-c", script], env=service.environment, stdout=output, stderr=output
        )
    try:
        wait_until(lambda: manifest.backups_in(folder), "the backup that is due", 90)
        wait_until(service._drained, "everything to run", 60, LOOK)
        assert set(service.pids()) >= {"bus", "listeners", "nlp", "store", "dashboard"}
        by_hand = backup_of(service)
        os.environ["SOUNDINGS_BACKUPS_KEPT"] = "2"
        daily = [backup_of(service, "--daily") for _ in range(3)]
    finally:
        os.environ.pop("SOUNDINGS_BACKUPS_KEPT", None)
        running.send_signal(signal.SIGINT)
        assert running.wait(60) == 0
    assert manifest.backups_in(folder) == [by_hand, *daily[1:]]


REFUSED = [
    (["backup", "{home}/inside"], "lies in the home folder"),
    (["backup", "{made}"], "is a backup itself"),
    (["backup", "{file}"], "cannot make the folder"),
    (["restore", "{folder}"], "has no manifest.json"),
    (["restore", "{made}/.."], "Name one of them"),
    (["restore", "{file}"], "There is no folder"),
]


@pytest.mark.parametrize(("command", "said"), REFUSED, ids=[said for _, said in REFUSED])
def test_a_wrong_folder_is_said_plainly(
    filled: tuple[Service, Path], tmp_path: Path, command: list[str], said: str
) -> None:
    service, made = filled
    (tmp_path / "file").touch()
    names = {"home": service.home, "made": made, "file": tmp_path / "file", "folder": tmp_path}
    done = service.run(*(part.format(**names) for part in command))
    assert done.returncode == 2
    assert said in done.stderr and done.stderr.count("\n") == 1


def test_nothing_to_back_up_is_said(tmp_path: Path) -> None:
    done = Service(tmp_path / "home").run("backup")
    assert done.returncode == 2 and "There is nothing to back up" in done.stderr
