"""`soundings restore`: a backup in place of what is there, with every removal that came after it obeyed.

Everything is made ready beside what is there, and put in place when it is whole. Owns the order of the parts and what
is said. Knows nothing of what a part restores.
"""

from __future__ import annotations

import argparse
import os
import shutil
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from soundings import alone, home, kept_files, manifest, receipts, runtime
from soundings import settings as settings_module
from soundings.backup import described, end_in_order, say, told, turn
from soundings.cli import load
from soundings.errors import BadInput, SoundingsError
from soundings.files import make_private_folder
from soundings.logs import setup
from soundings.manifest import Manifest
from soundings.parts import MISSING, RESTORE, Restoring
from soundings.receipts import Receipt, Tally
from soundings.settings import Settings

COMES_BACK = "everything that was removed since this backup"


def main(arguments: Sequence[str]) -> int:
    """Restore a backup, or only try one out."""
    given = _parser().parse_args(arguments)
    setup("restore", "ERROR")
    end_in_order()
    settings = settings_module.load()
    if given.check:
        return check(settings, given.folder, datetime.now(UTC))
    return restore(settings, given.folder, datetime.now(UTC), given)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="soundings restore",
        description="Put a backup in place and obey the removals that came after it, before anyone can ask. Nothing "
        "may run in the home folder.",
    )
    parser.add_argument("folder", type=Path, help="the backup: a folder named by its instant")
    parser.add_argument("--check", action="store_true", help="try the backup out and change nothing: the drill")
    parser.add_argument("--replace", action="store_true", help="move what the home folder holds aside first")
    parser.add_argument(
        "--receipts", type=Path, metavar="FOLDER", help="the receipts of removals (default: beside the backups)"
    )
    parser.add_argument(
        "--without-receipts", action="store_true", help="some or all are lost: what they name comes back"
    )
    return parser


def restore(settings: Settings, folder: Path, at: datetime, given: argparse.Namespace) -> int:
    """Put a backup in place. Raises SoundingsError; what was there is untouched then, or it is safe to repeat."""
    with told(folder):
        _look_for_life(settings)
        lock = home.hold(settings, say, restoring=True)
        try:
            swap = home.Swap.left_by_a_crash(settings)
            if swap is None:
                swap = _make_ready(settings, lock, folder, at, given)
            else:
                say("An earlier restore was cut short after all was ready: finishing that one.")
            swap.finish()
        finally:
            os.close(lock)
    _tell(settings, swap)
    return 0


def _look_for_life(settings: Settings) -> None:
    """Also of stages that run without `up`, as in containers."""
    living = sorted({pulse.stage for pulse in runtime.pulses(settings) if pulse.alive(time.time())})
    if living and runtime.read_note(settings) is None:
        raise SoundingsError(f"Soundings runs ({', '.join(living)}): stop it before you restore.")


def _make_ready(settings: Settings, lock: int, folder: Path, at: datetime, given: argparse.Namespace) -> home.Swap:
    made = manifest.verify(folder)
    if (there := home.state_in(settings.home)) and not given.replace:
        raise BadInput(
            f"{settings.home} holds data ({', '.join(there)}). With `--replace` it is moved aside, and not deleted."
        )
    orders = _orders(settings, folder, made, at, given)
    say(f"Restoring what {made.home} held on {made.made_at:%Y-%m-%d at %H:%M} UTC.")
    ready = settings.model_copy(update={"home": home.staging(settings), "council": None})
    try:
        _build(ready, lock, folder, orders, at)
        _keep(settings, orders)
    except BaseException:
        shutil.rmtree(ready.home, ignore_errors=True)
        raise
    return home.Swap.begin(settings, folder.resolve(), home.place_aside(settings, f"before-{manifest.name_of(at)}"))


def _build(settings: Settings, lock: int, folder: Path, orders: Sequence[Receipt], at: datetime) -> dict[str, int]:
    """Make all state anew in the home of these settings, with a bus and a store of its own for as long as it takes."""
    counts: dict[str, int] = {}
    kept_files.restore(settings, folder)
    with alone.started(settings, lock, say) as started:
        for part in RESTORE:
            counts |= load(part)(Restoring(started, folder, say, orders, at))
    say(f"Restored: {described(counts)}.")
    return counts


