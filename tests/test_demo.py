"""The demonstration: the invented sample by the same way as every post, and never into a real council's folder."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest

from tests.service import Service
from tests.waiting import wait_until

HISTORY = sum(1 for line in files("listeners.sample").joinpath("posts.jsonl").read_text("utf-8").splitlines() if line)


@pytest.mark.service
@pytest.mark.timeout(180)
def test_started_twice_it_shows_the_same_posts(tmp_path: Path) -> None:
    service = Service(tmp_path / "home")
    service.start("demo")
    wait_until(lambda: (service.totals()["stored"] or 0) >= HISTORY, "the sample to be stored", 60)
    first = set(service.ids())
    service.stop()
    service.output.unlink()
    service.start("demo")
    service.wait_drained()
    again, posts = service.ids(), _posts(service)
    service.stop()
    assert len(again) == len(set(again))
    assert first <= set(again)
    assert len(set(again) - first) < 20, "only the live posts of the meantime are new"
    assert len({post["happened_at"][:10] for post in posts}) >= 42, "it fills the last six weeks"


def _posts(service: Service) -> list[dict[str, str]]:
    answer = service.run("ask", "posts", "--since", "60d", "--format", "json")
    found: list[dict[str, str]] = json.loads(answer.stdout)
    return found


@pytest.mark.service
def test_it_keeps_out_of_a_real_councils_folder(tmp_path: Path) -> None:
    service = Service(tmp_path / "home")
    (service.home / "council.toml").write_text('[council]\nname = "Testford Council"\n')
    done = service.run("demo")
    assert done.returncode == 2
    assert "would mix invented posts with real ones" in done.stderr
    assert (service.home / "council.toml").read_text() == '[council]\nname = "Testford Council"\n'
