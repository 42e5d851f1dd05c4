"""What is to become of one item: taken, and as what, or why not. Changes nothing and waits for nobody.

So it can be asked before as well, by who must know whether a post would be kept at all. Knows nothing of the bus.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import datetime

from listeners.again import Order
from listeners.checks import check
from listeners.held import Held, Lookup
from listeners.native import Native
from listeners.outgoing import Outcome
from listeners.posting import Made, Poster, content_of, is_older, is_silent
from listeners.threads import Standing, Threads, joined


@dataclass(frozen=True)
class Verdict:
    """What becomes of an item."""

    outcome: Outcome
    native: Native
    """The item by the names under which it is held."""
    made: Made | None = None
    """Its post, where it is to be published."""
    taken_back: Held | None = None
    """What is held of it and must go."""


class Judge:
    """Judges the items of one source by its ledger. `find`: what is known of one, on its way or acknowledged."""

    def __init__(
        self,
        ledger: Lookup,
        find: Callable[[str], Held | None],
        poster: Poster,
        threads: Threads,
        blocked: Container[str],
    ) -> None:
        self._ledger, self._find, self._poster, self._threads, self._blocked = ledger, find, poster, threads, blocked

    def judge(self, native: Native, stream: str, again: Order, now: datetime) -> Verdict:
        """`stream`: which bus it would go to; `again`: what is wanted once more. Raises PostFailed."""
        check(native)
        account = self._poster.account(native)
        if account in self._blocked:
            return Verdict(Outcome.BLOCKED, native)
        names = (native.native_id, *native.aliases)
        if self._ledger.was_removed(self._poster.id(name) for name in names):
            return Verdict(Outcome.REMOVED, native)
        held = next((row for name in names if (row := self._find(name))), None)
        if held and held.is_hidden:
            return Verdict(Outcome.HIDDEN, native)
        native = native.known_as(held.native_id, held.aliases) if held else native
        same = held is not None and held.content == content_of(native)
        if held and not same and is_older(native, held):
            return Verdict(Outcome.OLDER, native)
        here = held is not None and held.stream == stream and not again.names(held)
        if held and same and here and (held.account or not account):
            return Verdict(Outcome.SAME, native)
        return self._made(native, held, same, now)

    def _made(self, native: Native, held: Held | None, same: bool, now: datetime) -> Verdict:
        parent = self._find(native.reply_to) if native.reply_to else None
        native = joined(native, parent)
        standing = self._threads.standing(native, parent, held, now)
        made = self._poster.make(native, held, now, standing is Standing.FOLLOWED)
        if made is None:  # what was kept once goes: now its author asks not to be read
            cut = standing is Standing.CUT and not is_silent(native)
            return Verdict(Outcome.CUT if cut else Outcome.ELSEWHERE, native, taken_back=held)
        taken = held is not None and held.stream  # else it was on its way when we died
        outcome = Outcome.CHANGED if held and not same else Outcome.SAME if taken else Outcome.NEW
        return Verdict(outcome, native, made)
