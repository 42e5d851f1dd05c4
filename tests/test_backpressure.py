"""Someone stands still and far more comes than the queues can hold: everyone before waits, says so, and stays small.

Afterwards everything is there exactly once, and nothing was rejected (invariants R1 and R3).
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import httpx
import pytest

from soundings.bus_watch import Verdict
from soundings.keys import Keys
from soundings.status_words import describe
from tests.service import CLI, LOOK, Service
from tests.waiting import wait_until

pytestmark = [
    pytest.mark.long,
    pytest.mark.service,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is looked up where Linux tells it"),
]
QUEUE = 1024 * 1024
TIMES = 20
"""How many times the queue is offered."""
LETTER = 64_000
"""Bytes of one long post. They are of a kind that is quickly read: this is about bytes."""
FLAT = 60 * 1024 * 1024
"""What a process may grow while it waits. One that gathered what is offered would grow by more than twice that."""
WARM = 20
NO_LIMIT = resource.RLIM_INFINITY


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    monkeypatch.setenv("SOUNDINGS_STREAM_MEGABYTES", "1")
    made = Service(tmp_path / "home")
    yield made
    made.stop()


def write_long_posts(path: Path, count: int, name: str) -> list[str]:
    """Posts far longer than most; returns their native ids."""
    natives = [f"{name}-{number}" for number in range(count)]
    text = "\N{SLIGHTLY SMILING FACE}" * (LETTER // 4)
    with path.open("w", encoding="utf-8") as file:
        for native in natives:
            line = {"id": native, "author": "w", "text": f"{native} {text}", "created_at": "2026-11-02T10:00:00Z"}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    return natives


def memory(pid: int) -> int:
    """Bytes that a process has in memory."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def waits(service: Service, stage: str) -> dict[str, Any]:
    found: dict[str, Any] = service.status()["stages"][stage]["waiting_for"] or {}
    return found


def says(service: Service) -> str:
    return describe(service.settings, service.status())


def stored_once(service: Service, natives: list[str]) -> None:
    service.wait_drained(200)
    keys = Keys.open(service.home / "keys.json")
    assert sorted(service.ids()) == sorted(keys.post_id("files", native) for native in natives)
    assert service.totals()["rejected"] == 0


def said(importing: Path) -> str:
    return importing.read_text(encoding="utf-8", errors="replace")


