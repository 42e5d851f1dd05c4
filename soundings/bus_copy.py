"""What is on the bus, copied to files without taking it, and put back on another bus.

The order is the way of a post: what has left one stream while it was read is found in the next, or in the store, which
is copied last. Twice is harmless. What officers corrected is left out: the store makes it again. Knows nothing of what
the messages mean.
"""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, TypeVar

from nats.js.api import RawStreamMsg
from nats.js.errors import APIError, NotFoundError

from soundings.bus import UNANSWERED, WEEK, Bus, connect
from soundings.envelopes import Envelope
from soundings.errors import OursFailed
from soundings.lacks import Lack
from soundings.parts import Restoring, Saving
from soundings.settings import Settings
from soundings.streams import ALL, ATTEMPTS, GUIDANCE, NOTICES, POSTS, READINGS, REJECTED

COPIED = (
    REJECTED.name, f"KV_{ATTEMPTS}", POSTS.name, NOTICES.name, READINGS.name, f"KV_{GUIDANCE}", REJECTED.name
)  # fmt: skip
"""`attempts` says which posts of an envelope are done, and a reading must not be younger than that. `rejected` is gone
through twice: a post that is sent again goes from there back to `posts`, all others the other way."""
KEPT_A_WEEK = (f"KV_{ATTEMPTS}", REJECTED.name)
ABOUT_A_MESSAGE = 512
"""Bytes that the bus may need for each message beside its data: more than enough."""
AT_ONCE = 64
"""Messages on their way to the new bus at a time."""
TOLD_EVERY = 5000
CONNECT = 15.0
"""Seconds."""

T = TypeVar("T")


def save(work: Saving) -> dict[str, int]:
    """Copy every message. Raises OursFailed when the bus goes away."""
    work.say("Copying the bus.")
    (work.folder / "bus").mkdir()
    return asyncio.run(with_bus(work.settings, lambda bus: _save(bus, work.folder / "bus", work.say)))


def restore(work: Restoring) -> dict[str, int]:
    """Put a copy on the bus. May be repeated."""
    work.say("Putting back what was on the bus.")
    return asyncio.run(with_bus(work.settings, lambda bus: _restore(bus, work)))


async def with_bus(settings: Settings, work: Callable[[Bus], Awaitable[T]]) -> T:
    """Do something with the bus, and give up when it goes away: OursFailed. A disk's failure is another's to tell."""
    try:
        async with asyncio.timeout(CONNECT) as limit, connect(settings, "backup") as bus:
            limit.reschedule(None)
            return await work(bus)
    except UNANSWERED as error:
        raise OursFailed(f"the bus does not answer ({type(error).__name__})") from None


async def _save(bus: Bus, folder: Path, say: Callable[[str], None]) -> dict[str, int]:
    counts, read_to = dict.fromkeys(COPIED, 0), dict.fromkeys(COPIED, 0)
    for name in COPIED:
        with gzip.open(folder / f"{name}.jsonl.gz", "at", compresslevel=1, encoding="utf-8") as file:
            count, read_to[name] = await _copy(bus, name, file, say, read_to[name])
            counts[name] += count
    under_way = sum(counts[name] for name in (POSTS.name, NOTICES.name, READINGS.name))
    return {"envelopes under way": under_way, "orders to forget": counts[f"KV_{GUIDANCE}"],
            "rejected": counts[REJECTED.name]}  # fmt: skip


async def _copy(bus: Bus, name: str, file: IO[str], say: Callable[[str], None], after: int) -> tuple[int, int]:
    """How many were copied, and the number of the last that was seen."""
    count = 0
    async for message in messages(bus, name, after):
        after = message.seq or after
        note = {
            "subject": message.subject,
            "time": message.time.isoformat() if message.time else None,
            "data": base64.b64encode(message.data or b"").decode(),
        }
        file.write(json.dumps(note) + "\n")
        count += 1
        if count % TOLD_EVERY == 0:
            say(f"  {name}: {count:,} messages")
    return count, after


async def messages(bus: Bus, name: str, after: int = 0) -> AsyncIterator[RawStreamMsg]:
    """What a stream holds now (after a number), oldest first, none of it taken: a work queue lets nobody else
    subscribe."""
    state = (await bus.jetstream.stream_info(name)).state
    number = max(after + 1, state.first_seq)
    while number <= state.last_seq:
        try:
            message = await bus.jetstream.get_msg(name, seq=number, subject=">", next=True)
        except NotFoundError:  # nothing from this number on
            return
        assert message.seq is not None
        if message.seq <= state.last_seq and not (message.headers or {}).get("KV-Operation"):
            yield message
        number = message.seq + 1


async def _restore(bus: Bus, work: Restoring) -> dict[str, int]:
    total = 0
    for name in dict.fromkeys(COPIED):
        await _make_room(bus, name, work.folder)
        since = work.now - timedelta(seconds=WEEK) if name in KEPT_A_WEEK else None
        put, count = _putter(bus, name), 0
        for part in _parts(_read(_file(work.folder, name), since)):
            await asyncio.gather(*(put(subject, data) for subject, data in part))
            count += len(part)
            if count % (AT_ONCE * 100) == 0:
                work.say(f"  {name}: {count:,} messages")
        total += count
    return {"messages on the bus": total}


async def _make_room(bus: Bus, name: str, folder: Path) -> None:
    """All of it must fit, whatever limit the settings of this shell name: a stage brings its own when it starts."""
    found = await bus.jetstream.stream_info(name)
    needed = found.state.bytes + sum(len(data) + ABOUT_A_MESSAGE for _, data in _read(_file(folder, name), None))
    limit = found.config.max_bytes
    if limit is not None and 0 < limit < needed:
        try:
            await bus.jetstream.update_stream(found.config.evolve(max_bytes=needed))
        except APIError as error:
            raise OursFailed(f"the bus has no room for what was in {name}: {error.description}", Lack.BUS_ILL) from None


def _file(folder: Path, name: str) -> Path:
    return folder / "bus" / f"{name}.jsonl.gz"


def _putter(bus: Bus, name: str) -> Callable[[str, bytes], Awaitable[None]]:
    stream = next((stream for stream in ALL if stream.name == name), None)

    async def put(subject: str, data: bytes) -> None:
        if stream:
            await bus.publish(stream, subject, Envelope(data, 1))
        else:
            bucket = name.removeprefix("KV_")
            await (await bus.bucket(bucket)).put(subject.removeprefix(f"$KV.{bucket}."), data)

    return put


def _read(path: Path, since: datetime | None) -> Iterator[tuple[str, bytes]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            note = json.loads(line)
            if since is None or note["time"] is None or datetime.fromisoformat(note["time"]) >= since:
                yield note["subject"], base64.b64decode(note["data"])


def _parts(pairs: Iterator[tuple[str, bytes]]) -> Iterator[list[tuple[str, bytes]]]:
    part: list[tuple[str, bytes]] = []
    for pair in pairs:
        part.append(pair)
        if len(part) == AT_ONCE:
            yield part
            part = []
    if part:
        yield part
