"""One connection to Jetstream v2, by atproto's client: the only module that knows that library.

It gives each event as plain JSON (network.bsky.jetstream.subscribeEvents), and says how the connection ended. What
the library would pass over in silence is given as well: frames that cannot be read, and what the taker raised. Knows
nothing of what an event means.
"""

from __future__ import annotations

import asyncio
from typing import Any

from atproto_jetstream import AsyncJetstreamClient
from atproto_jetstream.exceptions import (
    JetstreamConsumerTooSlowError,
    JetstreamCursorTooOldError,
    JetstreamDecodingError,
    JetstreamError,
)
from atproto_jetstream.models import parse_frame

from listeners.bluesky_events import CursorTooOld, Payload, StreamFailed, Take, Unreadable
from listeners.bluesky_posts import POST, PROFILE
from soundings.tasks import end

KINDS = ("commit", "account")
LOOK_EVERY = 5.0
"""Seconds between two looks whether anything comes."""


class _Client(AsyncJetstreamClient):  # type: ignore[misc]  # the library has no types
    def _decode_frame(self, raw_frame: str | bytes) -> Payload | Unreadable | None:
        try:
            if self._compression is not None and isinstance(raw_frame, bytes):
                raw_frame = self._compression.decompress(raw_frame).decode()
            known = super()._decode_frame(raw_frame)  # refuses what is no event, and leaves out what came before
            return None if known is None else parse_frame(raw_frame).payload
        except JetstreamDecodingError:
            pass
        except JetstreamError:
            raise  # the server's own word that it ends the stream
        except Exception:  # noqa: S110 - whatever the library stumbles over: raised, it would end the stream for good
            pass
        return Unreadable(raw_frame.encode("utf-8", "surrogatepass") if isinstance(raw_frame, str) else raw_frame)


class Stream:
    """One connection, kept alive by the library while its server is only restarted."""

    def __init__(self, host: str, cursor: int | None, take: Take) -> None:
        params: dict[str, Any] = {"kinds": list(KINDS), "collections": [POST, PROFILE]}
        if cursor is not None:
            params["cursor"] = cursor
        self._client = _Client(params, base_uri=f"{host}/xrpc")
        self._take = take
        self._failure: BaseException | None = None
        self._events = 0

    async def run(self, patience: float) -> None:
        """Until its server closes it, or nothing at all has come for so many seconds.

        Raises CursorTooOld, StreamFailed, or what the taker raised: nothing was given to it after that.
        """
        running = asyncio.create_task(self._client.start(self._give, self._failed))
        try:
            await self._watch(running, patience)
        except JetstreamCursorTooOldError:
            raise CursorTooOld from None
        except JetstreamConsumerTooSlowError:
            raise StreamFailed("its server says that we read too slowly") from None
        except JetstreamError as error:
            raise StreamFailed(f"its server refuses us ({type(error).__name__})") from None
        finally:
            await end(running)
        if self._failure:
            raise self._failure

    async def _watch(self, running: asyncio.Task[None], patience: float) -> None:
        silent, seen = 0.0, self._events
        look = min(LOOK_EVERY, patience)
        while not (await asyncio.wait({running}, timeout=look))[0]:
            silent, seen = (silent + look, seen) if self._events == seen else (0.0, self._events)
            if silent >= patience:
                raise StreamFailed("nothing comes")
        running.result()

    async def _give(self, payload: Payload | Unreadable) -> None:
        self._events += 1
        if self._failure is None:
            await self._take(payload)

    async def _failed(self, error: BaseException) -> None:
        """The library goes on after what the taker raises, past that event. We do not."""
        self._failure = self._failure or error
        await self._client.stop()
