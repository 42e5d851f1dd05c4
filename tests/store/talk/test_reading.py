"""Threads among very many posts: found by the index over `thread`, and only then read whole."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from soundings.council import CouncilFile
from store import questions as q
from store.access import PROFILES
from store.archive import Archive
from store.clickhouse import Client, connect
from store.talk import reading
from store.windows import Window
from tests.factories import NOON, make_reading, post_id, voice
from tests.store.serving import StoreServer

pytestmark = pytest.mark.servers

MANY, DAYS = 200_000, 200
DAY = timedelta(days=1)
ASKED = NOON - 100 * DAY

EXPLAIN = """
import json, pathlib, sys
from store.engine import Engine, Job
engine = Engine(pathlib.Path(sys.argv[1]))
settings, questions = json.load(sys.stdin)
told = [engine.run(Job("EXPLAIN indexes = 1 " + one, settings=settings, database=sys.argv[2])) for one in questions]
print(json.dumps([answer.body.decode() for answer in told]))
engine.close()
"""
"""The gate lets nobody explain anything, so the engine is asked in a process of its own, after the store has ended."""


class Asker:
    """A reader of a store of its own, whose questions are remembered."""

    def __init__(self, server: StoreServer) -> None:
        self.server, self.questions = server, list[str]()
        self.client = connect(server.settings, "reader")
        self._query = self.client.query
        self.client.query = self._recorded

    def _recorded(self, question: str, parameters: dict[str, Any] | None = None) -> Any:
        spelt = {
            name: f"'{value}'" if isinstance(value, str) else str(value) for name, value in (parameters or {}).items()
        }
        self.questions.append(re.sub(r"\{(\w+):\w+\}", lambda match: spelt[match[1]], question))
        return self._query(question, parameters=parameters)

    def granules(self, index: str) -> list[tuple[int, int]]:
        """Of each question: how many granules an index left, and of how many. Ends the store."""
        self.server.stop()
        done = subprocess.run(
            [sys.executable, "-c", EXPLAIN, str(self.server.settings.home / "database"),
             self.server.settings.clickhouse_database],
            input=json.dumps([PROFILES["reader"], self.questions]), capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        found = [
            re.search(rf"Name: {index}\s.*?Granules: (\d+)/(\d+)", told, re.DOTALL) for told in json.loads(done.stdout)
        ]
        return [(int(match[1]), int(match[2])) if match else (0, 0) for match in found]


def fill(writer: Client) -> None:
    """Posts of many days, one after another, each a thread of its own, and a thread of two in the middle of them."""
    writer.command(
        "INSERT INTO readings (id, source, kind, text, happened_at, collected_at, version, author_kind, thread) "
        "SELECT concat('files:', lower(hex(MD5(toString(number))))), 'files', 'reply', 'Lovely sunset', "
        f"toDateTime64('{NOON:%Y-%m-%d %H:%M:%S}', 3, 'UTC') - toIntervalSecond(number * {DAYS * 86_400 // MANY}), "
        "now64(3), 1, 'resident', concat('files:', lower(hex(MD5(concat('root', toString(number)))))) "
        f"FROM numbers({MANY})"
    )
    again: dict[str, Any] = {"thread": post_id("root"), "reply_to": post_id("root"), "voice": voice("ben")}
    reply = make_reading("reply", happened_at=ASKED + DAY, text="On Friday.", **again)
    Archive(writer).take([make_reading("root", happened_at=ASKED), reply])
    writer.command("OPTIMIZE TABLE readings FINAL")


@pytest.fixture
def asker(tmp_path: Path) -> Iterator[Asker]:
    server = StoreServer(tmp_path)
    server.start()
    fill(connect(server.settings, "writer"))
    yield Asker(server)
    server.kill()  # the test has ended it, or has failed


def test_a_thread_is_found_by_the_index_and_by_the_time_of_its_first_post(asker: Asker) -> None:
    whole = Window(NOON - DAYS * DAY, NOON + DAY)
    assert {post.id for post in reading.threads_of(asker.client, {post_id("root")}, whole, 1)} == {
        post_id("root"), post_id("reply")
    }  # fmt: skip
    assert [post.id for post in q.thread(asker.client, post_id("root"))] == [post_id("root"), post_id("reply")]
    by_thread = [
        left
        for question, left in zip(asker.questions, asker.granules("by_thread"), strict=True)
        if "thread IN" in question
    ]
    assert len(by_thread) == 2
    (some, of_all), (few, of_some) = by_thread
    assert of_all >= 25 and some <= of_all / 4
    assert few <= some and of_some < of_all


def test_what_is_wide_is_read_of_posts_that_were_found_and_the_encoders_for_merging_alone(asker: Asker) -> None:
    q.weeks(asker.client, ASKED + 2 * DAY, CouncilFile(None), count=1)
    assert not any("embedding" in question for question in asker.questions)
    q.conversations(asker.client, ASKED + 2 * DAY, CouncilFile(None))
    assert any("embedding" in question for question in asker.questions)
    assert all(
        "happened_at IN" in question for question in asker.questions if re.search(r"\b(?:text|embedding),", question)
    )
