"""Tells another bus what the ledgers have told the one before: removals, orders to forget, gaps (docs/decisions/0014).

A notice on an emptied bus may be lost before the store took it, and with the bus go the orders to forget. Each may be
told twice. Knows nothing of sources, and of why something is to be removed.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from datetime import datetime

from listeners import blocked
from listeners.ledger import Ledger
from listeners.same_bus import SameBus
from soundings.bus import Bus, persist
from soundings.envelopes import NOTICES as SHAPE
from soundings.envelopes import encode, seal
from soundings.errors import BusReplaced, OursFailed, SoundingsError
from soundings.lacks import Lack
from soundings.messages import Notice, Retraction, RetractionKind
from soundings.stage import Context
from soundings.streams import NOTICES
from soundings.tasks import in_thread

log = logging.getLogger("listeners")


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
    notices = [SHAPE.validate_json(body, extra="ignore") for body in bodies]
    for notice in notices:  # the orders to forget first: nothing of these accounts is taken in between
        if isinstance(notice, Retraction) and notice.account:
            await blocked.order(bus, notice.account, source, notice.observed_at)
    await tell(bus, ledger, source, notices, at)
    log.warning("%s: the bus is another one than before: told it %d notices again", source, len(notices))
    return len(notices)


async def keep_told(context: Context) -> None:
    """At the start, and whenever the bus has become another one, tell it what each ledger has told; until cancelled."""
    while True:
        same_bus = SameBus(context.bus)
        await same_bus.check()
        await tell_all(context)
        with suppress(BusReplaced):
            await same_bus.during(_for_ever())


async def _for_ever() -> None:
    await asyncio.Event().wait()


async def tell_all(context: Context) -> None:
    """Tell this bus what each ledger has told another one."""
    for path in sorted(context.settings.ledgers.glob("*.sqlite")):
        try:
            with closing(Ledger.open(context.settings.ledgers, path.stem)) as ledger:
                await tell_again(context.bus, ledger, path.stem, context.clock())
        except (sqlite3.Error, SoundingsError) as error:
            log.error("%s: what its ledger has told could not be told again: %s", path.stem, type(error).__name__)
