"""From a bad installation to all posts stored: a stage stops loudly, is mended, and what it rejected is sent again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from listeners import rejected
from listeners.importing import run
from listeners.options import Options
from soundings import council
from soundings.keys import Keys
from soundings.rejects import IN_A_ROW
from soundings.settings import Settings
from tests.poison import WORD
from tests.servers import NatsServer
from tests.service import write_posts
from tests.stages import NLP, STORE, Stages
from tests.test_poison import drained, messages, rejects

pytestmark = [pytest.mark.service, pytest.mark.timeout(400)]

COUNT = 60


@pytest.fixture
def stages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stages]:
    server = NatsServer(tmp_path / "nats")
    server.start()
    monkeypatch.setenv("SOUNDINGS_NATS_URL", server.url)
    settings = Settings()
    with Stages(settings) as running:
        yield running
    server.stop()


def take(settings: Settings, path: Path) -> None:
    options = Options([path], wait=False)
    assert asyncio.run(run(options, settings, council.load(settings.council_path))) == 0


def ids(settings: Settings, natives: list[str]) -> set[str]:
    keys = Keys.open(settings.keys_path)
    return {keys.post_id("files", native) for native in natives}


def test_a_bad_installation_costs_no_post(stages: Stages, tmp_path: Path) -> None:
    settings, file = stages.settings, tmp_path / "posts.jsonl"
    natives = write_posts(file, COUNT)
    stages.add("store", STORE)
    take(settings, file)
    bad = stages.add("nlp", NLP, TEST_BAD_DEPLOY="1")
    stages.wait(lambda: bad.state == "stopped", "the bad stage to stop for good")
    assert any("stopped for good: it rejected nearly everything" in line for line in stages.told)
    assert len(rejects(settings)) == IN_A_ROW
    assert messages(settings)["posts"] == 1, "the envelope in hand stays on the bus"
    stages.add("nlp", NLP, TEST_BAD_DEPLOY="")
    stages.wait(lambda: len(stages.stored()) == COUNT - IN_A_ROW and drained(settings), "the rest to be stored")
    for _ in range(2):
        assert rejected.main(["--replay", "--yes"]) == 0
        stages.wait(lambda: len(stages.stored()) == COUNT and drained(settings), "what was rejected")
        assert stages.stored() == ids(settings, natives)
        assert rejects(settings) == []


def test_what_the_store_rejected_is_read_and_stored_within_two_minutes(stages: Stages, tmp_path: Path) -> None:
    """The bus knows the post's envelope and that of its reading still: equal bytes would be dropped."""
    settings, file = stages.settings, tmp_path / "posts.jsonl"
    line = {"id": "one", "text": f"The bins again {WORD}raise", "created_at": "2026-11-02T10:00:00Z", "author": "anna"}
    file.write_text(json.dumps(line) + "\n")
    bad = stages.add("store", STORE)
    stages.add("nlp", ("-m", "soundings", "run", "nlp"))
    take(settings, file)
    stages.wait(lambda: rejects(settings) and drained(settings), "the reading to be rejected")
    (reject,) = rejects(settings)
    assert reject.stage == "store" and "ZeroDivisionError" in reject.reason
    stages.end(bad)
    stages.add("store", ("-m", "soundings", "run", "store"))
    assert rejected.main(["--replay", "--yes"]) == 0
    stages.wait(lambda: stages.stored() == ids(settings, ["one"]), "the post to be stored")
    assert rejects(settings) == []
