"""No room left for the store or for the bus: it stops, says so, and goes on without help once there is room."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.service import LOOK, Service, write_posts
from tests.torture.disk import SmallDisk, disk
from tests.waiting import wait_until

pytestmark = [pytest.mark.service, pytest.mark.timeout(300)]

BEFORE, MEANWHILE = 200, 1000


def log_of(service: Service, stage: str) -> str:
    return (service.home / "logs" / f"{stage}.log").read_text()


def test_without_room_for_the_database_nothing_is_lost_or_rejected(
    tmp_path: Path, record_property: pytest.RecordProperty
) -> None:
    service = Service(tmp_path / "home")
    write_posts(tmp_path / "before.jsonl", BEFORE, "before")
    write_posts(tmp_path / "meanwhile.jsonl", MEANWHILE, "meanwhile")
    with disk(service.home / "database", lambda: service.pids()["store"]) as small:
        record_property("disk", small.kind)
        service.start()
        try:
            assert service.run("import", str(tmp_path / "before.jsonl")).returncode == 0
            small.fill()
            assert service.run("import", str(tmp_path / "meanwhile.jsonl"), "--no-wait").returncode == 0
            everything = BEFORE + MEANWHILE
            wait_until(lambda: service.totals()["read"] == everything, "all to wait for the store", 60, LOOK)
            totals = service.totals()
            assert (totals["stored"], totals["rejected"]) == (BEFORE, 0), "it answers meanwhile"
            if isinstance(small, SmallDisk):  # the other way reaches its log as well, and ends with the process
                wait_until(lambda: "(code 243)" in log_of(service, "store"), "the log to say so", 60)
                service.kill("store")
                wait_until(lambda: service.totals()["stored"] == BEFORE, "the store to be open again", 60, LOOK)
            small.empty()
            service.wait_drained()
            totals = service.totals()
            assert (totals["stored"], totals["published"], totals["rejected"]) == (BEFORE + MEANWHILE,) * 2 + (0,)
        finally:
            small.empty()
            service.stop()


def test_without_room_for_the_bus_nothing_is_lost_or_rejected(
    tmp_path: Path, record_property: pytest.RecordProperty
) -> None:
    service = Service(tmp_path / "home")
    write_posts(tmp_path / "before.jsonl", BEFORE, "before")
    write_posts(tmp_path / "meanwhile.jsonl", MEANWHILE, "meanwhile")
    with disk(service.home / "bus", lambda: service.pids()["bus"]) as small:
        record_property("disk", small.kind)
        service.start()
        try:
            assert service.run("import", str(tmp_path / "before.jsonl")).returncode == 0
            small.fill()
            importing = service.begin("import", str(tmp_path / "meanwhile.jsonl"))
            wait_until(lambda: "disk is full" in service.run("status").stdout, "the status to say so", 60, LOOK)
            assert service.totals()["stored"] == BEFORE
            small.empty()
            importing.send_signal(signal.SIGINT)
            importing.wait(60)
            service.insist("import", str(tmp_path / "meanwhile.jsonl"))
            service.wait_drained()
            totals = service.totals()
            assert (totals["stored"], totals["published"], totals["rejected"]) == (BEFORE + MEANWHILE,) * 2 + (0,)
        finally:
            small.empty()
            service.stop()
            assert os.path.exists(service.home)
