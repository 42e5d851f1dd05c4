"""The way back, whole: officers correct posts in the store, and a new post is read so. Real store, real bus; the model
is made up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import pytest

import nlp.learning
from nlp.service import build
from nlp.trained import TrainedReader
from soundings import guidance, learnt
from soundings.bus import Bus
from soundings.envelopes import encode, seal
from soundings.messages import Retraction
from soundings.settings import Settings
from soundings.stage import run
from soundings.streams import NOTICES, POSTS
from store import questions as q
from store.clickhouse import connect
from store.decisions import correct_topics
from tests.factories import NOON, make_post, post_id, voice
from tests.nlp import made_up
from tests.store.test_service import running, totals

pytestmark = [pytest.mark.servers, pytest.mark.timeout(240)]

GULLS = "the gulls on the quay are a menace number"
TOPIC = "environmental-health"
MANY = 30
BASE = TrainedReader.version * guidance.NUMBERS


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    made_up.put(monkeypatch)
    monkeypatch.setattr(learnt, "HERE", type(learnt.HERE)())
    monkeypatch.setattr(nlp.learning, "LOOK", 0.2)
    yield


@asynccontextmanager
async def worker(settings: Settings) -> AsyncIterator[None]:
    """The nlp stage, until the end of the block."""
    task = asyncio.create_task(run("nlp", build, settings))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def settled(condition: Callable[[], bool], what: str) -> None:
    async with asyncio.timeout(120):
        while not await asyncio.to_thread(condition):
            await asyncio.sleep(0.1)


async def publish(bus: Bus, *names: str) -> None:
    posts = [make_post(name, text=f"{GULLS} {name}", voice=voice(name)) for name in names]
    for envelope in seal(encode(post) for post in posts):
        await bus.publish(POSTS, POSTS.subject("files", envelope.count), envelope)


def readings(settings: Settings) -> dict[str, tuple[str, int]]:
    """Post -> the topic that the reader guessed, and the version of its reading."""
    if not totals(settings):
        return {}
    rows = connect(settings, "reader").query("SELECT id, topics, reading_version FROM readings FINAL").result_rows
    return {row[0]: (row[1][0], row[2]) for row in rows}


async def test_what_officers_correct_is_how_the_next_post_is_read(bus: Bus, bus_settings: Settings) -> None:
    names = [str(number) for number in range(MANY)]
    with running(bus_settings):
        async with worker(bus_settings):
            await publish(bus, *names)
            await settled(lambda: len(readings(bus_settings)) == MANY, "the posts")
            assert TOPIC not in {topic for topic, _ in readings(bus_settings).values()}
            officer = connect(bus_settings, "officer")
            for name in names:
                correct_topics(officer, "Bea", post_id(name), [TOPIC], NOON)
            counted = {one.slug: one.posts for one in q.topics(officer, q.Window(NOON, NOON.replace(hour=13)))}
            assert counted == {TOPIC: MANY}, "it counts at once, before anybody has learnt"
            await settled(lambda: (learnt.HERE.note() or {}).get("corrections") == MANY, "the corrections to be learnt")
            await publish(bus, "new")
            await settled(lambda: post_id("new") in readings(bus_settings), "the new post")
            topic, version = readings(bus_settings)[post_id("new")]
            assert (topic, version > BASE) == (TOPIC, True)
            await forget_one(bus, names[0])
            await settled(lambda: (learnt.HERE.note() or {}).get("corrections") == MANY - 1, "the worker to unlearn it")
            assert (learnt.HERE.note() or {}).get("told") == MANY - 1
        async with worker(bus_settings):  # another one, which starts late
            await publish(bus, "late")
            await settled(lambda: post_id("late") in readings(bus_settings), "the late post")
            late_topic, late_version = readings(bus_settings)[post_id("late")]
            assert (late_topic, late_version > version) == (TOPIC, True)


async def forget_one(bus: Bus, name: str) -> None:
    """Its writer takes it back: with it goes what it taught."""
    gone = Retraction(source="files", post_id=post_id(name), reason="x", observed_at=NOON)
    for envelope in seal([encode(gone)]):
        await bus.publish(NOTICES, NOTICES.subject("files", envelope.count), envelope)
    async with asyncio.timeout(60):
        while True:
            value = await guidance.read(bus)
            if value is not None and len(guidance.decode(value).corrections) == MANY - 1:
                return
            await asyncio.sleep(0.1)
