"""What is taken back goes from `rejected` as well: by its id, and nobody else's line with it."""

from __future__ import annotations

import json
from functools import partial

import pytest

from listeners.kept import KeptItems, names_of
from listeners.lines import Line
from soundings.bus import Bus
from soundings.keys import Keys
from soundings.messages import AreaMatch, Imported, Retraction
from soundings.rejects import make_reject, with_item
from soundings.settings import Settings
from soundings.streams import REJECTED
from tests.listeners.kit import NOON, Clock, native, outlet, posts, rejects

pytestmark = pytest.mark.servers

JSONL = Imported(form="jsonl")
TABLE = Imported(form="csv", header="text,id,reply_to,lat")


async def put(bus: Bus, number: int, text: str, how: Imported, source: str = "demo") -> None:
    await bus.reject(Line(number, text.encode(), "a").reject(source, "it cannot be read", NOON, how))


async def test_a_removal_by_the_platform_takes_the_kept_post_along(bus: Bus, bus_settings: Settings) -> None:
    async with outlet(bus, bus_settings, Clock()) as out:
        for name in "12":
            await out.offer(native(name))
        await out.flush()
        for post in await posts(bus):
            chosen = post.model_copy(update={"area_match": AreaMatch(reason="imported", purpose="listening")})
            await bus.reject(with_item(make_reject("nlp", "demo", post.id, "it failed", b"x", NOON), chosen))
        await out.retract("1", "its author removed it")
    assert [one.post.id for one in await rejects(bus) if one.post] == [
        Keys.open(bus_settings.keys_path).post_id("demo", "2")
    ]


async def test_of_a_table_only_the_id_counts(bus: Bus, bus_settings: Settings) -> None:
    """The removed id may be what a neighbour answers to, or a number in another column."""
    keys = Keys.open(bus_settings.keys_path)
    await put(bus, 1, "hers,7,,", TABLE)
    await put(bus, 2, "an answer,8,7,", TABLE)
    await put(bus, 3, "a place,9,,7", TABLE)
    await put(bus, 4, json.dumps({"id": 7, "text": 1}), JSONL)
    await put(bus, 5, json.dumps({"id": 8, "reply_to": "7"}), JSONL)
    await put(bus, 6, "hers,7,,", TABLE, source="other")
    kept = KeptItems(bus, "demo", partial(keys.post_id, "demo"))
    await kept.drop([keys.post_id("demo", "7")])
    assert sorted(one.ref for one in await rejects(bus)) == ["line 2", "line 3", "line 5", "line 6"]
    assert kept.dropped == 2


async def test_it_reads_on_as_the_stream_grows(bus: Bus, bus_settings: Settings) -> None:
    keys = Keys.open(bus_settings.keys_path)
    kept = KeptItems(bus, "demo", partial(keys.post_id, "demo"))
    for number in range(5):
        await put(bus, number, json.dumps({"id": number}), JSONL)
        await kept.drop([keys.post_id("demo", str(number))])
        await kept.drop([keys.post_id("demo", "unknown")])
        await kept.drop([])
    assert await rejects(bus) == [] and kept.dropped == 5


async def test_another_bus_begins_anew(bus: Bus, bus_settings: Settings) -> None:
    keys = Keys.open(bus_settings.keys_path)
    kept = KeptItems(bus, "demo", partial(keys.post_id, "demo"))
    await put(bus, 1, json.dumps({"id": 1}), JSONL)
    await kept.drop([keys.post_id("demo", "1")])
    await bus.jetstream.delete_stream(REJECTED.name)
    await bus.declare()
    await put(bus, 2, json.dumps({"id": 2}), JSONL)
    await kept.drop([keys.post_id("demo", "2")])
    assert await rejects(bus) == []


def test_an_order_to_remove_is_no_text_that_is_kept() -> None:
    """Or the removal that the store could not carry out would be dropped by the next one."""
    order = Retraction(source="demo", post_id="demo:" + "a" * 32, reason="gone", observed_at=NOON)
    reject = with_item(make_reject("store", "demo", "demo:" + "a" * 32, "it failed", b"x", NOON), order)
    assert names_of(reject, lambda name: name) == set()
