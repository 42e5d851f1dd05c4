"""Questions to X's API, by tweepy: each is one request, and each answer plain JSON.

With `listeners.x_stream` the only module that knows that library. Its waiting and trying again are not used: they know
no budget and no stop. Knows nothing of what an answer means.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import requests
import tweepy

from listeners.x_events import Busy, Json, NotUnderstood, Refused
from listeners.x_rules import Rule
from listeners.x_stream import Stream
from listeners.x_web import BUILT_IN, ToBase, aside, asked_to_wait

logging.getLogger("tweepy").setLevel(logging.CRITICAL + 1)  # it writes answers, and so texts, into its log

REFUSALS = (401, 403)
LATER = (408, 420, 425, 429)
FIELDS = {
    "tweet_fields": [
        "author_id", "conversation_id", "created_at", "edit_history_tweet_ids", "entities", "geo",
        "in_reply_to_user_id", "note_tweet", "referenced_tweets",
    ],
    "expansions": ["attachments.media_keys", "geo.place_id"],
    "media_fields": ["alt_text"],
    "place_fields": ["full_name"],
}  # fmt: skip
"""What is asked for of each post. No account is expanded: it would be paid for, and it would be somebody's name."""


class XApi:
    """Questions to X, one at a time. All raise Refused, Busy and NotUnderstood."""

    def __init__(self, base: str, token: str, clock: Callable[[], datetime]) -> None:
        self._base, self._token, self._clock = base, token, clock
        self._client = tweepy.Client(token, return_type=dict)
        self._rules = tweepy.StreamingClient(token, return_type=dict)
        for client in (self._client, self._rules):
            client.session.mount(BUILT_IN, ToBase(base))
        self._turn = asyncio.Lock()

    async def rules(self) -> list[Any]:
        """The rules that X has."""
        found = await self._ask(self._rules.get_rules)
        return _list((_whole(found) if "errors" in found else found).get("data"))

    async def add(self, rules: Sequence[Rule]) -> int:
        """Give X rules. Returns how many it took."""
        made = [tweepy.StreamRule(value=rule.value, tag=rule.tag) for rule in rules]
        return len(_list((await self._ask(self._rules.add_rules, made)).get("data")))

    async def remove(self, ids: Sequence[str]) -> None:
        """Take rules back."""
        await self._ask(self._rules.delete_rules, list(ids))

    async def search(self, query: str, since_id: str, count: int, page: str = "") -> Json:
        """A page of what was said after an id, the newest first."""
        more = {"next_token": page} if page else {}
        found = await self._ask(
            self._client.search_recent_tweets, query, since_id=since_id, max_results=count, **more, **FIELDS
        )
        return _whole(found)

    async def users(self, handles: Sequence[str]) -> list[Any]:
        """Up to 100 accounts by their handles; those that X does not know are left out."""
        return _list((await self._ask(self._client.get_users, usernames=list(handles))).get("data"))

    async def jobs(self) -> list[Any]:
        """The compliance jobs about posts that X still has."""
        return _list((await self._ask(self._client.get_compliance_jobs, "tweets")).get("data"))

    async def job(self, job_id: str) -> Json:
        """One compliance job."""
        return _table((await self._ask(self._client.get_compliance_job, job_id)).get("data"))

    async def create_job(self, name: str) -> Json:
        """Have X make a compliance job about posts."""
        return _table((await self._ask(self._client.create_compliance_job, "tweets", name=name)).get("data"))

    def stream(self) -> Stream:
        """One connection to the stream."""
        return Stream(self._base, self._token, FIELDS, self._clock)

    async def _ask(self, method: Callable[..., Any], *given: Any, **more: Any) -> Json:
        async with self._turn:
            return await aside(lambda: self._answered(method, *given, **more))

    def _answered(self, method: Callable[..., Any], *given: Any, **more: Any) -> Json:
        try:
            found = method(*given, **more)
        except tweepy.HTTPException as error:
            status = error.response.status_code
            if status in REFUSALS:
                raise Refused(status) from None
            if 400 <= status < 500 and status not in (402, *LATER):
                raise NotUnderstood(status) from None
            raise Busy(status, asked_to_wait(error.response, self._clock())) from None
        except (requests.RequestException, tweepy.TweepyException, ValueError, AttributeError, TypeError):
            raise Busy from None  # the library stumbles over answers that are no JSON object as well
        if not isinstance(found, dict):
            raise Busy
        return found


def _whole(found: Json) -> Json:
    """An answer that has a list, or says that there is none. Raises Busy: errors alone are no empty list."""
    meta = found.get("meta")
    if isinstance(found.get("data"), list) or (isinstance(meta, dict) and meta.get("result_count") == 0):
        return found
    raise Busy


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _table(value: Any) -> Json:
    return value if isinstance(value, dict) else {}
