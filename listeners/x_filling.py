"""Fills a gap of the stream by search: what was said after an id, rule by rule, the newest first.

X's stream keeps nothing for who was away, its search knows seven days. A page that fails is asked again; a cap ends it.
Knows nothing of the stream.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from listeners.x_events import Busy, Json
from listeners.x_hearing import Hearing
from listeners.x_rules import Rule
from listeners.x_spending import A_PAGE, Spending

if TYPE_CHECKING:
    from listeners.x_api import XApi

log = logging.getLogger("listeners")

FULL = 100
"""Posts of a whole page."""
PAUSES = (5.0, 15.0, 60.0, 300.0)
"""Seconds before a page is asked for again; the last is repeated."""


class Filling:
    """Asks for what was missed."""

    def __init__(
        self,
        api: XApi,
        hearing: Hearing,
        spending: Spending,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._api, self._hearing, self._spending = api, hearing, spending
        self._clock, self._sleep = clock, sleep

    async def fill(self, rules: Sequence[Rule], since_id: str) -> bool:
        """Whether all was asked for: False when a cap came first. Raises Refused and NotUnderstood."""
        for rule in rules:
            page: str | None = ""
            while page is not None:
                now = self._clock()
                if self._spending.closed_until(now):
                    return False
                count = max(A_PAGE, min(FULL, self._spending.left(now)))
                found = await self._patiently(rule.value, since_id, count, page)
                await self._hearing.page(found)
                page = _next(found, page)
        return True

    async def _patiently(self, query: str, since_id: str, count: int, page: str) -> Json:
        tries = 0
        while True:
            try:
                return await self._api.search(query, since_id, count, page)
            except Busy as busy:
                wait = max(busy.wait, PAUSES[min(tries, len(PAUSES) - 1)])
                log.warning("x: what was missed is asked for again in %.0f s: %s", wait, busy)
                await self._sleep(wait)
                tries += 1


def _next(found: Json, page: str) -> str | None:
    """The name of the next page; None after the last, and where an answer leads back to itself."""
    meta = found.get("meta")
    token = meta.get("next_token") if isinstance(meta, dict) else None
    return token if isinstance(token, str) and token not in ("", page) else None
