"""The bus is copied without taking anything from it, and put back on another one."""

from __future__ import annotations

import errno
import gzip
import itertools
import json
import os
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from nats.js.errors import NotFoundError

from soundings import bus_copy, guidance
from soundings.bus import Bus, connect
from soundings.bus_copy import COPIED, with_bus
from soundings.envelopes import Envelope
from soundings.errors import OursFailed
from soundings.parts import Restoring, Saving
from soundings.settings import Settings
from soundings.streams import ARCHIVIST, ATTEMPTS, GUIDANCE, NOTICES, POSTS, READER, READINGS, REJECTED, Stream
from soundings.tries import Tries
from tests.servers import NatsServer

pytestmark = pytest.mark.servers

NOW = datetime.now().astimezone()


@pytest.fixture
def other_settings(tmp_path: Path) -> Iterator[Settings]:
    """A second, empty bus."""
    server = NatsServer(tmp_path / "other")
    server.start()
    yield Settings(home=tmp_path / "other-home", nats_url=server.url)
    server.stop()


@pytest.fixture
async def other(other_settings: Settings) -> AsyncIterator[Bus]:
    async with connect(other_settings, "test") as opened:
        yield opened


async def put(bus: Bus, stream: Stream, count: int, name: str = "") -> None:
    for number in range(count):
        await bus.publish(stream, stream.subject("files", name or number), Envelope(f"{name} {number}".encode(), 1))


async def held(bus: Bus, name: str) -> list[tuple[str | None, bytes | None]]:
    return [(message.subject, message.data) async for message in bus_copy.messages(bus, name)]


async def copy(bus: Bus, folder: Path) -> dict[str, int]:
    (folder / "bus").mkdir()
    return await bus_copy._save(bus, folder / "bus", print)


async def put_back(bus: Bus, settings: Settings, folder: Path, now: datetime = NOW) -> None:
    await bus_copy._restore(bus, Restoring(settings, folder, print, [], now))


async def test_everything_that_is_kept_on_the_bus_is_copied(bus: Bus) -> None:
    declared = {info.config.name for info in await bus.jetstream.streams_info()}
    assert set(COPIED) | {guidance.STREAM} == declared, "the store makes what officers corrected again"


async def test_nothing_is_taken_and_all_of_it_is_there_again(
    bus: Bus, other: Bus, other_settings: Settings, tmp_path: Path
) -> None:
    for stream in (POSTS, NOTICES, READINGS, REJECTED):
        await put(bus, stream, 150, stream.name)
    for consumer in (READER, ARCHIVIST):
        await bus.declare_consumer(consumer)
    taken = await (await bus.jetstream.pull_subscribe_bind("nlp", stream="posts")).fetch(3)  # read, not yet worked
    await bus.jetstream.delete_msg("posts", 70)
    await (await bus.bucket(GUIDANCE)).put("forget.abc", b"{}")
    counts = await copy(bus, tmp_path)
    assert counts == {"envelopes under way": 449, "orders to forget": 1, "rejected": 1}
    await put_back(other, other_settings, tmp_path)
    for name in COPIED:
        assert await held(other, name) == await held(bus, name)
    assert len(await held(bus, "posts")) == 149 and len(taken) == 3
    info = await bus.jetstream.consumer_info("posts", "nlp")
    assert (info.num_ack_pending, info.num_pending) == (3, 146)


