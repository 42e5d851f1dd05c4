"""SIGKILL of listener, reader, store and bus in turn under load: exactly the right set of posts (invariant R1)."""

from __future__ import annotations

import random
import subprocess
from functools import partial
from pathlib import Path

import pytest

from soundings.keys import Keys
from tests.service import LOOK, Service, write_posts
from tests.waiting import wait_until

pytestmark = [pytest.mark.service, pytest.mark.timeout(240)]

POSTS = 6000
VICTIMS = ("import", "nlp", "store", "bus", "listeners")
SEEDS = (1, 2)


class Load:
    """An import that goes on until it is done, however often it is killed."""

    def __init__(self, service: Service, file: Path) -> None:
        self._service, self._file = service, file
        self._process = self._begin()

    def _begin(self) -> subprocess.Popen[bytes]:
        return self._service.begin("import", str(self._file), "--no-wait")

    def kill(self) -> None:
        """SIGKILL, and begin again from the first line."""
        self._process.kill()
        self._process.wait()
        self._process = self._begin()

    def has_reached(self, mark: int) -> bool:
        """Whether so many posts are stored."""
        return (self._service.totals()["stored"] or 0) >= mark

    def finish(self) -> None:
        """Wait for its end, and import once more: what was killed in between is asked for again."""
        self._process.wait(120)
        again = self._service.run("import", str(self._file))
        assert again.returncode == 0, again.stderr


@pytest.mark.parametrize("seed", SEEDS)
def test_killed_under_load_nothing_is_lost_or_doubled(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    victims = [*VICTIMS, *dice.sample(VICTIMS[:4], 3)]
    dice.shuffle(victims)
    marks = sorted(dice.randrange(POSTS * 9 // 10) for _ in victims)
    service = Service(tmp_path / "home")
    natives = write_posts(tmp_path / "posts.jsonl", POSTS)
    service.start()
    try:
        load = Load(service, tmp_path / "posts.jsonl")
        for victim, mark in zip(victims, marks, strict=True):
            wait_until(partial(load.has_reached, mark), f"{mark} stored", 90, LOOK)
            if victim == "import":
                load.kill()
            else:
                service.kill(victim)
        load.finish()
        service.wait_drained()
        keys = Keys.open(service.home / "keys.json")
        assert sorted(service.ids()) == sorted(keys.post_id("files", native) for native in natives)
        totals = service.totals()
        assert (totals["stored"], totals["rejected"]) == (POSTS, 0)
    finally:
        service.stop()
