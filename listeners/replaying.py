"""Sends again what was rejected, each in the way that is open to it, and says truthfully where there is none.

A reject goes only once the bus has acknowledged what it held, so a replay may be killed, repeated and run twice at
once: what comes twice changes nothing. What was removed, or whose writer was blocked, is never sent. Knows nothing
of what is printed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from listeners.again import LATEST_ONES, ask_again, ordered
from listeners.blocked import orders
from listeners.importing import rules_for
from listeners.ledger import Ledger, Lookup
from listeners.lines import raw_of
from listeners.outlet import Outcome, Outlet
from listeners.reasons import kind_of
from listeners.rejected_stream import Kept, remove
from listeners.replaying_lines import Changed, replay_lines
from listeners.sources import SOURCES, enabled
from soundings.bus import Bus
from soundings.council import CouncilFile
from soundings.envelopes import encode, seal
from soundings.keys import Keys
from soundings.messages import Post
from soundings.settings import Settings
from soundings.streams import NOTICES, POSTS


class Way(StrEnum):
    """How a reject can be sent again."""

    LINE = "line"
    POST = "post"
    NOTICE = "notice"
    SOURCE = "source"
    """Its source must give it once more."""
    NONE = "none"


@dataclass
class Told:
    """What became of it all."""

    counts: Counter[str] = field(default_factory=Counter)
    steps: int = 0
    """Grows as long as it moves."""
    rejected: list[tuple[Kept, str]] = field(default_factory=list)
    cannot: Counter[str] = field(default_factory=Counter)

    def __call__(self, outcome: str, kept: Kept, reason: str = "") -> None:
        """Note one."""
        self.steps += 1
        self.counts[outcome] += 1
        if reason:
            self.rejected.append((kept, reason))


@dataclass(frozen=True)
class Desk:
    """What a replay works with."""

    bus: Bus
    settings: Settings
    council_file: CouncilFile
    clock: Callable[[], datetime]


def way_of(kept: Kept, council_file: CouncilFile) -> tuple[Way, str]:
    """How it can be sent again, or why not."""
    reject = kept.reject
    if reject.notice:
        return Way.NOTICE, ""
    if reject.post:
        return Way.POST, ""
    if reject.imported and not kind_of(reject).as_it_is:
        return Way.NONE, "it must be mended first: see `soundings rejected --export`"
    if reject.imported and raw_of(reject) is not None:
        return Way.LINE, ""
    if reject.ref.startswith(f"{reject.source}:"):
        return _of_source(reject.source, council_file)
    if reject.ref.startswith("item "):
        return Way.NONE, "it is no post: see what `soundings rejected` says of it"
    return Way.NONE, "its text was not kept: import the file again"


def _of_source(name: str, council_file: CouncilFile) -> tuple[Way, str]:
    if name not in SOURCES:  # an officer's file: importing it again is its way to be asked
        return Way.SOURCE, ""
    running = {source: kind for source, kind, _ in enabled(council_file)}
    if name not in running:
        return Way.NONE, f"the source {name} is not switched on, and nothing of its text was kept"
    if not running[name].gives_again:
        return Way.NONE, f"the source {name} gives nothing twice, and nothing of its text was kept"
    return Way.SOURCE, ""


class Replay:
    """One replay. `everything`: all that is rejected now; `chosen`: what is to be sent again of it."""

    def __init__(self, desk: Desk, everything: Sequence[Kept], chosen: Sequence[Kept], changed: Changed) -> None:
        self._desk, self._everything, self._changed = desk, everything, changed
        self._ways: dict[Way, list[Kept]] = defaultdict(list)
        self.told = Told()
        for kept in chosen:
            way, why = way_of(kept, desk.council_file)
            self._ways[way].append(kept)
            if why:
                self.told.cannot[why] += 1

    def count(self, way: Way) -> int:
        """How many can be sent in this way."""
        return len(self._ways[way])

    async def run(self) -> None:
        """Do it. The removals go first, so that nothing that they name is seen in between."""
        await self._notices()
        for (source, purpose), lines in _by(self._ways[Way.LINE], _import_of):
            await self._lines(source, purpose, lines)
        for (source,), posts in _by(self._ways[Way.POST], _source_of):
            await self._posts(source, posts)
        for (source,), wanted in _by(self._ways[Way.SOURCE], _source_of):
            await self._ask(source, wanted)

    async def _notices(self) -> None:
        for kept in self._ways[Way.NOTICE]:
            assert kept.reject.notice
            (envelope,) = seal([encode(kept.reject.notice)], occasion=str(kept.number))
            await self._desk.bus.publish_surely(NOTICES, NOTICES.subject(kept.reject.source, 1), envelope)
            await remove(self._desk.bus, kept.number)
            self.told("notice", kept)

    async def _lines(self, source: str, purpose: str, lines: Sequence[Kept]) -> None:
        desk = self._desk
        with closing(Ledger.open(desk.settings.ledgers, source)) as ledger:
            keys = Keys.open(desk.settings.keys_path)
            outlet = Outlet(source, desk.bus, ledger, keys, desk.council_file, desk.clock, rules_for(purpose))
            async with outlet:
                done = await replay_lines(outlet, lines, self._changed, self.told)
        await self._remove(done)

    async def _posts(self, source: str, posts: Sequence[Kept]) -> None:
        ledger = Ledger.read(self._desk.settings.ledgers, source)
        if ledger is None:
            self.told.cannot["the ledger of its source is lost: import the file again"] += len(posts)
            return
        blocked = await orders(self._desk.bus)
        with closing(ledger):
            fates = {kept: _fate(kept, ledger, blocked) for kept in posts}
        sent = [kept for kept, fate in fates.items() if fate == "post"]
        now = self._desk.clock()
        again = (encode(_once_more(kept, now)) for kept in sent)
        for envelope in seal(again):
            await self._desk.bus.publish_surely(POSTS, POSTS.subject(source, envelope.count), envelope)
            self.told.steps += 1
        await self._remove(kept for kept, fate in fates.items() if fate)
        for kept, fate in fates.items():
            if fate:
                self.told(fate, kept)
            else:
                self.told.cannot["the ledger of its source does not know it any more: import the file again"] += 1

    async def _ask(self, source: str, wanted: Sequence[Kept]) -> None:
        bus, rejected_at = self._desk.bus, {kept.reject.ref: kept.reject.at for kept in self._everything}
        before = (await ordered(bus, source)).posts & rejected_at.keys()
        oldest_first = sorted({*before, *(kept.reject.ref for kept in wanted)}, key=rejected_at.__getitem__)
        asked = await ask_again(bus, source, oldest_first, self._desk.clock())
        for kept in wanted:
            if kept.reject.ref in asked:
                self.told("source", kept)
            else:
                self.told.cannot[f"{source} is asked for {LATEST_ONES:,} at a time, the latest: replay once more"] += 1

    async def _remove(self, done: Iterable[Kept]) -> None:
        for kept in done:
            await remove(self._desk.bus, kept.number)
            self.told.steps += 1


def _fate(kept: Kept, ledger: Lookup, blocked: frozenset[str]) -> str:
    """`post`: it is sent. `removed before`: it goes without. Empty: it stays, because nobody could remove it later."""
    assert kept.reject.post
    row = ledger.find_post(kept.reject.post.id)
    if ledger.was_removed([kept.reject.post.id]) or (row and row.account in blocked):
        return Outcome.REMOVED
    return "post" if row else ""


def _once_more(kept: Kept, now: datetime) -> Post:
    assert kept.reject.post
    return kept.reject.post.model_copy(update={"rejected_at": now, "first_rejected_at": kept.reject.at})


def _source_of(kept: Kept) -> tuple[str, ...]:
    return (kept.reject.source,)


def _import_of(kept: Kept) -> tuple[str, ...]:
    return kept.reject.source, kept.reject.imported.purpose if kept.reject.imported else ""


def _by(some: Iterable[Kept], of: Callable[[Kept], tuple[str, ...]]) -> Iterable[tuple[tuple[str, ...], list[Kept]]]:
    groups: dict[tuple[str, ...], list[Kept]] = defaultdict(list)
    for kept in some:
        groups[of(kept)].append(kept)
    return groups.items()
