"""Looks up what is held of Reddit, a hundred ids a question, to learn what was deleted, removed or edited meanwhile.

No stream tells it, and Reddit's terms ask for it. What a round does not find is judged when it is over, and when each
community was heard since: one that was closed to us meanwhile hides what it has. Where a round has got to is for the
checkpoint, so that a start goes on there. Knows nothing of listings.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from listeners.missing import Missing
from listeners.outlet import Outlet
from listeners.reddit_answers import Unanswered
from listeners.reddit_hearing import Hearing
from listeners.reddit_listing import Ask, things_of
from listeners.reddit_posts import name_of
from listeners.reddit_settings import RedditSettings

INFO = "api/info/"
A_TIME = 100
"""Ids in one question: as many as Reddit takes."""
SEVERAL, TRIES = 5, 3
"""From so many ids on an answer that shows none of them is not believed: it is asked so often, then passed over."""
MOMENT = timedelta(minutes=10)
"""Until such an answer is asked for again."""
ABSENT = "its platform no longer shows it"
NOT_CHECKED = "posts that could not be checked"
REDDIT = "reddit"
"""The one server whose answers are judged."""


@dataclass(frozen=True)
class _Part:
    """The ids of one question, and where the round is after them."""

    ids: list[str]
    after: str
    urgent: bool


class Sweep:
    """Rounds over what is held. `state`: as the checkpoint has it."""

    def __init__(
        self,
        outlet: Outlet,
        hearing: Hearing,
        settings: RedditSettings,
        clock: Callable[[], datetime],
        state: Mapping[str, Any],
    ) -> None:
        self._outlet, self._hearing, self._clock = outlet, hearing, clock
        self._every, self._back = timedelta(hours=settings.check_hours), timedelta(days=settings.check_days)
        self._due = datetime.fromisoformat(state["due"]) if "due" in state else clock()
        self._rests_until = clock()
        self._begun = datetime.fromisoformat(state["begun"]) if "begun" in state else None
        self._after = state.get("after", "")
        self._missing, self._is_over = Missing(state.get("missing", {})), bool(state.get("is_over"))
        self._heard: set[str] = set()
        """Communities that were heard since the last question."""
        self._tries = 0

    @property
    def state(self) -> dict[str, Any]:
        """For the checkpoint."""
        begun = {"begun": self._begun.isoformat(), "after": self._after} if self._begun else {}
        missing = {"missing": found} if (found := self._missing.state) else {}
        return {"due": self._due.isoformat(), "is_over": self._is_over, **begun, **missing}

    @property
    def due(self) -> datetime:
        """When there is something to ask for."""
        now = self._clock()
        rests, due = not_ahead(self._rests_until, MOMENT, now), not_ahead(self._due, self._every, now)
        return max(rests, now if self._hearing.wanted else due)

    def begin_anew(self) -> None:
        """Look all of it up, from now on."""
        self._due, self._begun, self._after = self._clock(), None, ""

    def later(self) -> None:
        """Reddit refuses to be asked for it: try again after a while."""
        self._rests_until = self._clock() + MOMENT

    async def step(self, ask: Ask, believed: bool) -> None:
        """One question. `believed`: whether what an answer leaves out may be gone. Raises what asking raises."""
        self._begun = min(self._begun or self._clock(), self._clock())
        part = self._next(self._begun)
        try:
            settled = await self._look_up(part.ids, ask, believed)
        except Unanswered:
            if self._has_failed(part.ids):
                self._done_with(part)
            raise
        if settled:
            self._done_with(part)

    async def _look_up(self, ids: Sequence[str], ask: Ask, believed: bool) -> bool:
        """Ask for these. Returns whether that is settled."""
        if not ids:
            return True
        things, _ = things_of(await ask(INFO, {"id": ",".join(ids)}))
        if not things and len(ids) >= SEVERAL:
            self.later()
            return self._has_failed(ids)
        for thing in things:
            await self._hearing.take(thing)
        shown = {name_of(thing) for thing in things}
        if believed and "" not in shown:  # else one of the absent may be the one that cannot be read
            self._note(ids, shown)
        return True

    def _note(self, ids: Sequence[str], shown: Collection[str]) -> None:
        named = {native_id: self._outlet.notices.post_id(native_id) for native_id in ids}
        there = [post_id for native_id, post_id in named.items() if native_id in shown]
        self._missing.answered(REDDIT, there, [one for one in named.values() if one not in there])
        self._heard.clear()

    def heard(self, community: str) -> None:
        """A community was read after all that was looked up so far: it is not closed."""
        self._heard.add(community)

    async def settle(self, listed: Collection[str], believed: bool) -> None:
        """Believe what the last round did not find, or a part of it, once these communities were heard since."""
        if not believed:
            self._missing.drop()
        if not self._is_over or not self._heard.issuperset(listed):
            return
        gone, doubtful = self._missing.judged()
        self._outlet.counts[NOT_CHECKED] += doubtful
        for post_id in gone:
            if row := self._outlet.ledger.find_post(post_id):
                await self._outlet.retract(row.native_id, ABSENT)
        self._missing.end()
        self._is_over = False

    def _has_failed(self, ids: Sequence[str]) -> bool:
        """Whether these were asked for often enough: what cannot be had must not hold up what can."""
        self._tries += 1
        if self._tries < TRIES:
            return False
        self._outlet.counts[NOT_CHECKED] += len(ids)
        return True

    def _done_with(self, part: _Part) -> None:
        self._tries = 0
        if part.urgent:
            self._hearing.looked_up(part.ids)
            return
        self._after = part.after
        if len(part.ids) < A_TIME:  # that was the last of this round
            self._due, self._begun, self._after = self._clock() + self._every, None, ""
            self._is_over = True

    def _next(self, begun: datetime) -> _Part:
        """What is wanted soon, else what the round comes to next."""
        if urgent := self._hearing.wanted[:A_TIME]:
            return _Part(urgent, self._after, True)
        ids: list[str] = []
        after = self._after
        while len(ids) < A_TIME and (rows := self._outlet.ledger.taken_until(begun, after, A_TIME)):
            for row in rows:
                after = row.post_id
                if row.happened_at >= begun - self._back:
                    ids.append(row.native_id)
                if len(ids) == A_TIME:
                    break
        return _Part(ids, after, False)


def not_ahead(moment: datetime, longest: timedelta, now: datetime) -> datetime:
    """An instant that lies farther ahead than any of ours was noted while the clock was wrong: then it is now."""
    return moment if moment <= now + longest else now
