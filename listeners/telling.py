"""Tells another bus what the ledgers have told the one before: removals, orders to forget, gaps (docs/decisions/0014).

A notice on an emptied bus may be lost before the store took it, and with the bus go the orders to forget. Each may be
told twice. Knows nothing of sources, and of why something is to be removed.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from datetime import datetime

from pydantic import ValidationError

from listeners import blocked
from listeners.ledger import Ledger
from listeners.same_bus import SameBus
from soundings.bus import Bus, persist
from soundings.envelopes import NOTICES as SHAPE
from soundings.envelopes import encode, explain, seal
from soundings.errors import BusReplaced, OursFailed, SoundingsError
from soundings.lacks import Lack
from soundings.messages import Notice, Retraction, RetractionKind
from soundings.stage import Context
from soundings.streams import NOTICES
from soundings.tasks import in_thread
from soundings.timekeeping import no_earlier

log = logging.getLogger("listeners")

AGAIN = 60.0
"""Seconds until a ledger that could not be told from is tried once more: its disk may have been full."""


async def saved(what: str, change: Callable[[], object]) -> None:
    """Do something to the ledger until the disk takes it: a full disk is our failure, never a post's."""

    async def attempt() -> None:
        try:
            await in_thread(change)
        except sqlite3.OperationalError as error:
            raise OursFailed(f"the ledger: {error}", Lack.DISK) from error

    await persist(what, attempt)


async def tell(bus: Bus, ledger: Ledger, source: str, notices: Sequence[Notice], at: datetime) -> None:
    """Publish notices, and keep in mind which bus acknowledged them."""
    stream = await persist("asking which bus this is", lambda: bus.identity(NOTICES))  # first: it may change meanwhile
    bodies = [encode(notice) for notice in notices]
    for envelope in seal(bodies):
        await bus.publish_surely(NOTICES, NOTICES.subject(source, envelope.count), envelope)
    kept = [(body, _is_for_ever(notice)) for body, notice in zip(bodies, notices, strict=True)]
    await saved("remembering what was told", lambda: ledger.note_told(kept, stream, at))


def _is_for_ever(notice: Notice) -> bool:
    return isinstance(notice, Retraction) and notice.kind is RetractionKind.BLOCKED


async def tell_again(bus: Bus, ledger: Ledger, source: str, at: datetime) -> int:
    """Tell this bus what this ledger has told another one. Returns how many notices that were."""
    stream = await persist("asking which bus this is", lambda: bus.identity(NOTICES))
    bodies = await asyncio.to_thread(ledger.told_elsewhere, stream)
    if not bodies:
        return 0
    notices = list(_readable(bodies, source))
    # The orders to forget first: nothing of these accounts is taken in between.
    await blocked.write(bus, (one.account for one in notices if isinstance(one, Retraction) and one.account))
    await tell(bus, ledger, source, notices, at)
    log.warning("%s: the bus is another one than before: told it %d notices again", source, len(notices))
    return len(notices)


def _readable(bodies: Iterable[bytes], source: str) -> Iterator[Notice]:
    for body in bodies:
        try:
            yield SHAPE.validate_json(body, extra="ignore")
        except ValidationError as error:  # of another version; the others must not wait for it
            log.error(
                "%s: a notice in its ledger cannot be read any more, and is not told again: %s", source, explain(error)
            )


async def keep_told(context: Context) -> None:
    """At the start, and whenever the bus has become another one, tell it what each ledger has told; until cancelled."""
    while True:
        same_bus = SameBus(context.bus)
        await same_bus.check()
        with suppress(BusReplaced):
            await same_bus.during(_tell(context))


async def _tell(context: Context) -> None:
    """Tell this bus, until every ledger could be told from; then rest."""
    left = await tell_all(context)
    while left:
        await asyncio.sleep(AGAIN)
        left = await tell_all(context, left)
    await asyncio.Event().wait()


def _ledgers(context: Context) -> list[str]:
    return sorted(path.stem for path in context.settings.ledgers.glob("*.sqlite"))


async def tell_all(context: Context, ledgers: Sequence[str] | None = None) -> list[str]:
    """Tell this bus what each of these ledgers (None: all) has told another one. Returns those that failed."""
    failed = []
    for name in _ledgers(context) if ledgers is None else ledgers:
        try:
            with closing(Ledger.open(context.settings.ledgers, name)) as ledger:
                at = no_earlier(context.settings.home, context.clock())
                await tell_again(context.bus, ledger, name, at)
        except (sqlite3.Error, SoundingsError) as error:
            log.error("%s: what its ledger has told could not be told again: %s", name, type(error).__name__)
            failed.append(name)
    return failed
