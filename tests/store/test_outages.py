"""An outage of the database rejects nothing and loses nothing, in whichever way it is away (invariant R3).

The real engine stands behind a loopback server that answers like a ClickHouse in trouble.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from nats.js.errors import NoKeysError

from soundings import delivery as delivery_module
from soundings.bus import Bus
from soundings.envelopes import encode, seal
from soundings.errors import OursFailed, PostFailed
from soundings.messages import Reading, Retraction
from soundings.settings import Settings
from soundings.stage import run
from soundings.streams import ARCHIVIST, ATTEMPTS, NOTICES, READINGS, REGISTRAR, REJECTED
from soundings.tasks import end
from store.archive import Archive
from store.clickhouse import VALUE_CODES, Client, connect
from store.rows import ask
from store.service import routes
from tests.factories import NOON, make_reading, post_id
from tests.store.outage import Outage, Trouble
from tests.store.serving import StoreServer
from tests.waiting import note_pauses, until

pytestmark = [pytest.mark.servers, pytest.mark.timeout(180)]

QUARTER_OF_AN_HOUR = 900.0
TROUBLES = (
    Trouble("memory limit", code=241),
    Trouble("disk full", code=243),
    Trouble("too many parts", code=252, only=b"INSERT"),
    Trouble("read-only", code=164, only=b"INSERT"),
    Trouble("table is read-only", code=242, only=b"INSERT"),
    Trouble("too slow", code=159),
    Trouble("wiped: no such table", 404, 60),
    Trouble("wiped: no such database", 404, 81),
    Trouble("cannot allocate", code=173),
    Trouble("the body was cut", code=33, only=b"INSERT"),
    Trouble("a part is damaged", code=117, only=b"SELECT"),
    Trouble("a value is refused in a question", code=27, only=b"SELECT"),
    Trouble("password changed", 403, 516),
    Trouble("a bare 500", body=b"Internal Server Error"),
    Trouble("a proxy's 502", 502, body=b"<html>Bad gateway</html>"),
    Trouble("a proxy's friendly 200", 200, body=b"<html>We are back soon</html>"),
    Trouble("a friendly 200 to inserts", 200, body=b"<html>We are back soon</html>", only=b"INSERT"),
    Trouble("a cut answer", 200, body=b"\x01\x01\x02id\x06String", cut=True, only=b"SELECT"),
    Trouble("no answer", hang=True),
    Trouble("no answer to inserts", hang=True, only=b"INSERT"),
)


@pytest.fixture
def outage(store_server: StoreServer, writer: Client, tmp_path: Path) -> Iterator[Outage]:
    with Outage(store_server.settings, tmp_path).serving() as server:
        yield server


@pytest.fixture
def client(outage: Outage) -> Client:
    return connect(outage.settings, "writer", answer_seconds=1)


@pytest.mark.parametrize("trouble", TROUBLES, ids=str)
def test_each_trouble_is_ours_and_over_when_it_is_over(trouble: Trouble, outage: Outage, client: Client) -> None:
    outage.begin(trouble)
    with pytest.raises(OursFailed):
        Archive(client).take([make_reading("1")])
    outage.end()
    Archive(client).take([make_reading("1")])
    assert stored(client) == {post_id("1")}


def test_a_refused_connection_is_ours(store_server: StoreServer, tmp_path: Path) -> None:
    with Outage(store_server.settings, tmp_path).serving() as gone:
        pass
    with pytest.raises(OursFailed):
        connect(gone.settings, "writer", answer_seconds=1)


def names_of_codes() -> dict[int, str]:
    """ClickHouse's own list, from the engine itself; in a process of its own, because chDB must never be forked."""
    question = "SELECT number, errorCodeToName(number) AS name FROM numbers(1, 1100) WHERE length(name) > 0"
    script = f"import chdb; print(chdb.connect(':memory:').query({question!r}, 'TabSeparated').bytes().decode())"
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    pairs = (line.split("\t") for line in shown.stdout.splitlines() if "\t" in line)
    return {int(code): name for code, name in pairs}


