"""When the sweep runs, who hears of it, and the command `soundings sweep`. Old receipts go with it.

The note `run/sweep.json` says how the last one went. Without it (a first start, a cleared folder) a sweep is due.
While the clock cannot be believed, what was removed is swept, and nothing goes because its time is over. Knows nothing
of how files are swept.
"""

from __future__ import annotations

import argparse
import asyncio
import fcntl
import json
import logging
import os
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from soundings import logs, receipts
from soundings import settings as settings_module
from soundings.errors import BadInput, NothingRunning, OursFailed, SoundingsError
from soundings.files import make_private_folder, write_private
from soundings.instants import noted
from soundings.settings import Settings
from soundings.timekeeping import WHAT_TO_DO, Timekeeper
from store.aside import KEPT_FOR
from store.clickhouse import Client, connect
from store.sweep import Sweep, Swept

log = logging.getLogger("sweep")

EVERY = timedelta(hours=20)
"""From the end of one that went well to the next: what is erased just after it began is gone within 24 hours, with
four hours left for a sweep that fails and is repeated."""
AGAIN = timedelta(minutes=30)
"""After one that did not go well."""
LOOK = 60.0
"""Seconds between two looks at the clock."""
ASIDE = "ClickHouse set a part aside as damaged, and no sweep empties it"
RUNBOOK = "What to do stands in docs/runbook.md."


class Nightly:
    """The sweep as the store's job."""

    def __init__(self, settings: Settings, writer: Client, clock: Callable[[], datetime]) -> None:
        self._settings, self._clock = settings, clock
        self._sweep = Sweep(writer, database(settings), settings.retention_days, clock)
        self._time = Timekeeper(settings.home, clock)

    async def run(self, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Sweep whenever it is due, until cancelled."""
        while True:
            if due(read(self._settings), self._clock()):
                try:
                    await self.once()
                except (OursFailed, OSError, BadInput) as error:  # a full disk must not stop a store that could go on
                    log.error("the sweep failed and will be repeated: %s", error)
            await sleep(LOOK)

    async def once(self, *, believed: bool = False) -> Swept:
        """Sweep now. `believed`: an officer says that the clock is right.

        Raises OursFailed, also while another sweep is under way.
        """
        with _alone(self._settings):
            if believed:
                self._time.believe()
            held = self._time.doubt()
            try:
                swept = await self._sweep.run(held=held)
            except OursFailed as error:
                self._write(failed=str(error))
                raise
            if not held:
                receipts.expire(self._settings.receipts, self._clock(), self._settings.retention_days)
            self._write(**_told(swept))
        _say(swept)
        return swept

    def _write(self, **outcome: Any) -> None:
        now, before = self._clock().isoformat(), read(self._settings)
        well = "failed" not in outcome and not outcome["found"]
        note = {
            "at": now,
            "well_at": now if well else before.get("well_at"),
            "failing_since": None if well else before.get("failing_since") or now,
            **outcome,
        }
        write_private(path(self._settings), json.dumps(note, indent=1))


def database(settings: Settings) -> Path | None:
    """The folder whose files are searched; None for a server, whose files are not ours to read."""
    return None if settings.clickhouse_url else settings.home / "database"


def path(settings: Settings) -> Path:
    """The note of the last sweep."""
    return settings.run / "sweep.json"


def read(settings: Settings) -> dict[str, Any]:
    """How the last sweep went; empty when there was none."""
    try:
        return dict(json.loads(path(settings).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def due(note: dict[str, Any], now: datetime) -> bool:
    """Whether it is time: never swept, long ago, or not well and some while ago. A clock set back makes it due."""
    at, well_at = noted(note.get("at")), noted(note.get("well_at"))
    if at is None or at > now:
        return True
    if well_at is None or well_at < at:
        return now - at >= AGAIN
    return now - well_at >= EVERY


def _told(swept: Swept) -> dict[str, Any]:
    return {
        "seconds": round((swept.ended - swept.begun).total_seconds(), 1),
        "rewritten": list(swept.rewritten),
        "looked_for": swept.looked_for,
        "found": {where: sorted(ids) for where, ids in swept.found.items()},
        "detached": list(swept.detached),
        "unreadable": list(swept.unreadable),
        "held": swept.held,
    }


def _say(swept: Swept) -> None:
    """Ids are hashes, and so may be logged."""
    for where, ids in swept.found.items():
        log.critical("%d removed posts are still in the files of the database, in %s: %s", len(ids), where, min(ids))
    for line in _aside(swept):
        log.error("%s", line)
    if swept.held:
        log.critical("%s", _held(swept))
    log.info("swept: %d rewritten, %d looked for", len(swept.rewritten), swept.looked_for)


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    lock = os.open(make_private_folder(settings.run) / "sweep.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise OursFailed("another sweep is under way") from None
    finally:
        os.close(lock)


def _now() -> datetime:
    return datetime.now(UTC)


def main(arguments: Sequence[str]) -> int:
    """Sweep now. Exit code 1 when something removed is still there."""
    parser = argparse.ArgumentParser(
        prog="soundings sweep",
        description="Rewrite what still holds bytes of removed, edited or expired posts, and search every file of the "
        "database for them. The store does this by itself every 20 hours.",
    )
    parser.add_argument(
        "--clock-is-right",
        action="store_true",
        help="this machine's clock is right, although it is far from what it said before: what is past its time goes",
    )
    given = parser.parse_args(arguments)
    settings = settings_module.load()
    logs.setup("sweep", "ERROR")
    try:
        writer = connect(settings, "writer")
    except OursFailed as error:
        raise NothingRunning(f"The store does not answer ({error}). Is `soundings up` running?") from None
    try:
        swept = asyncio.run(Nightly(settings, writer, _now).once(believed=given.clock_is_right))
    except OursFailed as error:
        raise SoundingsError(f"The sweep failed: {error}. The store repeats it by itself.") from None
    sys.stdout.write(describe(swept, searched=database(settings) is not None) + "\n")
    return 0 if swept.clean else 1


def describe(swept: Swept, *, searched: bool) -> str:
    """A sweep for people."""
    how = "every file of the database was searched" if searched else "the server was asked (its files are not ours)"
    found, seconds = set().union(*swept.found.values()), (swept.ended - swept.begun).total_seconds()
    told = [f"Swept in {seconds:.0f} s (rewritten: {len(swept.rewritten)}): {how} for {swept.looked_for:,} posts."]
    if found:
        told.append(f"STILL THERE: {len(found):,} removed posts, in {', '.join(sorted(swept.found))}. {RUNBOOK}")
    else:
        told.append("Nothing removed is left.")
    return "\n".join([*told, *_aside(swept), *([_held(swept)] if swept.held else [])])


def _held(swept: Swept) -> str:
    return f"NOTHING WENT BECAUSE ITS TIME IS OVER: {swept.held}. {WHAT_TO_DO}"


def _aside(swept: Swept) -> Iterator[str]:
    """What became of the parts that ClickHouse set aside."""
    for name in swept.detached:
        searched = ", and it cannot be searched" if name in swept.unreadable else ""
        yield f"{ASIDE}{searched}: {name}. {RUNBOOK}"
    for name in swept.let_go:
        yield f"a part set aside as damaged {KEPT_FOR.days} days ago is removed: {name}"
