"""One conversation with Reddit, by praw: the only module that knows that library.

praw logs in, renews its token and reads JSON. What it does with refusals, pauses and counts is left out here, see
docs/decisions/0024-reddit.md: it would sleep where nobody can wake it. Knows nothing of posts.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

import praw
import prawcore
import requests
from praw.exceptions import PRAWException
from prawcore.exceptions import OAuthException, PrawcoreException

from listeners.reddit_answers import SUCCESS, Expired, NotLetIn, Pace, Unanswered, refusal
from listeners.reddit_posts import ODD
from listeners.reddit_settings import NEEDED, RedditSettings
from listeners.secrets import secret
from soundings import __version__

DEADLINE = 60.0
"""Seconds for one answer to its end."""
TIMEOUT = 20
"""Seconds in which at least some of it must come."""
TOKEN = "/api/v1/access_token"  # noqa: S105 - where it is given, not what it is
Params = Mapping[str, str | int]
Heard = Callable[["requests.Response", bool], None]

for _library in ("praw", "prawcore", "urllib3"):  # their chatter holds addresses with ids (invariant R4)
    logging.getLogger(_library).setLevel(logging.ERROR)


class _Requestor(prawcore.Requestor):  # type: ignore[misc]  # the library has no types for us
    """Hands each answer to us first. What we raise goes through praw untouched: it neither sleeps nor tries again."""

    def __init__(self, heard: Heard, **more: Any) -> None:
        super().__init__(**more)
        self._heard = heard

    def request(self, method: str, url: str, **more: Any) -> requests.Response:
        more["timeout"] = TIMEOUT
        try:
            try:
                answer = self._http.request(method, url, **more)
            except requests.ConnectionError:  # a connection that was left open, and that its server closed meanwhile
                answer = self._http.request(method, url, **more)
        except requests.RequestException as error:
            raise Unanswered(f"it cannot be reached ({type(error).__name__})") from None
        self._heard(answer, url.endswith(TOKEN))
        return answer


class Line:
    """Questions to Reddit, one after the other, at the pace that it allows."""

    def __init__(
        self,
        settings: RedditSettings,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        deadline: float = DEADLINE,
    ) -> None:
        """Raises BadInput when the environment lacks the app's id or secret."""
        self._settings, self._clock, self._sleep, self._deadline = settings, clock, sleep, deadline
        self._id, self._secret = (secret(name, what) for name, what in NEEDED)
        self._pace = Pace()
        self._reddit: Any = None

    async def ask(self, path: str, params: Params) -> Any:
        """What Reddit answers, as JSON gives it. Raises Unanswered, NotLetIn or Closed."""
        try:
            return await self._ask(path, params)
        except Expired:
            self._reddit = None  # its token ended early: log in anew
        try:
            return await self._ask(path, params)
        except Expired:
            self._reddit = None
            raise NotLetIn("it does not take the token that it gave us (401)") from None

    async def _ask(self, path: str, params: Params) -> Any:
        await self._sleep(self._pace.wait(self._clock()))
        reddit = self._reddit = self._reddit or self._opened()
        try:
            async with asyncio.timeout(self._deadline):
                return await _beside(lambda: _get(reddit, path, params))
        except TimeoutError:
            self._reddit = None  # its thread may still be at work with it
            raise Unanswered("it does not answer in time") from None

    def _opened(self) -> Any:
        """praw reads its own settings from files and the environment as well: all that matters is said here."""
        contact = self._settings.contact_account
        return praw.Reddit(
            client_id=self._id, client_secret=self._secret, username=None, password=None, refresh_token=None,
            user_agent=f"{sys.platform}:soundings:v{__version__} (by /u/{contact})",
            reddit_url=self._settings.login, oauth_url=self._settings.api,
            check_for_updates=False, check_for_async=False,
            requestor_class=_Requestor, requestor_kwargs={"heard": self._heard},
        )  # fmt: skip

    def _heard(self, answer: requests.Response, login: bool) -> None:
        """In the asking thread. Raises what the answer means, if it is a refusal."""
        now = self._clock()
        if not login:
            self._pace.heard(answer.headers, now)
        if failure := refusal(answer.status_code, answer.headers, _reason(answer), login, now):
            raise failure
        for name in [name for name in answer.headers if name.lower().startswith("x-ratelimit")]:
            del answer.headers[name]  # by them praw would sleep in its thread, and raise at what is no number


def _get(reddit: Any, path: str, params: Params) -> Any:
    try:
        return reddit.request(method="GET", path=path, params=dict(params))
    except OAuthException:
        raise NotLetIn("it does not take our key") from None
    except (PrawcoreException, PRAWException, *ODD) as error:
        raise Unanswered(f"its answer cannot be read ({type(error).__name__})") from None


def _reason(answer: requests.Response) -> str:
    """Reddit's own word for a refusal, such as `private`."""
    if answer.status_code in SUCCESS:
        return ""
    try:
        said = answer.json()
    except ODD:
        return ""
    reason = said.get("reason") if isinstance(said, dict) else ""
    return reason if isinstance(reason, str) else ""


async def _beside(work: Callable[[], Any]) -> Any:
    """Run something in a thread that nobody waits for at the end: a server that is silent must not hold a stop."""
    loop, done = asyncio.get_running_loop(), asyncio.get_running_loop().create_future()

    def tell(settle: Callable[[Any], None], what: Any) -> None:
        if not done.done():
            settle(what)

    def run() -> None:
        try:
            outcome = (done.set_result, work())
        except BaseException as error:  # whatever it is, it belongs to whoever waits
            outcome = (done.set_exception, error)
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(tell, *outcome)

    threading.Thread(target=run, name="reddit", daemon=True).start()
    return await done
