"""No room left for the database: it stops, says so, and goes on without help once there is room. Nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.service import LOOK, Service, write_posts
from tests.torture.disk import real_disk
from tests.waiting import wait_until

pytestmark = [pytest.mark.service, pytest.mark.long, pytest.mark.timeout(300)]

BEFORE, MEANWHILE = 200, 1000


def test_without_room_for_the_database_nothing_is_lost_or_rejected(tmp_path: Path) -> None:
    service = Service(tmp_path / "home")
    write_posts(tmp_path / "before.jsonl", BEFORE, "before")
    write_posts(tmp_path / "meanwhile.jsonl", MEANWHILE, "meanwhile")
    disk = real_disk(service.home / "database", 256)
    service.start()
    try:
        assert service.run("import", str(tmp_path / "before.jsonl")).returncode == 0
        disk.fill()
        assert service.run("import", str(tmp_path / "meanwhile.jsonl"), "--no-wait").returncode == 0
        wait_until(lambda: "(code 243)" in log_of(service, "store"), "the log to say so", 60)
        assert (service.totals()["stored"], service.totals()["rejected"]) == (BEFORE, 0), "it answers meanwhile"
        service.kill("store")  # and without room it opens again
        wait_until(lambda: service.totals()["stored"] == BEFORE, "the store to be open again", 60, LOOK)
        disk.empty()
        service.wait_drained()
        totals = service.totals()
        assert totals["stored"] == totals["published"] == BEFORE + MEANWHILE
        assert totals["rejected"] == 0
    finally:
        disk.empty()
        service.stop()
        disk.close()


def log_of(service: Service, stage: str) -> str:
    return (service.home / "logs" / f"{stage}.log").read_text()
