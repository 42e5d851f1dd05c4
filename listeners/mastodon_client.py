"""One Mastodon server asked over REST, by Mastodon.py's client, politely: one question at a time, apart.

What comes out is the plain JSON that the server sent: the library's own types differ between its doors. What its
server asks for by its headers is kept to, and nothing waits inside the library. Knows nothing of what a status means.
"""

from __future__ import annotations

import asyncio
import logging
import warnings
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from mastodon import Mastodon, MastodonNetworkError
from mastodon.errors import MastodonDeprecationWarning, MastodonWarning

from listeners.aside import aside
from listeners.fetching import Answer
from listeners.mastodon_events import NO_TOKEN, ServerFailed
from listeners.mastodon_posts import Seen, instant
from listeners.mastodon_settings import LOCAL, Server

log = logging.getLogger("listeners")

APART = 1.1
"""Seconds between two questions: a server answers 300 in five minutes
(https://docs.joinmastodon.org/api/rate-limits/)."""
SPARE = 15
"""Answers that we leave unused of those: the streams need some as well."""
PATIENCE = 20.0
"""Seconds for a connection, and for the next bytes of an answer."""
DEADLINE = 60.0
"""Seconds for one answer to its end: a server that drips may not hold us."""
LONGEST_WAIT = timedelta(minutes=15)
UNKNOWN = (400, 404, 405, 410, 501)
"""Statuses of a server that does not know the question."""
A_PAGE, A_TIME = 40, 20
"""How many statuses a server gives at most: of a timeline, and by their ids."""

for _told_by_us in (MastodonWarning, MastodonDeprecationWarning):
    warnings.filterwarnings("ignore", category=_told_by_us)


@dataclass(frozen=True)
class About:
    """What a server says of itself."""

    seen: Seen
    closed: Mapping[str, frozenset[str]]
    """Kind of feed (live_feeds, hashtag_feeds) -> which part of it (local, remote) is given to nobody."""

    def closes(self, stream: str) -> bool:
        """Whether it would answer, and with nothing."""
        if stream == LOCAL:
            return "local" in self.closed.get("live_feeds", ())
        return self.closed.get("hashtag_feeds", frozenset()) >= {"local", "remote"}


def connect(server: Server, token: str, agent: str, answered: Callable[[Any], None]) -> Mastodon:
    """The library's client. `answered`: is given each answer before the library looks at it."""
    client = Mastodon(
        access_token=token,
        api_base_url=server.address,
        ratelimit_method="throw",
        request_timeout=PATIENCE,
        user_agent=agent,
    )
    client.session.hooks["response"].append(lambda response, *_, **__: answered(response))
    return client


def failed(response: Any, now: datetime) -> ServerFailed:
    """An answer that is none."""
    wait = Answer(response.status_code, response.headers, b"").retry_after(now)
    if response.status_code == 429:
        wait = max(wait, _until_reset(response.headers, now))
    return ServerFailed(f"it answers {response.status_code}", response.status_code, wait)


