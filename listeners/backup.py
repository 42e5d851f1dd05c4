"""The listeners' part of a backup: their ledgers, copied while they are written to, and put back.

Knows nothing of the other parts. What came after the backup is obeyed by `listeners.obeying`.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections import defaultdict
from contextlib import closing
from pathlib import Path

from listeners import obeying
from listeners.ledger import Ledger
from soundings.errors import BadInput
from soundings.files import make_private_folder
from soundings.keys import Keys
from soundings.messages import Retraction
from soundings.parts import Restoring, Saving


def save(work: Saving) -> dict[str, int]:
    """Copy each ledger as it is at one instant. Raises BadInput for one that is damaged."""
    work.say("Copying the ledgers.")
    folder = make_private_folder(work.folder / "ledgers")
    held = 0
    for path in sorted(work.settings.ledgers.glob("*.sqlite")):
        held += _copy(path, folder / path.name)
    return {"posts in the ledgers": held}


def _copy(path: Path, target: Path) -> int:
    os.close(os.open(target, os.O_CREAT | os.O_RDWR, 0o600))
    source = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    with closing(source), closing(sqlite3.connect(target)) as copy:
        try:
            source.backup(copy)  # in one step, and so of one instant, however much is written meanwhile
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise  # a full disk, or a file that is locked: not the ledger's fault
            raise BadInput(f"The ledger {path} is damaged ({error}). Restore it from an older backup.") from None
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, complete in itself
        return int(copy.execute("SELECT count(*) FROM held").fetchone()[0])


def restore(work: Restoring) -> dict[str, int]:
    """Put the ledgers back and obey the receipts. Needs the bus of the restored home, with what was on it."""
    work.say("Restoring the ledgers.")
    folder = make_private_folder(work.settings.ledgers)
    for path in sorted((work.folder / "ledgers").glob("*.sqlite")):
        shutil.copyfile(path, folder / path.name)
        (folder / path.name).chmod(0o600)
    keys = Keys.open(work.settings.keys_path)
    by_source: dict[str, list[Retraction]] = defaultdict(list)
    for receipt in work.receipts:
        by_source[receipt.order.source].append(receipt.order)
    removed = 0
    for source, orders in by_source.items():
        with closing(Ledger.open(folder, source)) as ledger:
            removed += obeying.remove(ledger, source, orders, keys, work.now)
    obeying.on_the_bus(work, keys)
    return {"posts in the ledgers": _held(folder), "removed there by receipts": removed}


def _held(folder: Path) -> int:
    held = 0
    for path in folder.glob("*.sqlite"):
        with closing(Ledger.open(folder, path.stem)) as ledger:
            held += ledger.count()
    return held
