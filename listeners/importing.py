"""The command `soundings import`: an officer's own files, through the same outlet as every source.

By default it returns when the posts are on the page. Owns the options and what is said; the format is
`listeners.files`', the counting `listeners.intake`'s. Knows nothing of the store but that the bus has drained.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime

from listeners import blocked, report
from listeners.draining import Behind, drain, watched
from listeners.files import ImportFile, format_of, look
from listeners.intake import Intake
from listeners.ledger import Ledger
from listeners.options import Options, parse
from listeners.outlet import Outlet
from listeners.posting import Rules
from listeners.rehearsal import rehearse
from soundings import council, logs, runtime
from soundings.bus import Bus, connect
from soundings.council import CouncilFile
from soundings.errors import NothingRunning
from soundings.keys import Keys
from soundings.messages import AreaMatch
from soundings.settings import Settings, load
from soundings.stage import now

PATIENCE = 60.0
"""Seconds without any progress after which an import gives up waiting."""
CONNECT = 15.0
WHAT_NOW = (
    "What the bus has taken is safe and is worked off when that stage runs again; importing the file again adds the "
    "rest and nothing twice. See `soundings status` and the logs."
)


@dataclass(frozen=True)
class Times:
    """The clocks of an import, so that a test can hold them."""

    clock: Callable[[], datetime] = now
    monotonic: Callable[[], float] = time.monotonic
    patience: float = field(default=PATIENCE)


def main(argv: Sequence[str]) -> int:
    """Run `soundings import`. Returns the exit code; raises SoundingsError for what a person must mend."""
    options = parse(argv)
    for path in options.files:
        look(path)
    settings = load()
    logs.setup("import", "WARNING")
    council_file = council.load(settings.council_path)
    if options.dry_run:
        return rehearse(options, settings, council_file)
    return asyncio.run(run(options, runtime.found(settings), council_file))


def rules_for(purpose: str) -> Rules:
    """An officer chose these posts: they are taken whatever they are about, and their dates are trusted."""
    return Rules(chosen=AreaMatch(reason="imported by an officer", purpose=purpose))


async def run(options: Options, settings: Settings, council_file: CouncilFile, times: Times | None = None) -> int:
    """Import over a running bus. Raises NothingRunning when it does not answer."""
    times = times or Times()
    files = [ImportFile(path, format_of(path, options.form), options.dates) for path in options.files]
    try:
        async with AsyncExitStack() as stack:
            bus = await _connected(stack, settings)
            outlet = await _outlet(stack, bus, options, settings, council_file, times)
            taken = [await _one(file, outlet, options, times) for file in files]
            if options.wait:
                await _wait(bus, times)
            await outlet.same_bus.check()
    except Behind as behind:  # out here: within, the outlet would try to publish what is left
        report.say(f"Stopped: for {times.patience:.0f} s {behind}. {WHAT_NOW}", sys.stderr)
        return 1
    return 0 if any(taken) else 1


async def _connected(stack: AsyncExitStack, settings: Settings) -> Bus:
    try:
        async with asyncio.timeout(CONNECT):
            return await stack.enter_async_context(connect(settings, "import"))
    except TimeoutError:
        raise NothingRunning("The bus does not answer. Is `soundings up` running? Try `soundings status`.") from None


async def _outlet(
    stack: AsyncExitStack, bus: Bus, options: Options, settings: Settings, council_file: CouncilFile, times: Times
) -> Outlet:
    ledger = Ledger.open(settings.ledgers, options.source)
    stack.callback(ledger.close)
    await blocked.restore(bus, settings.receipts)
    keys, rules = Keys.open(settings.keys_path), rules_for(options.purpose)
    return await stack.enter_async_context(Outlet(options.source, bus, ledger, keys, council_file, times.clock, rules))


async def _one(file: ImportFile, outlet: Outlet, options: Options, times: Times) -> int:
    intake = Intake(file, outlet, times.clock, options.keep_going, options.purpose)
    progress = report.Progress(file.name, times.monotonic)
    try:
        await watched(
            intake.run(progress.lines),
            lambda: (intake.lines, outlet.published),
            times.patience,
            times.monotonic,
            progress.held_up,
        )
    finally:
        progress.done()
    report.say(report.summary(file, intake.lines, intake.counts, intake.rejected), sys.stdout)
    return intake.lines - intake.counts["rejected"]


async def _wait(bus: Bus, times: Times) -> None:
    progress = report.Progress("waiting until it is on the page", times.monotonic)
    try:
        await drain(bus, times.patience, asyncio.sleep, times.monotonic, progress.waiting)
    finally:
        progress.done()