def _orders(settings: Settings, folder: Path, made: Manifest, at: datetime, given: argparse.Namespace) -> list[Receipt]:
    """The receipts to obey. Raises BadInput when there are none, or fewer than the backup knows of."""
    found = _found(settings, folder, given.receipts)
    lack = _lack(settings, found, given.receipts, made, at)
    if given.without_receipts:
        say(f"WITHOUT RECEIPTS: {COMES_BACK} comes back, but for what is found. Repeat each removal by hand.")
    elif lack:
        raise BadInput(
            f"{lack} Without them {COMES_BACK} would come back. Name their folder with `--receipts`; only if it is "
            "lost, use `--without-receipts`."
        )
    return _told_of(settings, found)


def _found(settings: Settings, folder: Path, given: Path | None) -> dict[Path, list[Receipt]]:
    """All that can be found, by folder: more of them never harm."""
    named = [given] if given else [settings.receipts, folder.resolve().parent / "receipts"]
    return {path: list(receipts.read(path)) for path in dict.fromkeys(map(Path.resolve, named)) if path.is_dir()}


def _lack(
    settings: Settings, found: dict[Path, list[Receipt]], given: Path | None, made: Manifest, at: datetime
) -> str:
    """What is missing of the receipts, in words; empty when nothing is known to be."""
    if not found:
        return f"There are no receipts of removals at {given or settings.receipts}."
    noted, there = made.receipts, _all(found)
    if noted is None or not (missing := noted.missing_in(there, settings.retention_days, at)):
        return ""
    where = " and ".join(map(str, found))
    return f"{missing:,} of the {noted.count:,} receipts of removals that this backup knows of are not in {where}."


def _all(found: dict[Path, list[Receipt]]) -> list[Receipt]:
    return [one for each in found.values() for one in each]


def _told_of(settings: Settings, found: dict[Path, list[Receipt]]) -> list[Receipt]:
    orders = _all(found)
    tally = Tally.of(orders, settings.retention_days)
    until = f", the newest of {tally.newest:%Y-%m-%d at %H:%M} UTC" if tally.newest else ""
    say(f"Removals to obey: {tally.count:,}{until}.")
    return orders


def _keep(settings: Settings, orders: Sequence[Receipt]) -> None:
    """On another machine, or after the loss of a disk, the receipts are this home's from now on."""
    known = {receipt.model_dump_json() for receipt in receipts.read(settings.receipts)}
    receipts.append(settings.receipts, [order for order in orders if order.model_dump_json() not in known])


def _tell(settings: Settings, swap: home.Swap) -> None:
    council = kept_files.keep_elsewhere(settings.council, settings.home / kept_files.COUNCIL)
    if council:
        say(council)
    if Path(swap.aside).exists():
        say(
            f"What was here before is now in {swap.aside}. No removal reaches it there: delete it as soon as you do "
            "not need it any more."
        )
    print(f"{swap.source} is in place in {settings.home.resolve()}. Start it with `soundings up`.")


def check(settings: Settings, folder: Path, at: datetime) -> int:
    """Verify a backup, and restore it into a temporary folder that is removed again: the drill."""
    with told(folder):
        made = manifest.verify(folder)
        say(f"{len(made.files)} files are as they were written. Now all of it is restored into a temporary folder.")
        beside = make_private_folder(settings.backups_path, "SOUNDINGS_BACKUPS")
        with turn(beside), manifest.unfinished(beside, f"check-{os.getpid()}") as trial:
            given = {"home": trial / "home", "council": None, "nats_url": "", "clickhouse_url": ""}
            there = settings.model_copy(update=given)
            lock = home.hold(there, say)
            found = _found(settings, folder, None)
            if lack := _lack(settings, found, None, made, at):
                say(f"{lack} A restore would stop here and ask for them.")
            try:
                counts = _build(there, lock, folder, _told_of(settings, found), at)
            finally:
                os.close(lock)
    if MISSING in counts:
        raise SoundingsError(f"{folder} IS NOT SOUND: {described(counts)}. Take another backup, and keep older ones.")
    print(f"{folder} is sound: {described(counts)}.")
    return 0
