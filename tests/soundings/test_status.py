"""Status: totals from what is durable, and an exit code that scripts can trust."""

from __future__ import annotations

import fcntl
import json
import os
import re
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest

from soundings import runtime, status
from soundings.bus import Bus
from soundings.cli import main
from soundings.envelopes import encode, seal
from soundings.errors import OursFailed
from soundings.files import make_private_folder, write_private
from soundings.settings import Settings
from soundings.status_words import describe
from soundings.streams import POSTS
from tests.factories import make_post


@pytest.fixture(autouse=True)
def _parts(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = {
        status.LEDGERS: lambda settings: {"published": 12, "cut": 0},
        status.SPENT: lambda settings: {"x": {"says": "x: 1,240 posts this month, $6.20 of $50.00"}},
        status.STORE: lambda settings: {"stored": 9, "retracted": 1},
        status.GAPS: lambda settings: [
            {"source": "feeds", "start": "2026-11-02T10:00:00Z", "end": None, "why": "the feed is away"}
        ],
        status.SOURCES: lambda settings: [
            {"source": "feeds", "heard_at": None, "newest": None, "behind_seconds": None, "held_since": None}
        ],
    }
    monkeypatch.setattr(status, "load", parts.__getitem__)


def test_nothing_running_is_exit_code_3(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--json"]) == 3
    shown = json.loads(capsys.readouterr().out)
    parts = {"stages", "totals", "queues", "alarms", "upkeep", "learnt", "spent", "gaps", "page", "sources"}
    assert set(shown) == parts
    assert set(shown["stages"]) == {"listeners", "nlp", "store", "dashboard"}
    assert set(shown["totals"]) == {
        "collected",
        "published",
        "cut",
        "read",
        "stored",
        "rejected",
        "retracted",
        "waiting",
    }
    assert shown["spent"]["x"]["says"].startswith("x: 1,240 posts")
    assert shown["totals"]["waiting"] is None, "what does not answer is not zero"


def test_a_store_that_is_away_is_unknown_not_zero(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    def away(settings: Settings) -> dict[str, int]:
        raise OursFailed("the store does not answer")

    monkeypatch.setattr(status, "load", lambda target: away)
    assert status.gather(settings)["totals"]["stored"] is None
    assert re.search(r"stored +\? ", describe(settings, status.gather(settings)))


def test_a_beating_stage_is_running(settings: Settings) -> None:
    runtime.beat(settings, "nlp", "running")
    assert main(["status"]) == 0
    assert main(["status", "--stage", "nlp"]) == 0
    assert main(["status", "--stage", "store"]) == 3


@pytest.mark.servers
def test_waiting_counts_posts_not_envelopes(bus_settings: Settings) -> None:
    async def publish() -> None:
        from soundings.bus import connect

        async with connect(bus_settings, "test") as bus:
            await _publish(bus)

    import asyncio

    asyncio.run(publish())
    totals: dict[str, Any] = status.gather(bus_settings)["totals"]
    assert totals == {
        "collected": 12,
        "published": 12,
        "cut": 0,
        "read": 9,
        "stored": 9,
        "rejected": 0,
        "retracted": 1,
        "waiting": 250,
    }


async def _publish(bus: Bus) -> None:
    for envelope in seal(encode(make_post(f"{number}")) for number in range(250)):
        await bus.publish(POSTS, POSTS.subject("files", envelope.count), envelope)


def leave_pulse(settings: Settings, pid: int, host: str = "", age: float = 0.0) -> None:
    """What a process of nlp left so many seconds ago."""
    host = host or socket.gethostname()
    pulse = {"stage": "nlp", "host": host, "pid": pid, "beat_at": time.time() - age, "doing": "running"}
    write_private(settings.run / "pulse" / f"nlp@{host}-{pid}.json", json.dumps(pulse))


def test_several_workers_of_a_stage_are_counted(settings: Settings) -> None:
    runtime.beat(settings, "nlp", "running")
    leave_pulse(settings, 7, "another-host")
    leave_pulse(settings, 8, "a-third-host", age=runtime.STALE + 1)
    shown = status.gather(settings)
    assert (shown["stages"]["nlp"]["running"], shown["stages"]["nlp"]["workers"]) == (True, 2)
    assert re.search(r"nlp +running \(2 workers\)", describe(settings, shown))


@pytest.mark.usefixtures("held")
def test_another_worker_does_not_hide_that_ours_is_silent(settings: Settings) -> None:
    up = {"state": "running", "pid": os.getpid(), "restarts": 0}
    write_private(runtime.note_path(settings), json.dumps({"pid": os.getpid(), "page": "", "stages": {"nlp": up}}))
    leave_pulse(settings, os.getpid(), age=runtime.STALE + 1)
    leave_pulse(settings, 7, "another-host")
    assert status.gather(settings)["stages"]["nlp"]["state"] == "silent"


@pytest.fixture
def held(settings: Settings) -> Iterator[None]:
    """The lock of a running `up`."""
    make_private_folder(settings.run)
    with runtime.lock_path(settings).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.mark.usefixtures("held")
def test_a_stage_that_lives_and_does_not_beat_is_silent(settings: Settings) -> None:
    up = {"state": "running", "pid": os.getpid(), "restarts": 0}
    note = {"pid": os.getpid(), "page": "", "stages": {"nlp": up, "store": up, "bus": up}}
    write_private(runtime.note_path(settings), json.dumps(note))
    leave_pulse(settings, os.getpid(), age=runtime.STALE + 1)
    stages = status.gather(settings)["stages"]
    assert (stages["nlp"]["running"], stages["nlp"]["state"]) == (False, "silent")
    assert stages["store"]["running"], "it has only begun"
    assert stages["bus"]["running"]
    assert not stages["listeners"]["running"]


@pytest.mark.usefixtures("held")
def test_up_says_who_holds_the_folder(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    write_private(runtime.note_path(settings), json.dumps({"pid": os.getpid(), "page": "http://x", "stages": {}}))
    assert main(["up"]) == 1
    assert f"process {os.getpid()} holds it. Its page is http://x." in capsys.readouterr().err


def test_of_several_readers_the_one_that_is_furthest_behind_is_told(settings: Settings) -> None:
    def worker(pid: int, corrections: int, stuck: str = "") -> runtime.Pulse:
        note = {"corrections": corrections, "told": 9, "stuck": stuck}
        return runtime.Pulse("nlp", "elsewhere", pid, time.time(), "running", learnt=note)

    silent = runtime.Pulse("nlp", "elsewhere", 9, 0.0, "running", learnt={"corrections": 0, "told": 0, "stuck": ""})
    deaf = runtime.Pulse("store", "elsewhere", 8, time.time(), "running")
    assert status._learnt([deaf, silent]) is None
    assert (status._learnt([worker(1, 9), worker(2, 5), silent, deaf]) or {})["corrections"] == 5
    assert (status._learnt([worker(1, 5), worker(2, 9, "it is cut off")]) or {})["stuck"] == "it is cut off"
