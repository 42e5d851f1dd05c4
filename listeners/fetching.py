"""Fetches addresses over HTTP like a polite guest: conditional, bounded, one request at a time a host.

Only http and https, and no address inside the council's own network unless that is allowed. Knows nothing of
feeds: bytes come out.
"""

from __future__ import annotations

import asyncio
import email.utils
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from urllib.parse import urljoin, urlsplit

import httpx

from soundings import __version__

MAX_BODY = 5 * 1024 * 1024
"""Bytes after unpacking; a longer answer is refused, not cut."""
MAX_HOPS = 5
APART = 2.0
"""Seconds between two requests to one host, where nothing else is agreed."""
DEADLINE = 60.0
"""Seconds for one answer to its end: a server that drips may not hold us."""
LONGEST_WAIT = timedelta(days=1)
PERMANENT, TEMPORARY = frozenset({301, 308}), frozenset({302, 303, 307})


class FetchFailed(Exception):
    """There is no answer that can be used, for this reason."""


class AnswerTooLong(FetchFailed):
    """There is one, and it is longer than what is read: whoever asks for less may have it."""


@dataclass(frozen=True)
class Answer:
    """What a server said. `moved_to` is set when it says that the address has changed for good."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    moved_to: str = ""

    def retry_after(self, now: datetime) -> timedelta:
        """How long the server asks us to stay away, at most a day."""
        text = self.headers.get("retry-after", "").strip()
        if text.isdecimal():
            wait = timedelta(seconds=min(int(text[:9]), 10**8))
        else:
            parsed = email.utils.parsedate_tz(text)
            stamp = email.utils.mktime_tz(parsed) if parsed else now.timestamp()
            wait = timedelta(seconds=stamp - now.timestamp())
        return min(max(wait, timedelta(0)), LONGEST_WAIT)


class Fetcher:
    """Makes requests. Use it as a context."""

    def __init__(
        self,
        contact: str,
        allow_private: bool = False,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        deadline: float = DEADLINE,
        apart: float = APART,
    ) -> None:
        who = f"council-soundings/{__version__} (resident listening; {contact or 'no contact given'})"
        agent = who.encode("ascii", "replace").decode()
        self._client = httpx.AsyncClient(headers={"User-Agent": agent}, timeout=httpx.Timeout(20.0, connect=10.0))
        self._allow_private, self._sleep, self._deadline, self._apart = allow_private, sleep, deadline, apart
        self._hosts: dict[str, asyncio.Lock] = {}
        self._last: dict[str, float] = {}

    async def __aenter__(self) -> Fetcher:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def get(self, url: str, conditions: Mapping[str, str]) -> Answer:
        """Ask for an address, with `If-None-Match` and the like. Raises FetchFailed."""
        moved, permanent = url, True
        for _ in range(MAX_HOPS):
            answer = await self._ask(moved, conditions)
            if answer.status not in PERMANENT | TEMPORARY:
                there = moved if permanent and moved != url else ""
                return Answer(answer.status, answer.headers, answer.body, there)
            permanent = permanent and answer.status in PERMANENT
            moved = urljoin(moved, answer.headers.get("location", ""))
        raise FetchFailed(f"it sends us on more than {MAX_HOPS} times")

    async def ask(self, url: str, headers: Mapping[str, str]) -> Answer:
        """Ask for an address that must answer by itself: another one, to which it sends us on, would learn our key.

        Raises FetchFailed.
        """
        return await self._ask(url, headers)

    async def _ask(self, url: str, conditions: Mapping[str, str]) -> Answer:
        host = _host(url)
        async with self._hosts.setdefault(host, asyncio.Lock()):
            loop = asyncio.get_running_loop()
            if (wait := self._last.get(host, -self._apart) + self._apart - loop.time()) > 0:
                await self._sleep(wait)
            try:
                async with asyncio.timeout(self._deadline):
                    await self._refuse_private(host)
                    return await self._read(url, conditions)
            except TimeoutError:
                raise FetchFailed("it does not answer in time") from None
            except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
                raise FetchFailed(f"the connection failed ({type(error).__name__})") from None
            finally:
                self._last[host] = loop.time()

    async def _read(self, url: str, conditions: Mapping[str, str]) -> Answer:
        async with self._client.stream("GET", url, headers=dict(conditions)) as response:
            body = bytearray()
            async for part in response.aiter_bytes(64 * 1024):
                body += part
                if len(body) > MAX_BODY:
                    raise AnswerTooLong(f"the answer is longer than {MAX_BODY // 1024**2} MB")
            return Answer(response.status_code, response.headers, bytes(body))

    async def _refuse_private(self, host: str) -> None:
        if self._allow_private:
            return
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
        except OSError:
            return  # behind a proxy only the proxy can look names up; without one the request fails by itself
        for entry in found:
            address = ipaddress.ip_address(str(entry[4][0]).partition("%")[0])
            if not (getattr(address, "ipv4_mapped", None) or address).is_global:
                raise FetchFailed("its address lies inside a private network; `allow_private = true` would allow that")


def _host(url: str) -> str:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    if not host or parts.scheme not in ("http", "https"):
        raise FetchFailed("only addresses that begin with http:// or https:// are fetched")
    return host
