"""One connection to X's stream, by tweepy, as lines.

The library would connect again by itself, after a clean close without any pause; here each connection is one, and its
end is told. The library's thread hands over what comes, and waits while there is no room. Knows nothing of what a line
says.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import CancelledError
from datetime import datetime
from types import TracebackType
from typing import Any

import tweepy

from listeners.x_events import Ended, How, Line
from listeners.x_web import BUILT_IN, ToBase, asked_to_wait

ROOM = 200
"""Lines that may wait to be worked; then X has to."""


class Stream:
    """One connection, as lines. Use it as a context; `ended` says how it ended."""

    def __init__(self, base: str, token: str, fields: Mapping[str, Any], clock: Callable[[], datetime]) -> None:
        self.ended, self._fields = Ended(How.CLOSED), fields
        self._queue: asyncio.Queue[Line | Ended] = asyncio.Queue(ROOM)
        self._client = _Client(base, token, clock, self._queue, asyncio.get_running_loop())

    async def __aenter__(self) -> Stream:
        self._client.filter(threaded=True, **self._fields)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        self._client.let_go()

    def close(self) -> None:
        """End the connection at once. What has come already is still given."""
        self._client.close()

    async def __aiter__(self) -> AsyncIterator[Line]:
        while not isinstance(found := await self._queue.get(), Ended):
            yield found
        self.ended = found


class _Client(tweepy.StreamingClient):  # type: ignore[misc]  # the library has no types
    """The library's client for one connection: whatever ends it, it does not try again."""

    def __init__(
        self,
        base: str,
        token: str,
        clock: Callable[[], datetime],
        queue: asyncio.Queue[Line | Ended],
        loop: asyncio.AbstractEventLoop | None,
    ) -> None:
        super().__init__(token, daemon=True, max_retries=0)
        self._adapter = ToBase(base, once=True)
        self.session.mount(BUILT_IN, self._adapter)
        self._clock, self._queue, self._loop = clock, queue, loop
        self._end = Ended(How.CLOSED)
        self._closed = False

    def on_connect(self) -> None:
        self._hand(Line(self._clock()))

    def on_keep_alive(self) -> None:
        self._hand(Line(self._clock()))

    def on_data(self, raw_data: bytes) -> None:
        self._hand(Line(self._clock(), raw_data))

    def on_closed(self, response: Any) -> None:  # noqa: ARG002
        self.running = False

    def on_connection_error(self) -> None:
        self._end, self.running = Ended(How.CLOSED if self._closed else How.NETWORK), False

    def on_request_error(self, status_code: int) -> None:
        wait = asked_to_wait(self._adapter.answer, self._clock())
        self._end, self.running = Ended(How.REFUSED, status_code, wait), False

    def on_exception(self, exception: BaseException) -> None:  # noqa: ARG002
        self._end = Ended(How.CLOSED if self._closed else How.FAILED)

    def on_disconnect(self) -> None:
        self._hand(self._end)

    def close(self) -> None:
        """Shut the connection, so that the thread which reads from it goes on."""
        self._closed, self.running = True, False
        with contextlib.suppress(ValueError, RuntimeError, OSError, AttributeError):
            self._adapter.answer.raw.shutdown()

    def let_go(self) -> None:
        """Nobody takes lines any more: the thread must not wait for room."""
        self._loop = None
        while not self._queue.empty():
            self._queue.get_nowait()

    def _hand(self, what: Line | Ended) -> None:
        """Give it to the loop; while there is no room, X's stream waits."""
        if (loop := self._loop) is None:
            return
        putting = self._queue.put(what)
        try:
            asyncio.run_coroutine_threadsafe(putting, loop).result()
        except CancelledError:
            self.running = False
        except RuntimeError:  # the loop has ended
            putting.close()
            self.running = False
