"""`soundings backup`: the five places where state lives into one folder, while the service runs or while it does not.

Owns the order of the parts and what is said. Knows nothing of what a part copies.
"""

from __future__ import annotations

import argparse
import errno
import fcntl
import os
import signal
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from soundings import alone, home, manifest, receipts, runtime
from soundings import settings as settings_module
from soundings.cli import load
from soundings.errors import BadInput, NothingRunning, OursFailed, SoundingsError
from soundings.files import make_private_folder
from soundings.logs import setup
from soundings.manifest import Manifest
from soundings.parts import SAVE, Saving
from soundings.receipts import Tally
from soundings.settings import Settings

REAL_SERVER = (
    "The database is not in this backup: it is a ClickHouse server of your own, at {url}. Back it up with its own "
    "tools (BACKUP DATABASE {database}) right after this one."
)


def main(arguments: Sequence[str]) -> int:
    """Make a backup and print where it is."""
    parser = argparse.ArgumentParser(
        prog="soundings backup",
        description="Copy all state into a new folder named by the instant. The service may run meanwhile. A backup "
        "holds residents' texts and the keys: keep it as private as the home folder.",
    )
    parser.add_argument("folder", nargs="?", type=Path, help="where to put it (default: SOUNDINGS_BACKUPS)")
    parser.add_argument(
        "--daily",
        action="store_true",
        help="as `soundings up` does each day: also remove the daily ones that are too old",
    )
    given = parser.parse_args(arguments)
    setup("backup", "ERROR")
    end_in_order()
    settings = settings_module.load()
    made = backup(settings, given.folder or settings.backups_path, datetime.now(UTC), daily=given.daily)
    sys.stdout.write(f"{made}\n")
    return 0


def end_in_order() -> None:
    """At SIGTERM take away what is half made, as at Ctrl-C: it holds residents' texts."""
    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(128 + signal.SIGTERM))


def say(line: str) -> None:
    """Progress, for whoever watches."""
    print(line, file=sys.stderr, flush=True)


def backup(settings: Settings, folder: Path, at: datetime, *, daily: bool = False) -> Path:
    """Make one, and return its folder. Raises SoundingsError; nothing that looks like a backup is left then."""
    with told(folder):
        _look(settings, folder)
        with turn(folder):
            at = manifest.free_instant(folder, at)
            with manifest.unfinished(folder, manifest.name_of(at)) as path:
                with _reached(settings) as reached:
                    counts = _copy(Saving(reached, path, say))
                beside, whole = _receipts(settings), str(settings.home.resolve())
                kept = Manifest(made_at=at, home=whole, daily=daily, counts=counts, receipts=beside)
                made = manifest.seal(path, kept)
            if daily:
                _remove_old(settings, folder)
        say(f"Backed up: {described(counts)}.")
        if settings.clickhouse_url:
            say(REAL_SERVER.format(url=settings.clickhouse_url, database=settings.clickhouse_database))
    return made


def described(counts: dict[str, int]) -> str:
    """How much there is, for people."""
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())


@contextmanager
def told(folder: Path) -> Iterator[None]:
    """Turns what can go wrong around a folder into a sentence."""
    try:
        yield
    except (OursFailed, sqlite3.Error) as error:
        raise SoundingsError(f"Nothing was done: {error}. See `soundings status`, then try again.") from None
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise SoundingsError(f"There is no room left for {folder}: free some, or name another folder.") from None
        raise BadInput(
            f"{error.filename or folder} cannot be used: {(error.strerror or str(error)).lower()}."
        ) from None


def _look(settings: Settings, folder: Path) -> None:
    if folder.resolve().is_relative_to(settings.home.resolve()):
        raise BadInput(f"{folder} lies in the home folder, whose loss a backup is for. Name another folder.")
    if not home.state_in(settings.home):
        raise BadInput(f"There is nothing to back up in {settings.home}: SOUNDINGS_HOME names the folder.")
    if (folder / manifest.NAME).exists():
        raise BadInput(f"{folder} is a backup itself. Name the folder that is to hold the new one.")
    make_private_folder(folder, "SOUNDINGS_BACKUPS")
    make_private_folder(
        settings.receipts, "SOUNDINGS_BACKUPS"
    )  # from now on there is something to obey at a restore, be it empty


@contextmanager
def turn(folder: Path) -> Iterator[None]:
    """One backup at a time in a folder. What a killed one left is removed."""
    with (folder / ".lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SoundingsError(f"Another backup is being made in {folder}: wait until it is done.") from None
        if manifest.clear(folder, say):
            say("Removed what an unfinished backup had left.")
        yield


@contextmanager
def _reached(settings: Settings) -> Iterator[Settings]:
    """The settings with a bus and a store that answer: those that run here or, when nothing does, our own."""
    try:
        running = runtime.found(settings)
    except NothingRunning:
        running = None
    if running:
        yield running
        return
    say("Nothing runs here: a bus and a store are started for this backup alone.")
    lock = home.hold(settings, say)
    try:
        with alone.started(settings, lock, say) as started:
            yield started
    finally:
        os.close(lock)


def _copy(work: Saving) -> dict[str, int]:
    counts: dict[str, int] = {}
    for part in SAVE:
        counts |= load(part)(work)
    return counts


def _receipts(settings: Settings) -> Tally | None:
    """How many lie beside this backup. Damaged ones are told, and fail no backup."""
    try:
        return Tally.of(receipts.read(settings.receipts), settings.retention_days)
    except (BadInput, OSError) as error:
        say(f"The receipts of removals cannot be counted: {error}")
        return None


def made_here(settings: Settings, folder: Path) -> list[tuple[Path, Manifest]]:
    """The finished backups of this home in a folder, oldest first. What cannot be read is passed over."""
    found = []
    with suppress(OSError):
        for path in manifest.backups_in(folder):
            with suppress(BadInput, OSError):
                found.append((path, manifest.read(path)))
    home_folder = str(settings.home.resolve())
    return [(path, one) for path, one in found if one.home == home_folder]


def _remove_old(settings: Settings, folder: Path) -> None:
    """Keep so many daily ones of this home. What was made by hand, or of another home, is not ours to remove."""
    daily = [path for path, one in made_here(settings, folder) if one.daily]
    for path in daily[: -max(1, settings.backups_kept)]:
        if manifest.discard(path, say):
            say(f"Removed the daily backup {path.name}: newer ones are kept.")
