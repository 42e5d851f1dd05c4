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
SLACK = timedelta(minutes=5)
"""By how much a clock may be set right without our minding."""

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


async def _kept_later() -> None:
    """Whoever asks remembers it himself."""


class Polled:
    """One place that is asked. `what`: how logs and pages name it; `every`: the pause while all is well.

    `keep`: puts what is known into the checkpoint, before a silence is told: or a kill would leave it open for ever.
    """

    unheard: ClassVar[str] = "is not heard"
    """How pages say of it that it fails, and afterwards that it did."""
    was_unheard: ClassVar[str] = "was not heard"

    def __init__(
        self,
        what: str,
        every: timedelta,
        state: State,
        notices: Notices,
        clock: Callable[[], datetime],
        keep: Callable[[], Awaitable[None]] = _kept_later,
    ) -> None:
        self.what, self.state, self.keep = what, state, keep
        self._every, self._notices, self._clock = every, notices, clock

    @property
    def seconds(self) -> float:
        """How long until it is due, at most a day. It never is longer than its pause, or our clock was once ahead."""
        due = self.state.get("due")
        left = datetime.fromisoformat(due) - self._clock() if due else timedelta(0)
        pause = timedelta(seconds=self.state["pause"]) if "pause" in self.state else max(self._every, A_DAY)
        if left > pause + SLACK:
            return 0.0
        return min(max(left, timedelta(0)), A_DAY).total_seconds()

    @property
    def fails(self) -> bool:
        """Whether it was last asked in vain."""
        return bool(self.state.get("failures"))

    async def heard(self) -> None:
        """It answered. What was told of its silence ends."""
        now = self._clock()
        await self._end(f"{self.what} {self.was_unheard}")
        for name in ("told", "untold", "refused"):
            self.state.pop(name, None)
        self._rest(self._every)
        self.state |= {"failures": 0, "heard": now.isoformat()}

    async def failed(self, failure: AskFailed) -> None:
        """It was asked in vain: the pauses grow, and a silence that lasts is told."""
        now, count = self._clock(), self.state.get("failures", 0) + 1
        pause = max(min(self._every * 2 ** min(count, 10), LONGEST), failure.wait)
        refused = failure.at_once and not failure.wait
        self._rest(pause)
        self.state |= {"failures": count, "refused": refused}
        log.warning("%s %s, try %d: %s; again in %s", self.what, self.unheard, count, failure, pause)
        if not self.state.get("told") and (failure.at_once or count >= TELL_AFTER):
            start = datetime.fromisoformat(self.state.get("heard") or now.isoformat())
            self.state |= {"told": min(start, now).isoformat(), "untold": True}
        if self.state.get("untold"):  # also when we died before we could tell
            await self.keep()
            start = datetime.fromisoformat(self.state["told"])
            await self._notices.gap(start, None, f"{self.what} {self.unheard}: {failure}")
            del self.state["untold"]

    def rest(self, wait: timedelta) -> None:
        """Its server asks for a pause beside its answer: it is not asked before that is over."""
        if timedelta(seconds=self.seconds) < wait:
            self._rest(wait)

    async def left(self) -> None:
        """It is listened to no more: what was told of its silence ends."""
        await self._end(f"{self.what} is no longer listened to")

    async def _end(self, why: str) -> None:
        if told := self.state.get("told"):
            now = self._clock()
            await self._notices.gap(min(datetime.fromisoformat(told), now), now, why)

    def _rest(self, pause: timedelta) -> None:
        self.state |= {"due": (self._clock() + pause).isoformat(), "pause": pause.total_seconds()}


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
