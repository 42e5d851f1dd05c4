"""Keeps each source listening: one that fails is started again after growing pauses and never stops another.

One that rejects nearly everything is held until the service starts again, and pages show it (invariant R3).
Knows nothing of what a source does; its failures are told by kind and place, never by their words: those may
hold a text or a name.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import traceback
from collections.abc import Awaitable, Callable
from contextlib import closing, suppress
from datetime import datetime, timedelta

from listeners.ledger import Ledger
from listeners.notices import Notices, saved
from listeners.outlet import Outlet
from listeners.posting import Rules
from listeners.sources import Source, SourceSettings
from soundings.errors import SoundingsError, TooManyRejects
from soundings.keys import Keys
from soundings.rejects import RejectLimit
from soundings.stage import Context

log = logging.getLogger("listeners")

PAUSES = (1.0, 5.0, 30.0, 120.0, 600.0)
"""Seconds before a source that failed is started again; the last is repeated."""
LIVED = timedelta(minutes=10)
"""A source that ran so long before it failed starts with the first pause again."""


async def keep_listening(
    name: str,
    source: type[Source],
    settings: SourceSettings,
    context: Context,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Run one source until cancelled, or until it rejects nearly everything."""
    tries = 0
    failed_at: datetime | None = None
    while True:
        started = context.clock()
        try:
            await _listen(name, source, settings, context, failed_at)
            return
        except Exception as error:  # one source never stops another: it is told, and tried again
            ours = _told_by(error)
            if isinstance(ours, TooManyRejects):
                log.critical("%s: %s It is held until the service starts again.", name, ours)
                with suppress(SoundingsError, OSError, sqlite3.Error):  # said above; the others go on
                    await _hold(name, context, f"it is held until Soundings is started again. {ours}")
                return
            if ours:
                log.critical("%s: %s", name, ours)
            else:
                log.error("%s failed: %s", name, place_of(error))
        now = context.clock()
        failed_at = failed_at or now
        if now - started > LIVED:
            tries, failed_at = 0, now
        await sleep(PAUSES[min(tries, len(PAUSES) - 1)])
        tries += 1


def _told_by(error: BaseException) -> SoundingsError | None:
    """What a person must mend, also out of the group that a source's tasks end with; a flood of rejects first."""
    if isinstance(error, BaseExceptionGroup):
        found = [ours for one in error.exceptions if (ours := _told_by(one))]
        return next((one for one in found if isinstance(one, TooManyRejects)), found[0] if found else None)
    return error if isinstance(error, SoundingsError) else None


def place_of(error: BaseException) -> str:
    """The kind of an error and where it came from, without its words."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {frames[-1].filename.rsplit('/', 1)[-1]} line {frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"


async def _listen(
    name: str, source: type[Source], settings: SourceSettings, context: Context, failed_at: datetime | None
) -> None:
    ledger = Ledger.open(context.settings.ledgers, name)
    try:
        keys = Keys.open(context.settings.keys_path)
        rules = Rules(look_back=source.look_back, local=source.local)
        outlet = Outlet(name, context.bus, ledger, keys, context.council_file, context.clock, rules, RejectLimit())
        async with outlet:
            await _tell_gap(outlet, source, context.clock(), failed_at)
            await outlet.same_bus.during(source(settings, outlet, context.council_file, context.clock).listen())
    finally:
        ledger.close()


async def _hold(name: str, context: Context, why: str) -> None:
    """Say, until the source starts again, that it is not heard."""
    with closing(Ledger.open(context.settings.ledgers, name)) as ledger:
        now = context.clock()
        notices = Notices(name, context.bus, ledger, Keys.open(context.settings.keys_path), context.clock)
        await saved("holding a source", lambda: ledger.hold_back(now))
        await notices.gap(now, None, why)


async def _tell_gap(outlet: Outlet, source: type[Source], now: datetime, failed_at: datetime | None) -> None:
    """Silence is never mistaken for calm: a source unheard for long says from when to when."""
    if held_back := outlet.ledger.held_back():
        await outlet.notices.gap(held_back, now, "nearly everything was rejected, and it was held")
        await saved("starting a source again", lambda: outlet.ledger.hold_back(None))
    before, limit = outlet.before, source.gap_after
    if before and limit and now - before.heard_at > limit:
        why = "listening failed and was started again" if failed_at else "Soundings was not running"
        await outlet.notices.gap(before.heard_at, now, why)
