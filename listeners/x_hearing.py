"""Takes what X sends: counts what it costs, reads it, and offers it to the outlet.

A line that holds no post is put aside, and the next is heard. Knows nothing of connections.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from listeners.outlet import Outcome, Outlet
from listeners.x_events import Json, Unreadable, read
from listeners.x_posts import to_native
from listeners.x_spending import Spending
from soundings.errors import PostFailed
from soundings.rejects import make_reject

COUNTED = (Outcome.NEW, Outcome.CHANGED, Outcome.REJECTED)
"""What the outlet itself counts as good or bad."""


class Hearing:
    """What becomes of posts. `listed`: id of an account -> its handle, as the council file lists it."""

    def __init__(self, outlet: Outlet, spending: Spending, clock: Callable[[], datetime]) -> None:
        self._outlet, self._spending, self._clock = outlet, spending, clock
        self.listed: Mapping[str, str] = {}

    async def line(self, raw: bytes) -> None:
        """One line of the stream. Raises Disconnected, when it is X's goodbye."""
        try:
            found = read(raw)
        except Unreadable:
            self._spending.took(
                [f"line {hash(raw)}"], self._clock()
            )  # it may have been a post, and then it is paid for
            await self._reject("an event of the stream cannot be read", "line", raw)
            return
        await self.post(found["data"], found.get("includes"))

    async def page(self, found: Json) -> int:
        """One answer to a search. Returns how many posts stood in it."""
        posts = found.get("data")
        posts = posts if isinstance(posts, list) else []
        for post in posts:
            await self.post(post, found.get("includes"))
        return len(posts)

    async def post(self, post: Any, includes: Any) -> None:
        """One post, and what came beside it."""
        if not isinstance(post, dict):
            await self._reject("an event of the stream cannot be read", "post", _bytes(post))
            return
        self._spending.took([str(post.get("id"))], self._clock())
        try:
            native = to_native(post, includes if isinstance(includes, dict) else {}, self.listed)
        except PostFailed as error:
            await self._reject(str(error), "post", _bytes(post))
            return
        if native is None or await self._outlet.offer(native) not in COUNTED:
            self._outlet.passed()

    async def _reject(self, reason: str, ref: str, raw: bytes) -> None:
        await self._outlet.reject(make_reject("listeners", "x", ref, reason, raw, self._clock()))


def _bytes(post: Any) -> bytes:
    try:
        return json.dumps(post).encode()
    except RecursionError:
        return b""
