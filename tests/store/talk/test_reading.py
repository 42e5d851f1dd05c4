"""Threads among very many posts: found by the index over `thread`, not by reading everything."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from soundings.council import CouncilFile
from store import questions as q
from store.archive import Archive
from store.clickhouse import Client
from store.talk import reading
from store.windows import Window
from tests.factories import NOON, make_reading, post_id, voice

pytestmark = pytest.mark.servers

MANY = 200_000
DAY = timedelta(days=1)
ASKED = NOON - 100 * DAY


@pytest.fixture
def among_many(writer: Client) -> None:
    """Posts of 200 days, one after another, and a thread in the middle of them."""
    writer.command(
        "INSERT INTO readings (id, source, kind, text, happened_at, collected_at, version, author_kind) "
        "SELECT concat('files:', lower(hex(MD5(toString(number))))), 'files', 'post', 'Lovely sunset', "
        f"toDateTime64('{NOON:%Y-%m-%d %H:%M:%S}', 3, 'UTC') - toIntervalSecond(number * {200 * 86_400 // MANY}), "
        f"now64(3), 1, 'resident' FROM numbers({MANY})"
    )
    first = make_reading("root", happened_at=ASKED)
    again: dict[str, Any] = {"thread": post_id("root"), "reply_to": post_id("root"), "voice": voice("ben")}
    Archive(writer).take([first, make_reading("reply", happened_at=ASKED + DAY, text="On Friday.", **again)])
    writer.command("OPTIMIZE TABLE readings FINAL")


@pytest.fixture
def read(reader: Client, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Each question that is asked of the store, and how many rows the engine read for it."""
    asked: list[tuple[str, int]] = []
    query = reader.query

    def recorded(question: str, **more: Any) -> Any:
        answer = query(question, **more)
        asked.append((question, int(answer.summary["read_rows"])))
        return answer

    monkeypatch.setattr(reader, "query", recorded)
    return asked


@pytest.mark.usefixtures("among_many")
def test_the_posts_of_a_thread_are_found_by_the_index(reader: Client, read: list[tuple[str, int]]) -> None:
    assert [post.id for post in q.thread(reader, post_id("root"))] == [post_id("root"), post_id("reply")]
    for question, rows in read:
        if "thread IN" in question:
            assert rows < MANY / 5, question
        if " text," in question:
            assert rows < MANY / 5, question
    read.clear()
    whole = Window(NOON - 200 * DAY, NOON + DAY)
    found = reading.threads_of(reader, {post_id("root")}, whole, salt=1)
    assert {post.id for post in found} == {post_id("root"), post_id("reply")}
    by_thread = [rows for question, rows in read if "thread IN" in question]
    assert by_thread and max(by_thread) < MANY / 4


@pytest.mark.usefixtures("among_many")
def test_what_the_encoder_made_is_read_for_merging_alone(reader: Client, read: list[tuple[str, int]]) -> None:
    q.weeks(reader, ASKED + 2 * DAY, CouncilFile(None), count=1)
    assert read and not any("embedding" in question for question, _ in read)
    q.conversations(reader, ASKED + 2 * DAY, CouncilFile(None))
    assert any("embedding" in question for question, _ in read)
