"""One post's whole way in one event loop, for tests that break it anywhere: a listener, the real bus, a reader that
does nothing, the real store. Each step is the product's own code; only the boundaries between processes are missing.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterable, Sequence
from contextlib import AsyncExitStack, ExitStack, contextmanager, suppress
from typing import Any, Literal
from unittest.mock import patch

from listeners import forget
from listeners.ledger import Ledger
from listeners.native import Native
from listeners.outlet import Outlet
from listeners.telling import tell_all
from nlp.worker import Worker
from soundings import delivery, holding, streams
from soundings.bus import Bus, connect, persist
from soundings.delivery import Delivery
from soundings.envelopes import POSTS, Envelope, unseal
from soundings.errors import SoundingsError
from soundings.messages import Understanding
from soundings.rejects import RejectLimit
from soundings.route import Route
from soundings.settings import Settings
from soundings.stage import Context
from soundings.streams import ATTEMPTS, READER, Stream
from store import service
from store.clickhouse import Client
from tests.factories import make_understanding
from tests.listeners.kit import COUNCIL, Clock, outlet
from tests.servers import NatsServer
from tests.store.dying import Died

SOURCE = "demo"
How = Literal["well", "given back", "not acknowledged"]


class Nothing:
    """A reader that does nothing."""

    name, version = "nothing", 1

    def read(self, texts: Sequence[str]) -> list[Understanding]:
        return [make_understanding()] * len(texts)


class Way:
    """A listener, the bus, a reader and the store; any of them may die. Make it with `open`, end it with `close`."""

    def __init__(self, server: NatsServer, settings: Settings, writer: Client, clock: Clock) -> None:
        self.server, self.clock, self._writer = server, clock, writer
        self.settings = settings.model_copy(update={"nats_url": server.url})
        self._stack = AsyncExitStack()
        self._outlet: Outlet | None = None

    async def open(self) -> None:
        """Start the bus and connect."""
        self.server.start()
        self.bus: Bus = await self._stack.enter_async_context(connect(self.settings, "test"))
        self.bus.client.options["reconnect_time_wait"] = 0.05
        self.context = context = Context(self.bus, self.settings, COUNCIL, self.clock)
        reader = Worker(self.bus, Nothing())
        self.routes: list[Route[Any, Any]] = [
            Route(READER, POSTS, reader.work, reader.put),
            *(part for part in service.routes(context, self._writer) if isinstance(part, Route)),
        ]

    async def close(self) -> None:
        """Stop all of it."""
        await self._leave(Died())
        await self._stack.aclose()
        self.server.stop()

    async def listen(self, shown: Iterable[Native], removed: Iterable[str], lives: int | None = None) -> None:
        """One look at the source: what it took away, and all that it shows. Raises Died after so many writes."""
        shown, removed = list(shown), list(removed)
        for _ in range(3):
            try:
                with dying(lives):
                    await self._look(shown, removed)
            except Died as death:
                await self._leave(death)
                raise
            except SoundingsError as error:  # as listeners.supervising does: it starts again
                await self._leave(error)
            else:
                return
        raise AssertionError("the listener does not get on")

    async def _look(self, shown: Sequence[Native], removed: Sequence[str]) -> None:
        if self._outlet is None:
            self._outlet = await outlet(self.bus, self.settings, self.clock, SOURCE).__aenter__()
        for name in removed:
            await self._outlet.retract(name, "removed by its author")
        for native in shown:
            await self._outlet.offer(native)
        await self._outlet.flush({"looked": True})

    async def stop_listening(self) -> None:
        """The listener ends in good order."""
        await self._leave(None)

    async def _leave(self, error: BaseException | None) -> None:
        if self._outlet:
            with suppress(SoundingsError):
                await self._outlet.__aexit__(type(error) if error else None, error, None)
            self._outlet.ledger.close()
        self._outlet = None

    async def order_again(self) -> None:
        """What the listeners do when the bus has become another one."""
        await tell_all(self.context)

    async def forget(self, account: str) -> None:
        """`soundings forget`."""
        await forget.run(self.settings, SOURCE, account, None, self.clock)

    async def wipe(self) -> None:
        """The bus loses its folder, while all others run on."""
        self.server.stop()
        shutil.rmtree(self.server.folder / "js", ignore_errors=True)
        self.server.start()
        async with asyncio.timeout(30):
            while not self.bus.client.is_connected:
                await asyncio.sleep(0.02)
        await persist("declaring the streams", self.bus.declare)  # as any stage does that finds them missing

    async def waiting(self, stream: Stream) -> int:
        """Messages on a stream."""
        return int((await self.bus.jetstream.stream_info(stream.name)).state.messages)

    async def repeat(self, stream: Stream) -> None:
        """The oldest envelope of a stream once more, in other bytes: the bus does not see that it is the same."""
        state = (await self.bus.jetstream.stream_info(stream.name)).state
        if state.messages:
            first = await self.bus.jetstream.get_msg(stream.name, state.first_seq)
            await self.bus.publish_surely(stream, stream.subject(SOURCE, 1), Envelope((first.data or b"") + b"\n", 1))

    async def work(self, route: Route[Any, Any], count: int = 20, how: How = "well") -> None:
        """A stage takes some envelopes."""
        if not await self.waiting(route.consumer.stream):
            return
        await self.bus.declare_consumer(route.consumer)
        name = route.consumer.stream.name
        subscription = await self.bus.jetstream.pull_subscribe_bind(route.consumer.durable, stream=name)
        with suppress(TimeoutError):  # what another delivery holds comes later
            messages = await subscription.fetch(count, timeout=0.3)
            if how == "well":
                tries = await self.bus.bucket(ATTEMPTS)
                await Delivery(self.bus, "test", route, tries, self.clock, RejectLimit()).handle(messages)
            elif how == "given back":
                for message in messages:
                    await message.nak()
            else:
                made = await route.work(
                    [item for message in messages for item in unseal(message.data, route.shape).items]
                )
                if route.put:
                    await route.put(made)
        await subscription.unsubscribe()

    async def drain(self, seconds: float = 60) -> None:
        """All stages work until nothing waits."""
        async with asyncio.timeout(seconds):
            while sum([await self.waiting(route.consumer.stream) for route in self.routes]):
                for route in self.routes:
                    await self.work(route)


@contextmanager
def dying(lives: int | None) -> Any:
    """The listener dies before one of its writes: to the bus or to its ledger."""
    left = lives

    def counted(write: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **more: Any) -> Any:
            nonlocal left
            if left == 0:
                raise Died
            left = None if left is None else left - 1
            return write(*args, **more)

        return call

    with ExitStack() as stack:
        for owner, name in ((Bus, "publish"), (Ledger, "commit"), (Ledger, "remove")):
            stack.enter_context(patch.object(owner, name, counted(getattr(owner, name))))
        yield


@contextmanager
def impatient() -> Any:
    """What is not acknowledged comes back soon."""
    with ExitStack() as stack:
        pauses = ((streams, "ACK_WAIT", 0.5), (holding, "ACK_WAIT", 0.5), (delivery, "AGAIN_AFTER", 0.05))
        for module, name, seconds in pauses:
            stack.enter_context(patch.object(module, name, seconds))
        yield