async def test_wherever_a_post_moves_on_meanwhile_it_is_in_a_copy(
    bus: Bus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every moment at which a post may leave `posts`, and then `readings`, between the copies of two streams."""
    moments = range(len(COPIED) + 2)  # the last two: after all of them, and not at all
    ways = {f"{first} {then}": (first, then) for first in moments for then in moments if first <= then}
    for way in ways:
        await bus.publish(POSTS, POSTS.subject("files", 1), Envelope(way.encode(), 1))
    stored: set[str] = set()

    async def move(stream: Stream, way: str) -> None:
        (number,) = [one.seq async for one in bus_copy.messages(bus, stream.name) if one.data == way.encode()]
        assert number
        if stream is POSTS:
            await bus.publish(READINGS, READINGS.subject("files", 1), Envelope(way.encode(), 1))
        else:
            stored.add(way)
        await bus.jetstream.delete_msg(stream.name, number)

    async def move_all(moment: int) -> None:
        for way, (first, then) in ways.items():
            if first == moment:
                await move(POSTS, way)
            if then == moment:
                await move(READINGS, way)

    real, passed = bus_copy._copy, itertools.count()

    async def copying(*given: Any) -> tuple[int, int]:
        await move_all(next(passed))
        return await real(*given)

    monkeypatch.setattr(bus_copy, "_copy", copying)
    await copy(bus, tmp_path)
    await move_all(len(COPIED))  # and only now is the store copied
    found = {data.decode() for name in ("posts", "readings") for _, data in _read_copy(tmp_path, name)}
    assert found | stored == set(ways)
    assert found != set(ways) != stored, "some must be in one copy alone, or the order would not matter"


async def test_whenever_a_post_is_sent_again_it_is_in_a_copy(
    bus: Bus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes against the stream: from `rejected` to `posts`, and only then from `rejected`."""
    real, passed = bus_copy._copy, itertools.count()
    for number in range(len(COPIED) + 1):
        await bus.publish(REJECTED, REJECTED.subject("nlp", number), Envelope(f"{number}".encode(), 1))

    async def send_again(number: int) -> None:
        (kept,) = [one.seq async for one in bus_copy.messages(bus, REJECTED.name) if one.data == f"{number}".encode()]
        await bus.publish(POSTS, POSTS.subject("files", 1), Envelope(f"{number}".encode(), 1))
        assert kept
        await bus.jetstream.delete_msg(REJECTED.name, kept)

    async def copying(*given: Any) -> tuple[int, int]:
        await send_again(number := next(passed))
        done = await real(*given)
        await bus.publish(REJECTED, REJECTED.subject("nlp", "late", number), Envelope(f"late {number}".encode(), 1))
        return done

    monkeypatch.setattr(bus_copy, "_copy", copying)
    counts = await copy(bus, tmp_path)
    copied = [data.decode() for name in ("posts", "rejected") for _, data in _read_copy(tmp_path, name)]
    assert set(map(str, range(len(COPIED) + 1))) <= set(copied)
    assert {f"late {number}" for number in range(len(COPIED) - 1)} <= set(copied), "nor is one missed that came since"
    rejected = [data.decode() for _, data in _read_copy(tmp_path, "rejected")]
    assert counts["rejected"] == len(rejected) == len(set(rejected)), "and none is copied twice"


def small_limits(settings: Settings) -> Settings:
    """As in a shell that does not know how much the service's queues may hold."""
    return settings.model_copy(update={"stream_megabytes": 1})


@pytest.mark.parametrize("stream", [POSTS, REJECTED], ids=lambda stream: stream.name)
async def test_all_of_it_is_put_back_whatever_the_shell_allows(
    bus: Bus, other_settings: Settings, tmp_path: Path, stream: Stream
) -> None:
    """A full queue would refuse the rest for ever, and `rejected` would drop its oldest without a word."""
    settings = small_limits(other_settings)
    for number in range(40):
        body = os.urandom(64 * 1024)
        await bus.publish(stream, stream.subject("files", str(number), 1), Envelope(body, 1))
    await copy(bus, tmp_path)
    async with connect(settings, "test") as other:
        await put_back(other, settings, tmp_path)
        assert len(await held(other, stream.name)) == 40
    async with connect(settings, "a stage", upkeep=True) as stage:
        assert len(await held(stage, stream.name)) == 40, "nor does a stage drop what it finds"


async def test_a_bus_without_that_much_room_is_said(
    bus: Bus, other_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put(bus, POSTS, 1)
    await copy(bus, tmp_path)
    monkeypatch.setattr(bus_copy, "ABOUT_A_MESSAGE", 2**60)
    async with connect(other_settings, "test") as other:
        with pytest.raises(OursFailed, match="the bus has no room for what was in posts: insufficient"):
            await put_back(other, other_settings, tmp_path)


def _read_copy(folder: Path, name: str) -> list[tuple[str, bytes]]:
    return list(bus_copy._read(folder / "bus" / f"{name}.jsonl.gz", None))


async def test_put_back_twice_it_is_the_same(bus: Bus, other: Bus, other_settings: Settings, tmp_path: Path) -> None:
    """As when a restore was killed and begun again on the same bus."""
    await put(bus, POSTS, 5)
    await put(bus, REJECTED, 5)
    await copy(bus, tmp_path)
    for _ in range(2):
        await put_back(other, other_settings, tmp_path)
    assert await held(other, "posts") == await held(bus, "posts")
    assert await held(other, "rejected") == await held(bus, "rejected")


async def test_an_order_that_was_taken_back_does_not_come_back(
    bus: Bus, other: Bus, other_settings: Settings, tmp_path: Path
) -> None:
    bucket = await bus.bucket(GUIDANCE)
    for name in ("a", "b", "c"):
        await bucket.put(name, b"{}")
    await bucket.delete("b")
    await copy(bus, tmp_path)
    await put_back(other, other_settings, tmp_path)
    assert sorted(await (await other.bucket(GUIDANCE)).keys()) == ["a", "c"]


async def test_tries_of_a_post_go_on_where_they_were(
    bus: Bus, other: Bus, other_settings: Settings, tmp_path: Path
) -> None:
    tries = await Tries.read(await bus.bucket(ATTEMPTS), "e" * 64)
    await tries.begin(4)
    await copy(bus, tmp_path)
    await put_back(other, other_settings, tmp_path)
    assert (await Tries.read(await other.bucket(ATTEMPTS), "e" * 64)).count(4) == 1


async def test_what_is_kept_a_week_is_not_kept_longer_by_a_restore(
    bus: Bus, other: Bus, other_settings: Settings, tmp_path: Path
) -> None:
    await put(bus, REJECTED, 2)
    await put(bus, POSTS, 2)
    await copy(bus, tmp_path)
    await put_back(other, other_settings, tmp_path, NOW + timedelta(days=8))
    assert await held(other, "rejected") == []
    assert len(await held(other, "posts")) == 2


def test_done_is_not_older_than_the_reading_that_it_speaks_of() -> None:
    """`attempts` says that a post of an envelope is done: copied later than `readings` it would lose the reading."""
    assert COPIED.index(f"KV_{ATTEMPTS}") < COPIED.index("posts") < COPIED.index("readings")
    assert COPIED.index("readings") < len(COPIED) - 1 and {COPIED[0], COPIED[-1]} == {"rejected"}


async def test_messages_that_go_meanwhile_are_no_fault(bus: Bus) -> None:
    await put(bus, POSTS, 4)
    found = []
    async for message in bus_copy.messages(bus, "posts"):
        found.append(message.seq)
        for number in (2, 3, 4):
            await _drop(bus, number)
    assert found == [1]


async def _drop(bus: Bus, number: int) -> None:
    try:
        await bus.jetstream.delete_msg("posts", number)
    except NotFoundError:
        raise AssertionError("dropped twice") from None


async def test_a_bus_that_is_away_is_our_failure(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bus_copy, "CONNECT", 0.2)
    with pytest.raises(OursFailed, match="the bus does not answer"):
        await with_bus(
            settings.model_copy(update={"nats_url": "nats://127.0.0.1:1"}), partial(put, stream=POSTS, count=1)
        )


async def test_a_full_disk_is_not_told_as_a_bus_that_is_away(bus_settings: Settings) -> None:
    async def work(bus: Bus) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        await with_bus(bus_settings, work)


def test_a_copy_is_lines_that_any_version_can_read(bus_settings: Settings, tmp_path: Path) -> None:
    bus_copy.save(Saving(bus_settings, tmp_path, print))
    assert {path.name for path in (tmp_path / "bus").iterdir()} == {f"{name}.jsonl.gz" for name in COPIED}
    for path in (tmp_path / "bus").iterdir():
        with gzip.open(path, "rt") as file:
            assert [json.loads(line) for line in file] == []