def test_of_all_of_clickhouses_codes_only_those_of_a_value_are_the_posts(outage: Outage, client: Client) -> None:
    known = names_of_codes()
    assert len(known) > 500
    blamed = set()
    for code in known:
        outage.begin(Trouble("", code=code, only=b"INSERT"))
        try:
            Archive(client).take([make_reading("1")])
        except PostFailed:
            blamed.add(code)
        except OursFailed:
            pass
    assert blamed == VALUE_CODES
    assert {known[code] for code in blamed} == {
        "CANNOT_PARSE_TEXT",
        "CANNOT_PARSE_QUOTED_STRING",
        "CANNOT_PARSE_INPUT_ASSERTION_FAILED",
        "CANNOT_PARSE_DATE",
        "CANNOT_PARSE_DATETIME",
        "ARGUMENT_OUT_OF_BOUND",
        "CANNOT_CONVERT_TYPE",
        "CANNOT_PARSE_NUMBER",
        "VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE",
        "CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN",
        "DECIMAL_OVERFLOW",
        "UNKNOWN_ELEMENT_OF_ENUM",
    }


def test_a_post_whose_value_is_refused_is_named_by_its_code(outage: Outage, client: Client) -> None:
    outage.begin(Trouble("refused", 400, 321, only=b"INSERT"))
    with pytest.raises(PostFailed, match=r"^ClickHouse cannot hold it \(code 321\)$"):
        Archive(client).take([make_reading("1")])


def stored(client: Client) -> set[str]:
    return {row[0] for row in ask(client, "SELECT id FROM readings FINAL")}


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    monkeypatch.setattr(delivery_module, "AGAIN_AFTER", 0.05)
    return note_pauses(monkeypatch)


async def publish(bus: Bus, readings: Sequence[Reading], order: Retraction) -> None:
    for envelope in seal(encode(reading) for reading in readings):
        await bus.publish_surely(READINGS, READINGS.subject(envelope.count), envelope)
    for envelope in seal([encode(order)]):
        await bus.publish_surely(NOTICES, NOTICES.subject("files", 1), envelope)


async def waiting(bus: Bus, *streams: str) -> int:
    return sum([(await bus.jetstream.stream_info(name)).state.messages for name in streams])


@pytest.mark.parametrize("trouble", [TROUBLES[0], TROUBLES[2], TROUBLES[13]], ids=str)
@pytest.mark.parametrize("one_by_one", [False, True])
async def test_a_quarter_of_an_hour_without_the_database_rejects_nothing(
    trouble: Trouble,
    one_by_one: bool,
    bus: Bus,
    bus_settings: Settings,
    outage: Outage,
    client: Client,
    slept: list[float],
) -> None:
    """Also while envelopes are worked one post at a time, as after a crash; and no try is counted."""
    readings = [make_reading(f"r{number}") for number in range(40 if one_by_one else 450)]
    await publish(bus, readings, Retraction(source="files", post_id=post_id("r7"), reason="x", observed_at=NOON))
    if one_by_one:
        await delivered_once(bus)
    outage.begin(trouble)
    task = asyncio.create_task(run("store", lambda context: routes(context, client), bus_settings))
    await until(lambda: sum(slept) >= 2 * QUARTER_OF_AN_HOUR)  # two routes
    assert await waiting(bus, READINGS.name, NOTICES.name) == (2 if one_by_one else 4)
    assert await waiting(bus, REJECTED.name) == 0
    outage.end()
    await until(lambda: len(stored(client)) == len(readings) - 1)
    async with asyncio.timeout(60):
        while await waiting(bus, READINGS.name, NOTICES.name):
            await asyncio.sleep(0.02)
    await end(task)
    assert stored(client) == {reading.post.id for reading in readings} - {post_id("r7")}
    assert await waiting(bus, REJECTED.name) == 0
    assert await left_over(bus) == []


async def delivered_once(bus: Bus) -> None:
    """Take each envelope and give it back, as a process does that dies with it."""
    for consumer in (ARCHIVIST, REGISTRAR):
        await bus.declare_consumer(consumer)
        puller = await bus.jetstream.pull_subscribe_bind(consumer.durable, stream=consumer.stream.name)
        for message in await puller.fetch(batch=20, timeout=5):
            await message.nak()
        await puller.unsubscribe()


async def left_over(bus: Bus) -> list[str]:
    """What the bucket of tries still holds beside deletions."""
    try:
        return list(await (await bus.bucket(ATTEMPTS)).keys())
    except NoKeysError:
        return []
