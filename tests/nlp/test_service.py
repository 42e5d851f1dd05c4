"""The wiring of the stage: one route, from posts to this council's reader, and what it learns of officers."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pytest

from nlp.service import build
from soundings import guidance
from soundings.bus import Bus
from soundings.council import CouncilFile
from soundings.envelopes import Envelope
from soundings.messages import Post
from soundings.route import Route
from soundings.settings import Settings
from soundings.stage import Context
from soundings.streams import READER
from tests.factories import make_post
from tests.nlp.councils import council
from tests.nlp.fakes import FakeBus


@pytest.fixture(autouse=True)
def _nothing_corrected(monkeypatch: pytest.MonkeyPatch) -> None:
    async def mark(bus: Bus) -> tuple[str, int]:
        return "", 0

    async def nothing(bus: Bus) -> None:
        return None

    monkeypatch.setattr(guidance, "mark", mark)
    monkeypatch.setattr(guidance, "read", nothing)


async def read(bus: FakeBus, settings: Settings, council_file: CouncilFile, post: Post) -> None:
    """A post through the stage's one route; what runs beside that learns."""
    route, learning = await build(Context(cast(Bus, bus), settings, council_file))
    assert isinstance(route, Route)
    assert callable(learning)
    assert route.consumer is READER
    assert route.put
    made: list[Envelope] = await route.work([post])
    await route.put(made)


async def test_the_route_reads_posts_with_the_councils_words(settings: Settings) -> None:
    bus, harbour = FakeBus(), {"harbour": {"name": "Harbour", "words": ["mooring"]}}
    await read(bus, settings, council(topics=harbour), make_post(text="No mooring left on Castle St"))
    [reading] = bus.readings
    assert reading.understood.topics[0].slug == "harbour"
    assert reading.understood.places[0].id == "street:castle-street"
    assert (reading.understood.reader, reading.reading_version) == ("trained 4", 4_000_000)


async def test_the_route_places_posts_by_their_point_too(settings: Settings) -> None:
    bus, file = FakeBus(), council()
    places = [place.model_copy(update={"point": (50.46, -4.71)}) for place in file.area.places]
    area = file.area.model_copy(update={"places": tuple(one for one in places if one.kind in ("street", "village"))})
    post = make_post(text="What a mess", point=(50.4601, -4.7101))
    await read(bus, settings, replace(file, area=area), post)
    [guess] = bus.readings[0].understood.places
    assert (guess.id, guess.score, guess.found_by) == ("village:hope", 1.0, "geotag")
