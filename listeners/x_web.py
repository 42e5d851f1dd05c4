"""How requests to X leave this machine: to the address that is set, with our own patience, in threads of their own.

Knows nothing of what is asked.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime
from threading import Thread
from typing import Any, TypeVar

import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies

T = TypeVar("T")
BUILT_IN = "https://api.twitter.com"
"""The address that stands in tweepy."""
TIMEOUT = (5.0, 30.0)
"""Seconds to connect, and between two signs of life: X's stream gives one every 20."""
LONGEST = 3600.0
"""Seconds that X may have us wait at once."""


class ToBase(HTTPAdapter):  # type: ignore[misc]  # the library has no types
    """Sends what the library addresses to its built-in host to another, and waits no longer than we do."""

    def __init__(self, base: str, once: bool = False) -> None:
        super().__init__()
        self._base, self._once, self._used = base, once, False
        self.answer: Any = None

    def send(self, request: requests.PreparedRequest, *given: Any, **how: Any) -> requests.Response:
        if self._once and self._used:
            raise requests.ConnectionError("one connection is enough")
        self._used = True
        request.url = self._base + str(request.url).removeprefix(BUILT_IN)
        how |= {"timeout": TIMEOUT, "proxies": get_environ_proxies(request.url)}
        self.answer = super().send(request, *given, **how)
        return self.answer


def asked_to_wait(answer: Any, now: datetime) -> float:
    """The seconds that an answer asks us to wait: Retry-After, or when X's own window begins anew."""
    headers = getattr(answer, "headers", {})
    for name, since in (("retry-after", 0.0), ("x-rate-limit-reset", now.timestamp())):
        with contextlib.suppress(TypeError, ValueError, OverflowError):
            if (wait := float(headers.get(name, "")) - since) == wait:  # not NaN
                return min(max(wait, 0.0), LONGEST)
    return 0.0


async def aside(work: Callable[[], T]) -> T:
    """Run what blocks in a thread of its own, which a stop does not wait for."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if answer.cancelled():
            return
        if error:
            answer.set_exception(error)
        else:
            answer.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result, error = None, None
        try:
            result = work()
        except BaseException as raised:  # whatever it is, it belongs to whoever asked
            error = raised
        with contextlib.suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(settle, result, error)

    Thread(target=run, daemon=True, name="x").start()
    return await answer
