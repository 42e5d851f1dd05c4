"""One connection to a stream of a Mastodon server, by Mastodon.py's client, in a thread of its own.

The library is used in its blocking form: in the other one it connects again by itself, in silence and for ever, also
where it is refused. Each event is given as its server wrote it, so that one that is none ends nothing. Knows nothing of
what an event means.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from typing import Any

from mastodon import StreamListener

from listeners.mastodon_client import connect, failed
from listeners.mastodon_events import Said, ServerFailed, Sign
from listeners.mastodon_settings import LOCAL, Server

MOST = 1000
"""Events that may wait for us; then the server waits."""
LOOK_EVERY = 1.0
"""Seconds between two looks whether anybody still listens."""

Item = Said | Sign | ServerFailed


class _Stopped(Exception):
    """Nobody listens any more."""


class _Listener(StreamListener):  # type: ignore[misc]  # the library has no types
    def __init__(self, give: Callable[[Item], None]) -> None:
        self._give = give

    def handle_stream(self, response: Any) -> None:
        self._give(Sign.OPENED)
        super().handle_stream(response)

    def _parse_line(self, line: str, event: dict[str, str]) -> dict[str, str]:
        """As the standard has it (https://html.spec.whatwg.org/#event-stream-interpretation): the library ends a stream
        at a field without a space, and at a line that it does not know.
        """
        line = line.removesuffix("\r")
        if not line:
            self._dispatch(event)
            return {}
        if line.startswith(":"):
            self._give(Sign.ALIVE)
            return event
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        return {**event, name: f"{event[name]}\n{value}" if name in event else value}

    def _dispatch(self, event: dict[str, str]) -> None:
        if event:
            self._give(Said(event.get("event", ""), event.get("data", "")))


class Stream:
    """One connection. Use it once."""

    def __init__(self, server: Server, stream: str, token: str, agent: str, clock: Callable[[], datetime]) -> None:
        self._stream, self._clock = stream, clock
        self._answer: Any = None
        self._client = connect(server, token, agent, self._answered)
        self._queue: asyncio.Queue[Item] = asyncio.Queue()
        self._room = threading.Semaphore(MOST)
        self._stopped = threading.Event()

    async def run(self, patience: float, take: Callable[[Said | Sign], Awaitable[None]]) -> None:
        """Until it ends, which it says by ServerFailed: also when nothing at all comes for so many seconds."""
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._read, args=(patience,), daemon=True, name="mastodon").start()
        try:
            while True:
                try:
                    async with asyncio.timeout(patience):
                        item = await self._queue.get()
                except TimeoutError:
                    raise ServerFailed("nothing comes, not even a sign of life") from None
                self._room.release()
                if isinstance(item, ServerFailed):
                    raise item
                await take(item)
        finally:
            self._stopped.set()  # the thread sees it at the next line, or when the socket has waited long enough

    def _answered(self, response: Any) -> None:
        self._answer = response

    def _read(self, patience: float) -> None:
        listener = _Listener(self._give)
        ended = ServerFailed("its server closed the connection")
        try:
            if self._stream == LOCAL:
                self._client.stream_public(listener, local=True, timeout=patience)
            else:
                self._client.stream_hashtag(self._stream.removeprefix("#"), listener, timeout=patience)
        except _Stopped:
            return
        except Exception as error:  # the top of a thread: whatever ends it, the connection has ended
            ended = self._failure(error)
        with suppress(_Stopped):
            self._give(ended)

    def _failure(self, error: Exception) -> ServerFailed:
        answer = self._answer  # the last of several: before the stream the library asks where it is
        if answer is not None and "/streaming" in answer.url and answer.status_code != 200:
            return failed(answer, self._clock())
        return ServerFailed(f"the connection failed ({type(error).__name__})")

    def _give(self, item: Item) -> None:
        while not self._room.acquire(timeout=LOOK_EVERY):
            self._go_on()
        self._go_on()
        try:
            self._loop.call_soon_threadsafe(self._queue.put_nowait, item)
        except RuntimeError:  # the process is about to end
            raise _Stopped from None

    def _go_on(self) -> None:
        if self._stopped.is_set():
            raise _Stopped
