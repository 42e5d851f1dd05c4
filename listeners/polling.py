"""How one place is asked again and again: when next, how often in vain, and what pages are told of it.

What is known of it lies in a dictionary that the checkpoint keeps. Knows nothing of what is asked for.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from listeners.fetching import Answer, AnswerTooLong, Fetcher, FetchFailed
from listeners.notices import Notices

log = logging.getLogger("listeners")

LONGEST = timedelta(hours=6)
"""The longest pause between two tries of a place that fails, unless its server asks for more."""
TELL_AFTER = 3
"""Failures in a row after which pages say that it is not heard; a refusal is told at once."""
A_DAY = timedelta(days=1)

State = dict[str, Any]


class AskFailed(Exception):
    """There is no answer that can be used, for this reason, which repeats nothing of what was said.

    `at_once`: trying again soon will not mend it. `wait`: what its server asks for.
    """

    def __init__(self, why: str, at_once: bool = False, wait: timedelta = timedelta(0)) -> None:
        super().__init__(why)
        self.at_once, self.wait = at_once, wait


class TooMuch(AskFailed):
    """The answer would be longer than what is read: less may be asked for."""


async def ask(fetcher: Fetcher, url: str, now: datetime) -> Answer:
    """An answer, unless its server cannot or will not give one now. Raises AskFailed."""
    try:
        answer = await fetcher.get(url, {})
    except AnswerTooLong as error:
        raise TooMuch(str(error), at_once=True) from None
    except FetchFailed as error:
        raise AskFailed(str(error)) from None
    if answer.status in (429, 503):
        raise AskFailed(f"its server asks us to wait ({answer.status})", wait=answer.retry_after(now))
    if answer.status in (401, 403):
        raise AskFailed(f"its server refuses us ({answer.status}): ask whoever runs it to let us read", at_once=True)
    if answer.status >= 500:
        raise AskFailed(f"its server answers {answer.status}", wait=answer.retry_after(now))
    return answer


class Polled:
    """One place that is asked. `what`: how logs and pages name it; `every`: the pause while all is well."""

    def __init__(
        self, what: str, every: timedelta, state: State, notices: Notices, clock: Callable[[], datetime]
    ) -> None:
        self.what, self.state = what, state
        self._every, self._notices, self._clock = every, notices, clock

    @property
    def seconds(self) -> float:
        """How long until it is due, at most a day."""
        due = self.state.get("due")
        left = datetime.fromisoformat(due) - self._clock() if due else timedelta(0)
        return min(max(left, timedelta(0)), A_DAY).total_seconds()

    @property
    def fails(self) -> bool:
        """Whether it was last asked in vain."""
        return bool(self.state.get("failures"))

    async def heard(self) -> None:
        """It answered. What was told of its silence ends."""
        now = self._clock()
        if told := self.state.get("told"):
            why = f"{self.what} could not be heard; what it then still had was read afterwards"
            await self._notices.gap(datetime.fromisoformat(told), now, why)
        self.state.pop("told", None)
        self.state |= {"due": (now + self._every).isoformat(), "failures": 0, "heard": now.isoformat()}

    async def failed(self, failure: AskFailed) -> None:
        """It was asked in vain: the pauses grow, and a silence that lasts is told."""
        now, count = self._clock(), self.state.get("failures", 0) + 1
        self.state["failures"] = count
        pause = max(min(self._every * 2 ** min(count, 10), LONGEST), failure.wait)
        self.state["due"] = (now + pause).isoformat()
        log.warning("%s cannot be heard, try %d: %s; again in %s", self.what, count, failure, pause)
        if not self.state.get("told") and (failure.at_once or count >= TELL_AFTER):
            start = self.state.get("heard") or now.isoformat()
            await self._notices.gap(datetime.fromisoformat(start), None, f"{self.what} cannot be heard: {failure}")
            self.state["told"] = start

    def rest(self, wait: timedelta) -> None:
        """Its server asks for a pause, beside what was asked for: nothing is asked before it is over."""
        due = self._clock() + wait
        if timedelta(seconds=self.seconds) < wait:
            self.state["due"] = due.isoformat()

    async def left(self) -> None:
        """The council file names it no more: what was told of its silence ends."""
        if told := self.state.get("told"):
            await self._notices.gap(
                datetime.fromisoformat(told), self._clock(), f"{self.what} is no longer listened to"
            )