class Asking:
    """One server, and our token there. `token` is asked for each time: it may be renewed while we run."""

    def __init__(
        self,
        server: Server,
        token: Callable[[], str],
        agent: str,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self.server = server
        self._token, self._agent, self._clock, self._sleep = token, agent, clock, sleep
        self._turn, self._free_at = asyncio.Lock(), clock()
        self._client: tuple[Mastodon, list[Any]] | None = None
        self._one_by_one = self._warned = False

    async def check_token(self) -> None:
        """Raises ServerFailed when it is not, or no longer, good. Not every program like Mastodon can say."""
        try:
            told = await self._ask(lambda client: client.app_verify_credentials())
        except ServerFailed as error:
            if error.status not in UNKNOWN:
                raise
            told = None
        scopes = told.get("scopes") if isinstance(told, dict) else None
        may = [scope for scope in scopes if str(scope).partition(":")[0] != "read"] if isinstance(scopes, list) else []
        if may and not self._warned:
            log.warning(
                "mastodon: %s: our token may do more than `read`, which is all that is needed", self.server.host
            )
            self._warned = True

    async def about(self) -> About:
        """What it says of itself."""
        try:
            told = await self._ask(lambda client: client.instance_v2())
        except ServerFailed as error:
            if not error.is_refusal or error.status == NO_TOKEN:
                raise
            told = {}  # older than 4.0, or another program
        told = told if isinstance(told, dict) else {}
        domain, host = told.get("domain"), self.server.host
        seen = Seen(host, domain if isinstance(domain, str) and domain else host, self.server.local)
        return About(seen, _closed(told))

    async def timeline(self, stream: str, after: str) -> list[Any]:
        """The statuses next after this id, in any order."""

        def work(client: Mastodon) -> None:
            if stream == LOCAL:
                client.timeline_local(min_id=after, limit=A_PAGE)
            else:
                client.timeline_hashtag(stream.removeprefix("#"), min_id=after, limit=A_PAGE)

        return _page(await self._ask(work))

    async def shown(self, ids: Sequence[str]) -> list[Any]:
        """Those statuses of some that it still shows; servers before 4.3 are asked one by one."""
        if not self._one_by_one:
            try:
                return _page(await self._ask(lambda client: client.statuses(list(ids))))
            except ServerFailed as error:
                if error.status not in UNKNOWN:
                    raise
                self._one_by_one = True
        return [status for number in ids if (status := await self._status(number))]

    async def _status(self, number: str) -> Any:
        try:
            return await self._ask(lambda client: client.status(number))
        except ServerFailed as error:
            if error.status not in (404, 410):
                raise
            return None

    async def _ask(self, work: Callable[[Mastodon], object]) -> Any:
        async with self._turn:
            if (wait := (self._free_at - self._clock()).total_seconds()) > 0:
                await self._sleep(wait)
            try:
                async with asyncio.timeout(DEADLINE):
                    response = await aside(lambda: self._answer(work))
            except TimeoutError:
                self._client = None  # a thread that we have left may still be busy with it
                raise ServerFailed("it does not answer in time") from None
            finally:
                self._free_at = self._clock() + timedelta(seconds=APART)
            now = self._clock()
            if _number(response.headers.get("X-RateLimit-Remaining")) <= SPARE:
                self._free_at = max(self._free_at, now + _until_reset(response.headers, now))
            if not response.ok:
                raise failed(response, now)
            return _json(response)

    def _answer(self, work: Callable[[Mastodon], object]) -> Any:
        """What was answered last, whatever the library makes of it."""
        client, answers = self._opened()
        answers.clear()
        try:
            work(client)
        except MastodonNetworkError as error:
            raise ServerFailed(f"the connection failed ({type(error).__name__})") from None
        except Exception:  # what it cannot make out is looked at by us
            if not answers:
                raise ServerFailed("it could not be asked") from None
        return answers[-1]

    def _opened(self) -> tuple[Mastodon, list[Any]]:
        """The client and where it puts its answers; another one once our token has changed."""
        token = self._token()
        if self._client is None or self._client[0].access_token != token:
            answers: list[Any] = []
            self._client = (connect(self.server, token, self._agent, answers.append), answers)
        return self._client


def _json(response: Any) -> Any:
    try:
        return response.json()
    except (ValueError, RecursionError, RuntimeError):
        raise ServerFailed("its answer is no JSON") from None


def _page(answer: Any) -> list[Any]:
    if not isinstance(answer, list):
        raise ServerFailed("its answer is no list of statuses")
    return answer


def _closed(told: Mapping[str, Any]) -> Mapping[str, frozenset[str]]:
    """https://docs.joinmastodon.org/entities/Instance/#timelines_access, since 4.5."""
    configuration = told.get("configuration")
    access = configuration.get("timelines_access") if isinstance(configuration, dict) else None
    feeds = access.items() if isinstance(access, dict) else ()
    return {
        feed: frozenset(part for part, who in parts.items() if who == "disabled")
        for feed, parts in feeds if isinstance(parts, dict)
    }  # fmt: skip


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else SPARE + 1


def _until_reset(headers: Mapping[str, str], now: datetime) -> timedelta:
    """How long until its server counts anew, by the server's own clock."""
    reset = instant(headers.get("X-RateLimit-Reset"))
    with suppress(TypeError, ValueError):
        now = parsedate_to_datetime(headers.get("Date", ""))
    if reset is None or now.tzinfo is None:
        return timedelta(0)
    return min(max(reset - now, timedelta(0)), LONGEST_WAIT)
