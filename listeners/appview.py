"""Asks Bluesky's public AppView, without a key and at a guest's pace: who wants no public, what a post answers.

Nothing here is needed to listen: what cannot be had is counted, and never a failure. Knows nothing of what is held.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from listeners.bluesky_posts import NOT_IN_PUBLIC, POST, Place, Record, instant
from listeners.fetching import Fetcher, FetchFailed
from listeners.minimise import asks_not_to_be_read

PATIENCE = 5.0
"""Seconds that one answer may take, for whoever makes the Fetcher: the stream waits meanwhile."""
APART = 0.1
"""Seconds between two questions, for whoever makes the Fetcher: the server is made for many more, and we ask seldom."""
WAITS, EACH = 20.0, 60.0
"""Seconds that the stream may wait in all for answers, in so many seconds."""
REST = timedelta(minutes=1)
"""How long nothing is asked after an answer that did not come."""
KNOWN_FOR = timedelta(days=1)
KNOWN = 5_000
"""Writers of whom it is remembered, in memory alone, that they may be read, and for how long."""
A_TIME = 25
"""Posts that one question may name."""
ABOVE = 10
"""How many posts up a thread is followed, beside its first."""


class Unanswered(Exception):
    """The server does not answer now. It says nothing of what was asked for."""


@dataclass(frozen=True)
class Shown:
    """A post as the AppView shows it."""

    place: Place
    record: Record
    silent: bool
    """Its writer asks to be shown to nobody who is not signed in."""
    replies: int


@dataclass(frozen=True)
class Answered:
    """What a question for posts was answered with."""

    found: list[Shown]
    asked: list[str]
    """The posts that were answered for."""
    there: set[str]
    """The posts that the server shows, also those that we cannot read."""

    @property
    def absent(self) -> set[str]:
        """What the server was asked for and does not show."""
        return {*self.asked} - self.there


class AppView:
    """One AppView. With an empty address nothing is asked. `counts`: what was asked in vain."""

    def __init__(self, address: str, fetcher: Fetcher, clock: Callable[[], datetime], counts: Counter[str]) -> None:
        self._address, self._fetcher, self._clock, self._counts = address, fetcher, clock, counts
        self._known: OrderedDict[str, datetime] = OrderedDict()
        self._rests_until: datetime | None = None
        self._waits_since = self._waited = 0.0

    def __bool__(self) -> bool:
        return bool(self._address)

    async def is_silent(self, did: str, hurry: bool = False) -> bool:
        """Whether a writer asks not to be shown in public. False also where that could not be asked: it is counted.

        `hurry`: the stream waits for it.
        """
        now = self._clock()
        known = self._known.get(did)
        if not self or (known and now - known < KNOWN_FOR):
            return False
        asked = "app.bsky.actor.getProfile", [("actor", did)]
        try:
            profile = await (self._ask_in_time(*asked) if hurry else self._ask(*asked))
        except Unanswered:
            profile = None
        if profile is None:
            self._counts["writers who could not be asked for"] += 1
            return False
        if _wants_no_public(profile) or asks_not_to_be_read(str(profile.get("description", ""))):
            return True
        self._known[did] = now
        while len(self._known) > KNOWN:
            self._known.popitem(last=False)
        return False

    def forget(self, did: str) -> bool:
        """Ask about this writer once more when they write. Returns whether they were remembered."""
        return self._known.pop(did, None) is not None

    async def posts(self, uris: Sequence[str]) -> Answered:
        """These posts as they are now, and which of them were answered for: a failure says nothing of a post."""
        answered = Answered([], [], set())
        for at in range(0, len(uris), A_TIME):
            wanted = uris[at : at + A_TIME]
            try:
                answer = await self._ask("app.bsky.feed.getPosts", [("uris", uri) for uri in wanted])
            except Unanswered:
                continue
            if answer is not None and isinstance(answer.get("posts"), list):
                answered.asked.extend(wanted)
                answered.there.update(str(view.get("uri")) for view in answer["posts"] if isinstance(view, Mapping))
                answered.found.extend(one for view in answer["posts"] if (one := self._shown(view)))
        return answered

    @property
    def rest(self) -> float:
        """Seconds for which it is to be left alone."""
        return max(0.0, (self._rests_until - self._clock()).total_seconds()) if self._rests_until else 0.0

    async def above(self, uri: str) -> list[Shown]:
        """What a post answers, from the beginning of its thread down to its parent, as far as that can be had.

        Raises Unanswered.
        """
        answer = await self._ask("app.bsky.feed.getPostThread", [("uri", uri), ("depth", "0"), ("parentHeight", "80")])
        found = [one for view in _upwards(answer) if (one := self._shown(view))]
        if not found:
            self._counts["posts that could not be had"] += 1
        return [*found[ABOVE:][-1:], *reversed(found[:ABOVE])]

    def _shown(self, view: Any) -> Shown | None:
        """None for what is no post that is there."""
        view = view if isinstance(view, Mapping) else {}
        uri, record, event_at = view.get("uri"), view.get("record"), instant(view.get("indexedAt"))
        if not isinstance(uri, str) or not isinstance(record, Mapping) or event_at is None:
            return None
        did, collection, rkey = (*uri.removeprefix("at://").split("/"), "", "", "")[:3]
        if collection != POST or not did.startswith("did:") or not rkey:
            return None
        replies = view.get("replyCount")
        return Shown(
            # Its text is that of this moment, whenever it was written: nothing that is older may replace it.
            Place(did, rkey, event_at, edited_at=self._clock()), record, _wants_no_public(view.get("author")),
            replies if isinstance(replies, int) else 0,
        )  # fmt: skip

    async def _ask_in_time(self, method: str, what: Sequence[tuple[str, str]]) -> Mapping[str, Any] | None:
        """The same within what the stream may wait: a slow server, or a look-back with many new writers, must not stop
        what is said now.
        """
        begun = asyncio.get_running_loop().time()
        if begun - self._waits_since > EACH:
            self._waits_since, self._waited = begun, 0.0
        if (left := WAITS - self._waited) <= 0:
            return None
        try:
            async with asyncio.timeout(left):
                return await self._ask(method, what)
        except TimeoutError:
            return None
        finally:
            self._waited += asyncio.get_running_loop().time() - begun

    async def _ask(self, method: str, what: Sequence[tuple[str, str]]) -> Mapping[str, Any] | None:
        """The answer, or None when the server refuses one. Raises Unanswered for what will pass."""
        if not self or self.rest:
            raise Unanswered
        try:
            answer = await self._fetcher.get(f"{self._address}/xrpc/{method}?{urlencode(what)}", {})
            found = json.loads(answer.body) if answer.status == 200 else None
        except (FetchFailed, ValueError, RecursionError):
            self._rests_until = self._clock() + REST
            raise Unanswered from None
        if answer.status in (429, 503):
            self._rests_until = self._clock() + max(REST, answer.retry_after(self._clock()))
        if answer.status == 429 or answer.status >= 500:
            raise Unanswered
        return found if isinstance(found, Mapping) else None


def _wants_no_public(author: Any) -> bool:
    labels = _list(author.get("labels")) if isinstance(author, Mapping) else []
    return any(isinstance(label, Mapping) and label.get("val") == NOT_IN_PUBLIC for label in labels)


def _upwards(answer: Mapping[str, Any] | None) -> Iterator[Any]:
    """The posts above one, its parent first."""
    part = answer.get("thread") if answer else None
    while isinstance(part, Mapping) and isinstance(part := part.get("parent"), Mapping):
        yield part.get("post")


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
