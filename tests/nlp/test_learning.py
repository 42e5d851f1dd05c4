"""How a worker learns: before its first post, again whenever something is corrected, and never to its harm."""

from __future__ import annotations

import asyncio
import logging
from array import array
from collections.abc import Sequence
from typing import cast

import nats.errors
import pytest

from nlp import learning
from nlp.learning import Guided, Learner, Learns
from nlp.reader import Reader
from nlp.trained import TrainedReader
from nlp.worker import Worker
from soundings import guidance, learnt
from soundings.bus import Bus
from soundings.errors import OursFailed
from soundings.guidance import Correction, Guidance
from soundings.messages import Understanding
from tests.factories import make_post
from tests.nlp import made_up
from tests.nlp.councils import council
from tests.nlp.fakes import FakeBus, FakeReader

GULLS = "the gulls on the quay are a menace"
BY = f"{TrainedReader.name} {TrainedReader.version}"


@pytest.fixture(autouse=True)
def _one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    made_up.put(monkeypatch)
    monkeypatch.setattr(learnt, "HERE", type(learnt.HERE)())


class Bucket:
    """What the bus would say: the value, or why there is none."""

    def __init__(self, patched: pytest.MonkeyPatch) -> None:
        self.value: bytes | None = None
        self.count, self.error = 0, cast(Exception | None, None)
        self.reads = 0
        patched.setattr(guidance, "mark", self._mark)
        patched.setattr(guidance, "read", self._read)

    def put(self, value: bytes | None) -> None:
        self.value, self.count = value, self.count + 1

    def tell(self, number: int, *corrections: Correction) -> None:
        self.put(guidance.encode(Guidance(number, guidance.ordered(corrections))))

    async def _mark(self, bus: Bus) -> tuple[str, int]:
        if self.error:
            raise self.error
        return "this bus", self.count

    async def _read(self, bus: Bus) -> bytes | None:
        self.reads += 1
        return self.value


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Bucket:
    return Bucket(monkeypatch)


def correction(slug: str, text: str = GULLS, reader: str = BY) -> Correction:
    heard = made_up.Encoder().hear(text)
    return Correction(slug, reader, array("b", heard.embedding).tobytes())


class Desk:
    """A worker and its learner over a bus that only has the bucket."""

    def __init__(self, reader: Learns | None = None) -> None:
        self.bus, first = FakeBus(), reader or TrainedReader(council())
        self.worker = Worker(self.bus, Guided(first))
        self.learner = Learner(cast(Bus, None), self.worker, first)

    async def look(self) -> None:
        await self.learner._learn(await self.learner._changed())

    async def read(self, text: str = GULLS) -> tuple[str, int]:
        """The surest topic of a new post, and the version of its reading."""
        await self.worker.put(await self.worker.work([make_post(text=text)]))
        reading = self.bus.readings[-1]
        return reading.understood.topics[0].slug, reading.reading_version


async def test_without_corrections_the_reader_is_as_it_came(bucket: Bucket) -> None:
    desk = Desk()
    await desk.learner.begin()
    _, version = await desk.read()
    assert version == TrainedReader.version * 1_000_000
    assert learnt.HERE.note() is None


async def test_what_officers_corrected_is_read_so_from_the_first_post_on(bucket: Bucket) -> None:
    plain, _ = await Desk().read()
    assert plain != "environmental-health"
    bucket.tell(17, *[correction("environmental-health")] * 5)
    desk = Desk()
    await desk.learner.begin()
    assert await desk.read() == ("environmental-health", TrainedReader.version * 1_000_000 + 17)
    assert learnt.HERE.note() == {"corrections": 5, "told": 5, "stuck": ""}


async def test_it_learns_again_and_unlearns_what_is_no_longer_told(bucket: Bucket) -> None:
    desk = Desk()
    plain, _ = await desk.read()
    bucket.tell(1, *[correction("parks")] * 5)
    await desk.look()
    assert (await desk.read())[0] == "parks"
    bucket.tell(2, *[correction("environmental-health")] * 5)
    await desk.look()
    assert (await desk.read())[0] == "environmental-health"
    bucket.tell(3)
    await desk.look()
    assert await desk.read() == (plain, TrainedReader.version * 1_000_000 + 3)


