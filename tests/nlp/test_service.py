"""The wiring of the stage: one route, from posts to this council's reader."""

from __future__ import annotations

from dataclasses import replace
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
    assert reading.understood.reader == "trained 3"


async def test_the_route_places_posts_by_their_point_too(settings: Settings) -> None:
    bus = FakeBus()
    file = council()
    pointed = file.area.places[0].model_copy(update={"point": (50.46, -4.71)})
    area = file.area.model_copy(update={"places": (pointed, *file.area.places[1:])})
    [route] = build(Context(cast(Bus, bus), settings, replace(file, area=area)))
    assert route.put
    await route.put(await route.work([make_post(text="What a mess", point=(50.4601, -4.7101))]))
    [guess] = bus.readings[0].understood.places
    assert (guess.id, guess.score, guess.found_by) == ("street:tolgarth-road", 1.0, "geotag")
