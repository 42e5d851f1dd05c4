"""A bus that is emptied or replaced under a running listener: it notices, asks again, and nothing stays lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest

from listeners.outlet import Outcome, Outlet
from listeners.same_bus import SameBus
from listeners.sources import SourceSettings
from listeners.supervising import keep_listening
from soundings.bus import Bus
from soundings.council import CouncilFile
from soundings.envelopes import Envelope
from soundings.errors import BusReplaced
from soundings.settings import Settings
from soundings.stage import Context
from soundings.streams import POSTS
from soundings.tasks import end
from tests.listeners.kit import COUNCIL, Clock, native, outlet, posts
from tests.listeners.test_importing import LINE, take, write
from tests.servers import NatsServer

pytestmark = pytest.mark.servers


class Talkative:
    """Says the same two things at each start, then nothing more, as a platform that is asked again."""

    Settings: ClassVar[type[SourceSettings]] = SourceSettings
    local: ClassVar[bool] = True
    look_back: ClassVar[timedelta] = timedelta(days=14)
    gap_after: ClassVar[timedelta | None] = None
    gives_again: ClassVar[bool] = True
    starts: ClassVar[int] = 0

    def __init__(self, settings: Any, outlet: Outlet, council_file: CouncilFile, clock: Callable[[], datetime]) -> None:
        self._outlet = outlet

    async def listen(self) -> None:
        """Speak, and wait."""
        Talkative.starts += 1
        for name in ("a", "b"):
            await self._outlet.offer(native(name))
        await self._outlet.flush({"cursor": 2})
        await asyncio.Event().wait()


async def until_there(bus: Bus, count: int) -> None:
    """Wait until so many posts are on the bus, which may not even have its streams yet."""
    async with asyncio.timeout(30):
        while True:
            try:
                if len(await posts(bus)) == count:
                    return
            except Exception:  # it is down, or empty
                pass
            await asyncio.sleep(0.05)


async def test_a_silent_source_notices_and_is_asked_again(
    bus: Bus, bus_settings: Settings, nats_server: NatsServer
) -> None:
    Talkative.starts = 0
    task = asyncio.create_task(
        keep_listening("demo", Talkative, SourceSettings(), Context(bus, bus_settings, COUNCIL, Clock()))
    )
    await until_there(bus, 2)
    nats_server.wipe()
    await until_there(bus, 2)
    assert Talkative.starts == 2
    await end(task)


async def test_a_restarted_bus_is_the_same(bus: Bus, settings: Settings, nats_server: NatsServer) -> None:
    same = SameBus(bus)
    await same.check()
    before = same.stream
    nats_server.kill()
    nats_server.start()
    async with asyncio.timeout(20):
        while bus.reconnects == 0:
            await asyncio.sleep(0.02)
    await same.check()
    assert same.stream == before


async def test_nothing_counts_as_taken_that_another_bus_may_have_lost(
    bus: Bus, settings: Settings, nats_server: NatsServer
) -> None:
    clock = Clock()
    with pytest.raises(BusReplaced, match="ask the source again"):
        async with outlet(bus, settings, clock) as out:
            await out.offer(native("before"))
            await out.flush({})
            nats_server.wipe()
            await out.offer(native("after"))
            await out.flush({})
    async with outlet(bus, settings, clock) as out:
        assert out.rewound
        assert await out.offer(native("before")) is Outcome.SAME
        after = out.held("after")
        assert after is None or not after.stream, "on its way at most: that is noted before the bus is looked at again"
        assert await out.offer(native("after")) in {Outcome.NEW, Outcome.SAME}
    assert len({post.id for post in await posts(bus)}) == 2


async def test_an_import_that_lost_its_first_lines_says_so(
    bus: Bus, bus_settings: Settings, nats_server: NatsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its exit code must not say that everything is safe."""
    publish, wiped = Bus.publish_surely, list[bool]()

    async def publish_then_wipe(self: Bus, *arguments: Any) -> Any:
        answer = await publish(self, *arguments)
        if not wiped:
            wiped.append(True)
            nats_server.wipe()
        return answer

    file = write(tmp_path, *(LINE | {"id": str(number)} for number in range(500)))
    with monkeypatch.context() as patched:
        patched.setattr(Bus, "publish_surely", publish_then_wipe)
        with pytest.raises(BusReplaced, match="import the file again"):
            await take(bus_settings, [file])
    assert await take(bus_settings, [file]) == 0
    assert len({post.id for post in await posts(bus)}) == 500


async def test_whoever_publishes_first_makes_an_emptied_bus_anew(bus: Bus, nats_server: NatsServer) -> None:
    nats_server.wipe()
    await asyncio.wait_for(bus.publish_surely(POSTS, "posts.demo.1", Envelope(b"{}", 1)), 30)
    assert (await bus.jetstream.stream_info(POSTS.name)).state.messages == 1
