"""A removal, end to end, in the real service: then every byte of its folders is searched, and unpacked, for what is to
be gone: words, native ids and handles (invariant R2). What lives on is found by the same search.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from soundings import receipts
from soundings.keys import Keys
from soundings.messages import RetractionKind
from soundings.settings import Settings
from store.nightly import read
from tests.raw import holders
from tests.service import LOOK, Service
from tests.waiting import wait_until

pytestmark = [pytest.mark.service, pytest.mark.timeout(300)]

AUTUMN, SUMMER = "2026-11-02T10:00:00Z", "2026-08-02T10:00:00Z"


def line(case: str, **fields: Any) -> dict[str, Any]:
    """A post whose words, id and author name its case, and nothing else does."""
    post = {
        "id": f"{case}idzqx",
        "author": f"{case}byzqx",
        "text": f"The {case}textzqx bin was missed",
        "link": f"https://social.example/{case}byzqx/{case}idzqx",
        "created_at": AUTUMN,
    }
    return post | fields


def canaries(case: str) -> list[str]:
    return [f"{case}{what}zqx" for what in ("text", "id", "by")]


class Desk:
    """An officer's desk: what is imported, forgotten and swept."""

    def __init__(self, service: Service) -> None:
        self.service, self._files = service, 0

    def write(self, *lines: dict[str, Any]) -> str:
        self._files += 1
        path = self.service.home.parent / f"posts-{self._files}.jsonl"
        path.write_text("".join(json.dumps(each) + "\n" for each in lines))
        return str(path)

    def take(self, *lines: dict[str, Any], code: int = 0) -> None:
        done = self.service.run("import", self.write(*lines))
        assert done.returncode == code, done.stderr

    def forget(self, *what: str) -> None:
        done = self.service.run("forget", "--source", "files", *what, "--yes")
        assert done.returncode == 0, done.stderr

    def holders(self, *cases: str) -> set[str]:
        """Files of the service, of its backups' folder and of its output that hold something of these cases."""
        words, home = [word for case in cases for word in canaries(case)], self.service.home
        folders = [home, home.with_name(f"{home.name}-backups")]
        found = {f"{folder.name}/{name}" for folder in folders for name in holders(folder, *words)}
        printed = self.service.output.read_text()
        return found | {"up.out" for word in words if word in printed}

    def texts(self) -> str:
        asked = self.service.run("ask", "posts", "--since", "1990-01-01", "--format", "json")
        assert asked.returncode == 0, asked.stderr
        return asked.stdout


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    service = Service(tmp_path_factory.mktemp("erasure") / "home")
    service.start()
    yield Desk(service)
    service.stop()


def test_no_byte_is_left_of_what_was_removed_whenever_and_however(desk: Desk) -> None:
    service = desk.service
    # Before: the order is there, the post comes later.
    desk.forget("--post", "beforeidzqx")
    desk.take(line("before"), line("living"), line("after"), line("edited"), line("line"), line("person"))
    desk.take(line("person", id="summeridzqx", text="summertextzqx", created_at=SUMMER))
    desk.take(line("person", id="badidzqx", text="badtextzqx", created_at="2299-01-01T00:00:00Z"), code=1)
    # During: the reader holds still, so the posts are on the bus while they are removed.
    reader = service.pids()["nlp"]
    os.kill(reader, signal.SIGSTOP)
    try:
        late = desk.write(line("during"), line("held"), line("person", id="busidzqx", text="bustextzqx"))
        assert service.run("import", late, "--no-wait").returncode == 0
        assert (service.totals()["waiting"] or 0) >= 3
        desk.forget("--post", "duringidzqx")
        desk.forget("--account", "@personbyzqx")
    finally:
        os.kill(reader, signal.SIGCONT)
    service.wait_drained()
    # After, in three ways; and what a forgotten person writes later.
    desk.forget("--post", "afteridzqx")
    desk.take(
        {"id": "lineidzqx", "deleted": True}, line("edited", text="other words", updated_at="2026-11-03T10:00:00Z")
    )
    desk.take(line("person", id="lateridzqx", text="latertextzqx"))
    service.wait_drained()

    removed = ("before", "during", "after", "line", "person", "summer", "bus", "bad", "later")
    assert not any(f"{case}textzqx" in desk.texts() for case in (*removed, "edited"))
    assert desk.holders("after", "person"), "hidden is not erased, and the search finds what is there"

    swept = service.run("sweep")
    assert swept.returncode == 0, swept.stderr
    assert "Nothing removed is left." in swept.stdout
    assert desk.holders(*removed) == set()
    assert not any("editedtextzqx" in name for name in holders(service.home, "editedtextzqx"))
    assert holders(service.home, "editedtextzqx") == set(), "the words that an edit replaced"
    held = desk.holders("living", "held")
    assert any("/ledgers/" in name for name in held) and any("/database/" in name for name in held)
    assert all(f"{case}textzqx" in desk.texts() for case in ("living", "held"))


def test_each_order_left_a_receipt_without_a_word_and_the_sweep_a_note(desk: Desk) -> None:
    settings = Settings(home=desk.service.home)
    orders = [receipt.order for receipt in receipts.read(settings.receipts)]
    keys = Keys.open(settings.keys_path)
    by_post = {order.post_id for order in orders if order.post_id}
    assert {keys.post_id("files", f"{case}idzqx") for case in ("before", "during", "after", "line")} <= by_post
    [person] = {order for order in orders if order.kind is RetractionKind.BLOCKED and order.voices}
    assert person.account == keys.account("files", "personbyzqx")
    assert len(person.voices) == 2, "under the key of each quarter"
    note = read(settings)
    assert note["found"] == {} and note["looked_for"] >= 4 and note["at"] == note["well_at"]


def test_the_store_sweeps_by_itself_after_a_start_when_one_is_due(desk: Desk) -> None:
    service, settings = desk.service, Settings(home=desk.service.home)
    desk.take(line("night"))
    desk.forget("--post", "nightidzqx")
    service.wait_drained()
    (settings.run / "sweep.json").unlink()
    service.kill("store")
    wait_until(lambda: read(settings).get("well_at"), "the sweep after a start", 120, LOOK)
    assert desk.holders("night") == set()


def test_without_a_service_the_command_says_so(tmp_path: Path) -> None:
    done = Service(tmp_path / "home").run("sweep")
    assert done.returncode == 3 and "soundings up" in done.stderr
