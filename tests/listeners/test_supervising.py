"""One source that fails is started again and stops no other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest

from listeners import service
from listeners.outlet import Outlet
from listeners.sources import SOURCES, SourceSettings
from listeners.supervising import PAUSES, keep_listening
from soundings import policies, receipts
from soundings.bus import Bus
from soundings.council import CouncilFile
from soundings.errors import BadInput
from soundings.keys import Keys
from soundings.messages import Gap, Retraction, RetractionKind
from soundings.settings import Settings
from soundings.stage import Context, run
from soundings.tasks import end
from tests.listeners.kit import COUNCIL, Clock, native, notices, posts

pytestmark = pytest.mark.servers


class Source:
    """Does what a test says, once for each start."""

    Settings: ClassVar[type[SourceSettings]] = SourceSettings
    local: ClassVar[bool] = True
    look_back: ClassVar[timedelta] = timedelta(days=14)
    gap_after: ClassVar[timedelta | None] = timedelta(hours=1)
    gives_again: ClassVar[bool] = True
    starts: ClassVar[list[Callable[[Outlet], Any]]] = []

    def __init__(self, settings: Any, outlet: Outlet, council_file: CouncilFile, clock: Callable[[], datetime]) -> None:
        self._outlet = outlet

    async def listen(self) -> None:
        """The next thing to do."""
        await self.starts.pop(0)(self._outlet)


async def fail_with_a_name(_: Outlet) -> None:
    raise ValueError("anna_of_weir wrote this")


async def refuse(_: Outlet) -> None:
    raise BadInput("the key is wrong")


async def speak(out: Outlet) -> None:
    await out.offer(native())
    await out.flush({"cursor": 1})


async def test_it_is_started_again_after_growing_pauses(
    bus: Bus, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    Source.starts = [fail_with_a_name] * 6 + [refuse, speak]
    context = Context(bus, settings, COUNCIL, Clock())
    await keep_listening("demo", Source, SourceSettings(), context, sleep)
    assert slept == [*PAUSES, PAUSES[-1], PAUSES[-1]]
    assert len(await posts(bus)) == 1
    assert "ValueError at test_supervising.py line" in caplog.text and "anna" not in caplog.text
    assert "the key is wrong" in caplog.text


async def reject_all(out: Outlet) -> None:
    for number in range(30):
        await out.offer(native(str(number), text="\0"))


async def reject_all_in_a_group(out: Outlet) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(reject_all(out))
        await asyncio.Event().wait()


async def never(_: float) -> None:
    raise AssertionError("it is not to be tried again")


@pytest.mark.parametrize("flood", [reject_all, reject_all_in_a_group])
async def test_one_that_rejects_nearly_everything_is_held_and_pages_show_it(
    bus: Bus, settings: Settings, caplog: pytest.LogCaptureFixture, flood: Callable[[Outlet], Any]
) -> None:
    clock = Clock()
    context = Context(bus, settings, COUNCIL, clock)
    Source.starts = [flood]
    await keep_listening("demo", Source, SourceSettings(), context, never)
    assert any(one.levelname == "CRITICAL" and "It is held until" in one.message for one in caplog.records)
    (gap,) = await notices(bus)
    assert isinstance(gap, Gap) and (gap.source, gap.start, gap.end) == ("demo", clock(), None)
    assert "it is held until Soundings is started again" in gap.why and "20 items in a row" in gap.why
    start = clock()
    clock.move(minutes=5)
    Source.starts = [speak, speak]
    for _ in range(2):  # the service starts again, twice
        await keep_listening("demo", Source, SourceSettings(), context, never)
    _, over = await notices(bus)
    assert isinstance(over, Gap) and (over.start, over.end) == (start, clock())
    assert len(await posts(bus)) == 1


async def test_a_long_silence_is_told_at_the_next_start(bus: Bus, settings: Settings) -> None:
    clock = Clock()
    context = Context(bus, settings, COUNCIL, clock)
    Source.starts = [speak, speak]
    await keep_listening("demo", Source, SourceSettings(), context)
    start = clock()
    clock.move(hours=5)
    await keep_listening("demo", Source, SourceSettings(), context)
    (gap,) = await notices(bus)
    assert isinstance(gap, Gap) and (gap.start, gap.end) == (start, clock())
    assert gap.why == "Soundings was not running"


async def test_the_service_idles_without_sources(bus: Bus, bus_settings: Settings) -> None:
    assert len(service.build(Context(bus, bus_settings, COUNCIL))) == 3  # those of the ledgers and of the rejects


async def test_the_service_runs_what_is_switched_on(
    bus: Bus, bus_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SOURCES, "demo", f"{__name__}:Source")
    monkeypatch.setattr(policies, "POLICIES", {**policies.POLICIES, "demo": policies.of("sample")})
    spoke = asyncio.Event()

    async def speak_and_say(out: Outlet) -> None:
        await speak(out)
        spoke.set()
        await asyncio.Event().wait()

    Source.starts = [speak_and_say]
    bus_settings.home.mkdir()
    bus_settings.council_path.write_text("[sources.demo]\nenabled = true\n")
    task = asyncio.create_task(run("listeners", service.build, bus_settings))
    await asyncio.wait_for(spoke.wait(), 20)
    await end(task)
    assert len(await posts(bus)) == 1


async def test_it_knows_who_is_to_be_forgotten_before_it_listens(bus: Bus, settings: Settings) -> None:
    """Also on a bus that was lost: the receipts know."""
    account = Keys.open(settings.keys_path).account("demo", "anna_of_weir")
    order = Retraction(source="demo", account=account, kind=RetractionKind.BLOCKED, reason="x", observed_at=Clock()())
    receipts.append(settings.receipts, [receipts.Receipt(order=order, taken_at=Clock()())])
    Source.starts = [speak]
    await keep_listening("demo", Source, SourceSettings(), Context(bus, settings, COUNCIL, Clock()))
    assert await posts(bus) == []
