"""The wiring of the stage: one route, from posts to this council's reader, and what it learns of officers."""

from __future__ import annotations

import pytest

from nlp.service import build
from soundings import guidance
from soundings.bus import Bus
from soundings.route import Route
from soundings.settings import Settings
from soundings.stage import Context
from soundings.streams import READER
from tests.factories import make_post
from tests.nlp import made_up
from tests.nlp.councils import council
from tests.nlp.fakes import FakeBus


async def test_the_route_reads_posts_with_the_councils_words(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(bus: Bus) -> None:
        return None

    async def mark(bus: Bus) -> tuple[str, int]:
        return "", 0

    made_up.put(monkeypatch)
    monkeypatch.setattr(guidance, "mark", mark)
    monkeypatch.setattr(guidance, "read", nothing)
    bus: FakeBus = FakeBus()
    harbour = {"harbour": {"name": "Harbour", "words": ["mooring"]}}
    route, learning = await build(Context(bus, settings, council(topics=harbour)))  # type: ignore[arg-type]
    assert isinstance(route, Route) and callable(learning)
    assert route.consumer is READER
    assert route.put
    await route.put(await route.work([make_post(text="No mooring left on Castle St")]))
    [reading] = bus.readings
    assert reading.understood.topics[0].slug == "harbour"
    assert reading.understood.places[0].id == "street:castle-street"
    assert (reading.understood.reader, reading.reading_version) == ("trained 3", 3_000_000)
