"""What officers corrected, as it lies on the bus: its shape, what is refused, and that what was replaced is erased."""

from __future__ import annotations

import asyncio
import json

import pytest

from soundings import guidance
from soundings.bus import Bus
from soundings.guidance import MOST, Correction, Guidance, Unreadable, decode, encode, ordered
from tests.servers import NatsServer
from tests.waiting import until

MEANS = bytes(range(256)) + bytes(128)


def correction(slug: str = "roads", reader: str = "trained 4", embedding: bytes = MEANS) -> Correction:
    return Correction(slug, reader, embedding)


SEVERAL = ordered(
    [
        correction(),
        correction("parks"),
        correction("roads", "trained 4", b"\x80\x7f"),
        correction(embedding=b"\n" * 384),
    ]
)


@pytest.mark.parametrize("corrections", [(), SEVERAL, (correction(),) * MOST])
def test_what_is_told_is_read(corrections: tuple[Correction, ...]) -> None:
    told = Guidance(17, corrections)
    assert decode(encode(told)) == told


def test_the_most_that_is_told_fits_into_one_message() -> None:
    many = ordered(correction(f"topic-{number % 60}", f"trained {number % 5}") for number in range(MOST))
    assert len(encode(Guidance(999_999, many))) < 1024 * 1024


def test_the_same_corrections_in_any_order_are_the_same_bytes() -> None:
    assert encode(Guidance(1, ordered(SEVERAL))) == encode(Guidance(1, ordered(reversed(SEVERAL))))


WHOLE = encode(Guidance(3, SEVERAL))
HEAD, _, BODY = WHOLE.partition(b"\n")


def changed(**fields: object) -> bytes:
    return json.dumps(json.loads(HEAD) | fields).encode() + b"\n" + BODY


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (b"", "shape"),
        (b"\xff\x00" * 40, "shape"),
        (b"{}", "shape"),
        (b"[" * 100_000, "shape"),
        (WHOLE[:-1], "cut off"),
        (WHOLE + b"x", "cut off"),
        (changed(number=0), "number"),
        (changed(number=10**9), "number"),
        (changed(schema=2), "upgrade"),
        (b'{"schema": 7, "another": "shape"}', "upgrade"),
        (changed(groups=[{"slug": "Not a slug", "reader": "x", "size": 1, "count": 1}]), "groups.0.slug"),
        (changed(groups=[{"slug": "roads", "reader": "x", "size": 1, "count": 10**12}]), "groups.0.count"),
    ],
)
def test_what_is_damaged_or_newer_is_refused_and_never_repeated(value: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why) as refused:
        decode(value)
    assert len(str(refused.value)) < 300


@pytest.mark.servers
async def test_one_value_is_kept_and_a_changed_one_is_noticed(bus: Bus) -> None:
    assert await guidance.read(bus) is None
    before = await guidance.mark(bus)
    await guidance.write(bus, b"one")
    between = await guidance.mark(bus)
    await guidance.write(bus, b"two")
    assert await guidance.read(bus) == b"two"
    assert len({before, between, await guidance.mark(bus)}) == 3


@pytest.mark.servers
async def test_what_was_replaced_leaves_the_files(bus: Bus, nats_server: NatsServer) -> None:
    """An embedding is made of a text: when its post is gone, so must it be (invariant R2)."""

    def found(what: bytes) -> bool:
        return any(what in path.read_bytes() for path in nats_server.folder.rglob("*") if path.is_file())

    await guidance.write(bus, b"of a removed post" * 9)
    assert found(b"of a removed post")
    await guidance.write(bus, b"of another" * 9)
    await until(lambda: not found(b"of a removed post"))
    assert found(b"of another")


@pytest.mark.servers
async def test_another_bus_is_noticed(bus: Bus, nats_server: NatsServer) -> None:
    await guidance.write(bus, b"one")
    before = await guidance.mark(bus)
    nats_server.wipe()
    await until(lambda: bus.client.is_connected)
    await asyncio.wait_for(_answers(bus), 30)
    assert await guidance.mark(bus) != before
    assert await guidance.read(bus) is None


async def _answers(bus: Bus) -> None:
    while True:
        try:
            await guidance.mark(bus)
        except Exception:
            await asyncio.sleep(0.1)
        else:
            return
