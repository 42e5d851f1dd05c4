"""The worker: one batch read, all published or nothing, and whose failure it was."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest

from nlp.trained import TrainedReader
from nlp.worker import Worker, heard
from soundings.envelopes import MAX_ITEM_BYTES, MAX_ITEMS, encode
from soundings.errors import OursFailed
from soundings.messages import Post, TopicGuess, Understanding
from tests.factories import make_post
from tests.nlp.councils import council
from tests.nlp.fakes import FakeBus, FakeReader


async def read(worker: Worker, posts: Sequence[Post]) -> None:
    """As the delivery does."""
    await worker.put(await worker.work(posts))


async def test_posts_become_readings_in_their_order() -> None:
    bus, reader = FakeBus(), FakeReader()
    posts = [make_post(str(number)) for number in range(5)]
    await read(Worker(bus, reader), posts)
    assert [reading.post for reading in bus.readings] == posts
    assert {reading.reading_version for reading in bus.readings} == {7}
    assert reader.batches == [[post.text for post in posts]]


async def test_an_envelope_says_on_its_subject_how_many_it_holds() -> None:
    bus = FakeBus()
    await read(Worker(bus, FakeReader()), [make_post(str(number)) for number in range(MAX_ITEMS + 3)])
    assert [(stream, subject) for stream, subject, _ in bus.taken] == [
        ("readings", f"readings.{MAX_ITEMS}"),
        ("readings", "readings.3"),
    ]


async def test_the_same_posts_again_give_the_same_envelopes() -> None:
    """The bus drops what it has: a redelivered envelope is counted once (R1)."""
    bus, posts = FakeBus(), [make_post("1"), make_post("2")]
    worker = Worker(bus, TrainedReader(council()))
    await read(worker, posts)
    await read(worker, posts)
    assert bus.taken[0][2].digest == bus.taken[1][2].digest


async def test_no_posts_no_envelopes() -> None:
    bus = FakeBus()
    await read(Worker(bus, FakeReader()), [])
    assert bus.taken == []


async def test_a_text_that_breaks_the_reader_fails_its_post_and_nothing_is_published() -> None:
    bus = FakeBus()
    with pytest.raises(ValueError, match="the text is in this message"):
        await read(Worker(bus, FakeReader()), [make_post("1"), make_post("2", text="BREAK")])
    assert bus.taken == []


@pytest.mark.parametrize("error", [OSError, TimeoutError, ConnectionResetError])
async def test_a_failure_of_the_machine_is_ours(error: type[Exception]) -> None:
    with pytest.raises(OursFailed, match=error.__name__):
        await Worker(FakeBus(), FakeReader(error=error)).work([make_post("1", text="BREAK")])


async def test_a_lack_of_memory_is_ours() -> None:
    """Nothing of that length can be read now, however plain."""
    with pytest.raises(OursFailed):
        await Worker(FakeBus(), FakeReader(error=MemoryError, breaks="")).work([make_post("1", text="BREAK")])


async def test_a_text_that_takes_all_memory_is_to_blame_where_plain_words_have_room() -> None:
    """Not for good at the first try: the stage counts its tries alone, so a short lack of memory rejects nothing."""
    reader = FakeReader(error=MemoryError)
    with pytest.raises(MemoryError):
        await Worker(FakeBus(), reader).work([make_post("1", text="BREAK" * 20)])
    assert [len(texts[0]) for texts in reader.batches] == [100, 100]


async def test_a_lack_of_memory_for_many_is_tried_one_by_one() -> None:
    with pytest.raises(MemoryError):
        await Worker(FakeBus(), FakeReader(error=MemoryError)).work([make_post("1", text="BREAK"), make_post("2")])


async def test_nothing_is_published_before_it_is_put() -> None:
    """Waiting for a full queue is no part of reading: nothing is read twice for it, and nobody hurries it."""
    bus = FakeBus()
    worker = Worker(bus, FakeReader())
    made = await worker.work([make_post("1")])
    assert bus.taken == []
    await worker.put(made)
    assert [envelope for _, _, envelope in bus.taken] == made


async def test_the_longest_post_that_comes_in_also_comes_out() -> None:
    bus = FakeBus()
    longest = make_post("1", text="")
    longest = make_post("1", text="a" * (MAX_ITEM_BYTES - len(encode(longest))))
    await read(Worker(bus, FakeReader()), [longest])
    assert [reading.post for reading in bus.readings] == [longest]


async def test_what_xs_terms_forbid_is_not_on_the_bus() -> None:
    bus = FakeBus()
    reader = FakeReader(topics=(TopicGuess(slug="homelessness", confidence=0.9),))
    await read(Worker(bus, reader), [make_post("1", source="x"), make_post("1", source="files")])
    assert [[topic.slug for topic in reading.understood.topics] for reading in bus.readings] == [[], ["homelessness"]]


def test_descriptions_of_images_are_read_with_the_text() -> None:
    assert (
        heard(make_post(text="look at this", alt=("an overflowing bin", "gulls")))
        == "look at this\nan overflowing bin\ngulls"
    )


async def test_reading_leaves_the_event_loop_free() -> None:
    """Posts are kept alive on the bus meanwhile: a reader that blocked the loop would lose them."""
    started, go_on = threading.Event(), threading.Event()

    class Slow(FakeReader):
        def read(self, texts: Sequence[str]) -> list[Understanding]:
            started.set()
            assert go_on.wait(10)
            return super().read(texts)

    bus = FakeBus()
    task = asyncio.create_task(read(Worker(bus, Slow()), [make_post("1")]))
    assert await asyncio.to_thread(started.wait, 10)
    go_on.set()
    await task
    assert len(bus.readings) == 1


async def test_what_a_source_says_of_the_place_is_added_after_reading() -> None:
    """And before what a source's terms forbid is taken away."""
    bus, given = FakeBus(), []

    def placed(understood: Understanding, post: Post) -> Understanding:
        given.append((understood, post.point))
        return understood.model_copy(update={"language": "cy"})

    posts = [make_post("1", point=(50.1, -5.2)), make_post("2", source="x")]
    await read(Worker(bus, FakeReader(), placed), posts)
    assert [point for _, point in given] == [(50.1, -5.2), None]
    assert [reading.understood.language for reading in bus.readings] == ["cy", "cy"]
