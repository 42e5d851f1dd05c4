"""How one place is asked again and again: when next, what becomes of a failure, and what pages are told of it.

What is known of a place lies in a dictionary that the checkpoint keeps. Knows nothing of what is asked for.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, ClassVar

from listeners.fetching import Answer, AnswerTooLong, Fetcher, FetchFailed
from listeners.native import Unread
from listeners.notices import Notices
from listeners.outlet import Outlet
from listeners.supervising import place_of
from soundings.errors import SoundingsError
from soundings.rejects import make_reject

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

    unheard: ClassVar[str] = "is not heard"
    """How pages say of it that it fails, and afterwards that it did."""
    was_unheard: ClassVar[str] = "was not heard"

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
            await self._notices.gap(datetime.fromisoformat(told), now, f"{self.what} {self.was_unheard}")
        self.state.pop("told", None)
        self.state |= {"due": (now + self._every).isoformat(), "failures": 0, "heard": now.isoformat()}
        self.state.pop("refused", None)

    async def failed(self, failure: AskFailed) -> None:
        """It was asked in vain: the pauses grow, and a silence that lasts is told."""
        now, count = self._clock(), self.state.get("failures", 0) + 1
        pause = max(min(self._every * 2 ** min(count, 10), LONGEST), failure.wait)
        refused = failure.at_once and not failure.wait
        self.state |= {"failures": count, "due": (now + pause).isoformat(), "refused": refused}
        log.warning("%s %s, try %d: %s; again in %s", self.what, self.unheard, count, failure, pause)
        if not self.state.get("told") and (failure.at_once or count >= TELL_AFTER):
            start = self.state.get("heard") or now.isoformat()
            await self._notices.gap(datetime.fromisoformat(start), None, f"{self.what} {self.unheard}: {failure}")
            self.state["told"] = start

    def rest(self, wait: timedelta) -> None:
        """Its server asks for a pause beside its answer: it is not asked before that is over."""
        if timedelta(seconds=self.seconds) < wait:
            self.state["due"] = (self._clock() + wait).isoformat()

    async def left(self) -> None:
        """It is listened to no more: what was told of its silence ends."""
        if told := self.state.get("told"):
            why = f"{self.what} is no longer listened to"
            await self._notices.gap(datetime.fromisoformat(told), self._clock(), why)


class Lasting(Polled):
    """A place that still has what it said while it was not heard."""

    unheard = "cannot be heard"
    was_unheard = "could not be heard; what it then still had was read afterwards"


async def attempt(what: str, hearing: Awaitable[None]) -> AskFailed | None:
    """Hear one place. What fails there stays there, and is returned. Raises SoundingsError: that is for a person."""
    try:
        await hearing
    except AskFailed as failure:
        return failure
    except SoundingsError:
        raise
    except Exception as error:  # one place never stops another: it is told, and tried again
        log.error("%s failed: %s", what, place_of(error))
        return AskFailed("something in its answer could not be worked")
    return None


async def tried(place: Polled, hearing: Awaitable[None]) -> None:
    """Ask a place once, and note when to ask again."""
    if failure := await attempt(place.what, hearing):
        await place.failed(failure)
    else:
        await place.heard()


async def put_aside(outlet: Outlet, item: Unread, now: datetime, why: str = "") -> None:
    """An item that could not be made out is rejected alone. `why`: of it, without its words."""
    reason = f"the entry could not be read: {why or place_of(item.error)}"
    ref = outlet.notices.post_id(item.native_id)
    await outlet.reject(make_reject("listeners", outlet.source, ref, reason, item.body, now))