@pytest.mark.parametrize(("victim", "then"), [("nlp", signal.SIGKILL), ("store", signal.SIGCONT)])
def test_far_more_than_fits_waits_at_its_source(
    service: Service, tmp_path: Path, victim: str, then: signal.Signals
) -> None:
    service.start()
    natives = write_long_posts(tmp_path / "warm.jsonl", WARM, "warm")
    assert service.run("import", str(tmp_path / "warm.jsonl")).returncode == 0
    natives += write_long_posts(tmp_path / "posts.jsonl", TIMES * QUEUE // LETTER, "post")
    assert (tmp_path / "posts.jsonl").stat().st_size > TIMES * QUEUE * 0.95
    before = {stage: memory(pid) for stage, pid in service.pids().items()}
    os.kill(service.pids()[victim], signal.SIGSTOP)
    with (tmp_path / "said").open("wb") as output:
        importing = subprocess.Popen(
            [*CLI, "import", str(tmp_path / "posts.jsonl"), "--no-wait"],
            env=service.environment, stdout=output, stderr=output,
        )  # fmt: skip
    wait_until(lambda: "waiting for nlp: its queue is full" in said(tmp_path / "said"), "the import to wait", 60, LOOK)
    if victim == "store":
        wait_until(lambda: waits(service, "nlp").get("reason") == "readings-full", "nlp to wait for the store", 60)
        assert "nlp        running, waiting for store since" in says(service)
    assert importing.poll() is None
    grown = {stage: memory(pid) - before[stage] for stage, pid in service.pids().items()}
    assert {stage: size for stage, size in grown.items() if size > FLAT} == {}
    own = memory(importing.pid)
    os.kill(service.pids()[victim], then)
    assert importing.wait(200) == 0
    assert own < 3 * FLAT, "it holds one envelope, not the file"
    stored_once(service, natives)


def test_a_listener_that_finds_the_queue_full_waits_and_everyone_is_told(service: Service, tmp_path: Path) -> None:
    council = files("listeners.sample").joinpath("council.toml").read_text(encoding="utf-8")
    (service.home / "council.toml").write_text(council, encoding="utf-8")
    service.begin_up()
    wait_until(lambda: service.has_begun("listeners"), "the listeners to begin", 30)
    for stage in ("nlp", "listeners"):  # before they have said a word
        os.kill(service.pids()[stage], signal.SIGSTOP)
    service.wait_ready()
    natives = write_long_posts(tmp_path / "posts.jsonl", 30, "post")
    importing = service.begin("import", str(tmp_path / "posts.jsonl"), "--no-wait")
    wait_until(lambda: (service.totals()["waiting"] or 0) > 0, "the import to begin", 30, LOOK)
    os.kill(service.pids()["listeners"], signal.SIGCONT)
    wait_until(lambda: waits(service, "listeners").get("reason") == "posts-full", "the listener to wait", 60, LOOK)
    stages = service.status()["stages"]
    before = memory(stages["listeners"]["pid"])
    shown = says(service)
    assert "listeners  running, waiting for nlp since" in shown
    assert "its queue is full (1 MB, " in shown
    wait_until(lambda: health(stages["listeners"]["health"]).status_code == 503, "/health to say it", 60, LOOK)
    (reason,) = health(stages["listeners"]["health"]).json()["says"]
    assert "waiting for nlp since" in reason
    assert "soundings_waiting_seconds" in httpx.get(stages["listeners"]["health"] + "/metrics", trust_env=False).text
    assert memory(stages["listeners"]["pid"]) - before < FLAT
    os.kill(service.pids()["nlp"], signal.SIGCONT)
    wait_until(lambda: waits(service, "listeners") == {}, "the listener to go on", 60, LOOK)
    assert health(stages["listeners"]["health"]).status_code == 200
    assert importing.wait(100) == 0
    service.wait_drained()
    ids, keys = service.ids(), Keys.open(service.home / "keys.json")
    assert len(ids) == len(set(ids)) == service.totals()["published"]
    assert {keys.post_id("files", native) for native in natives} < set(ids), "those, and the listener's"


def health(address: str) -> httpx.Response:
    return httpx.get(address + "/health", trust_env=False)


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="prlimit is Linux's")
def test_a_bus_whose_disk_was_full_goes_on_by_itself_and_has_lost_nothing(service: Service, tmp_path: Path) -> None:
    """No file may grow: not the bus's, and not what `up` writes to see whether there is room."""
    service.start()
    natives = write_long_posts(tmp_path / "posts.jsonl", 300, "post")
    importing = service.begin("import", str(tmp_path / "posts.jsonl"), "--no-wait")
    wait_until(lambda: (service.totals()["stored"] or 0) > 0, "the first posts", 60, LOOK)
    for pid in (service.pid, service.pids()["bus"]):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (64 * 1024, NO_LIMIT))
    wait_until(lambda: service.status()["stages"]["bus"]["why"] == Verdict.FULL.value, "the bus to be ill", 60, LOOK)
    assert "bus        running, but it takes nothing: its disk is full" in says(service)
    assert importing.poll() is None
    ill = service.pids()["bus"]
    resource.prlimit(ill, resource.RLIMIT_FSIZE, (NO_LIMIT, NO_LIMIT))
    resource.prlimit(service.pid, resource.RLIMIT_FSIZE, (NO_LIMIT, NO_LIMIT))
    wait_until(lambda: service.pids()["bus"] not in (0, ill), "the bus to be started again", 60, LOOK)
    importing.wait(200)
    if importing.returncode:  # it gives up after a minute in which nothing moved
        assert service.run("import", str(tmp_path / "posts.jsonl")).returncode == 0
    stored_once(service, natives)