async def test_two_workers_that_know_the_same_give_the_same_readings(bucket: Bucket) -> None:
    one, other = Desk(), Desk()
    bucket.tell(1, correction("roads"))
    await one.look()
    bucket.tell(2, correction("parks"), correction("roads", "the quay wall"))
    await one.look()
    await other.learner.begin()
    for desk in (one, other):
        await desk.read()
    assert one.bus.readings == other.bus.readings


async def test_the_value_is_fetched_only_when_something_has_changed(bucket: Bucket) -> None:
    desk = Desk()
    bucket.tell(1, correction("roads"))
    for _ in range(4):
        await desk.look()
    assert bucket.reads == 1


async def test_a_value_that_is_just_replaced_unlearns_nothing(bucket: Bucket) -> None:
    desk = Desk()
    bucket.tell(1, *[correction("parks")] * 5)
    await desk.look()
    bucket.put(None)
    await desk.look()
    assert (await desk.read())[0] == "parks"


@pytest.mark.parametrize("value", [b"", b"\xff" * 99, b'{"schema": 2}', b'{"schema": 1, "number": 5, "groups": []}\n1'])
async def test_what_cannot_be_read_is_said_and_changes_nothing(
    bucket: Bucket, caplog: pytest.LogCaptureFixture, value: bytes
) -> None:
    desk = Desk()
    bucket.tell(1, *[correction("parks")] * 5)
    await desk.look()
    bucket.put(value)
    with caplog.at_level(logging.ERROR):
        await desk.look()
        await desk.look()
    assert len(caplog.records) == 1, "it is said once for each value"
    assert "cannot be read" in caplog.text
    assert await desk.read() == ("parks", TrainedReader.version * 1_000_000 + 1)
    assert (learnt.HERE.note() or {})["stuck"]


async def test_a_fit_that_fails_never_stops_the_stage(bucket: Bucket, caplog: pytest.LogCaptureFixture) -> None:
    class Failing(FakeReader):
        def taught(self, told: Sequence[Correction]) -> tuple[Reader, int]:
            raise MemoryError

    desk = Desk(Failing())
    bucket.tell(1, correction("parks"))
    await desk.learner.begin()
    assert "MemoryError" in caplog.text
    assert (await desk.read())[1] == 7_000_000


async def test_what_another_readers_numbers_mean_is_not_known(bucket: Bucket) -> None:
    desk = Desk()
    before = (await desk.read())[0]
    bucket.tell(
        1, correction("parks", reader="plain 2"), Correction("parks", BY, b"abc"), correction("roads", "a hole")
    )
    await desk.look()
    assert (await desk.read())[0] == before
    assert learnt.HERE.note() == {"corrections": 1, "told": 3, "stuck": ""}


async def test_a_topic_that_the_council_has_no_more_teaches_nothing(bucket: Bucket) -> None:
    desk = Desk()
    before = (await desk.read())[0]
    bucket.tell(1, *[correction("a-former-topic")] * 5)
    await desk.look()
    assert (await desk.read())[0] == before


@pytest.mark.parametrize("error", [OursFailed("away"), TimeoutError(), nats.errors.NoServersError(), OSError()])
async def test_a_bus_that_does_not_answer_holds_up_no_start(
    bucket: Bucket, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    bucket.tell(1, *[correction("parks")] * 5)
    bucket.error = error
    desk = Desk()
    await desk.learner.begin()
    assert "reading without it until it does" in caplog.text
    bucket.error = None
    await desk.look()
    assert (await desk.read())[0] == "parks"


async def test_a_bus_that_says_nothing_at_all_holds_up_a_start_for_so_long_only(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def silent(bus: Bus) -> tuple[str, int]:
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(guidance, "mark", silent)
    monkeypatch.setattr(learning, "BEGIN", 0.05)
    await Desk().learner.begin()
    assert "did not say what officers corrected" in caplog.text


async def test_a_batch_is_read_by_one_reader_although_another_comes_meanwhile(bucket: Bucket) -> None:
    class Swapping(FakeReader):
        def read(self, texts: Sequence[str]) -> list[Understanding]:
            desk.worker.reader = Guided(FakeReader(), 99)
            return super().read(texts)

    desk = Desk()
    desk.worker.reader = Guided(Swapping(), 4)
    assert (await desk.read())[1] == 7_000_004
    assert (await desk.read())[1] == 7_000_099
