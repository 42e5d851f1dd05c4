"""The wiring of the stage: one route, from posts to this council's reader."""

from __future__ import annotations

from typing import cast

from nlp.service import build
from soundings.bus import Bus
from soundings.settings import Settings
from soundings.stage import Context
from soundings.streams import READER
from tests.factories import make_post
from tests.nlp.councils import council
from tests.nlp.fakes import FakeBus


async def test_the_route_reads_posts_with_the_councils_words(settings: Settings) -> None:
    bus = FakeBus()
    [route] = build(
        Context(cast(Bus, bus), settings, council(topics={"harbour": {"name": "Harbour", "words": ["mooring"]}}))
    )
    assert route.consumer is READER
    assert route.put
    await route.put(await route.work([make_post(text="No mooring left on Castle St")]))
    [reading] = bus.readings
    assert reading.understood.topics[0].slug == "harbour"
    assert reading.understood.places[0].id == "street:castle-street"
    assert reading.understood.reader == "plain 3"
