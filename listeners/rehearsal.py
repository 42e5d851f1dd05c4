"""`soundings import --dry-run`: reads and checks everything and imports nothing. Needs no running service.

It reads the ledger to tell new from known, and makes no key and no file of its own.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

from listeners import report
from listeners.files import Bad, ImportFile, Item, format_of
from listeners.intake import NAMED
from listeners.ledger import Ledger, Lookup
from listeners.native import Native
from listeners.options import Options
from listeners.outlet import Outcome
from listeners.posting import Poster, Rules, content_of, is_older
from listeners.seen import Seen
from soundings.council import CouncilFile
from soundings.envelopes import TooLong, encode
from soundings.errors import PostFailed
from soundings.keys import Keys
from soundings.messages import AreaMatch
from soundings.settings import Settings
from soundings.stage import now


def rehearse(options: Options, settings: Settings, council_file: CouncilFile) -> int:
    """Say what an import would do."""
    ledger = Ledger.read(settings.ledgers, options.source)
    with tempfile.TemporaryDirectory() as folder:
        keys = Keys.open(Path(folder) / "keys.json")  # ids and voices are made with keys that nobody keeps
        poster = Poster(options.source, keys, council_file, Rules(chosen=AreaMatch(reason="rehearsal")))
        ids = Keys.open(settings.keys_path) if settings.keys_path.exists() else keys
        was_removed = partial(_was_removed, ids, options.source, ledger)
        for path in options.files:
            _one(ImportFile(path, format_of(path, options.form), options.dates), poster, ledger, was_removed)
    report.say("This was a rehearsal: nothing was imported.", sys.stdout)
    return 0


def _was_removed(keys: Keys, source: str, ledger: Lookup | None, native: Native) -> bool:
    names = (keys.post_id(source, name) for name in (native.native_id, *native.aliases))
    return ledger is not None and ledger.was_removed(names)


def _one(file: ImportFile, poster: Poster, ledger: Lookup | None, was_removed: Callable[[Native], bool]) -> None:
    counts: Counter[str] = Counter()
    rejected: list[tuple[int, str]] = []
    seen, lines = Seen(), 0
    for entry in file.items():
        lines += 1
        try:
            counts[_outcome(entry, poster, ledger, seen, was_removed)] += 1
        except (PostFailed, TooLong) as error:
            counts["rejected"] += 1
            rejected.append((entry.line.number, str(error)))
            del rejected[NAMED:]
    seen.close()
    report.say(report.summary(file, lines, counts, rejected), sys.stdout)


def _outcome(
    entry: Item | Bad, poster: Poster, ledger: Lookup | None, seen: Seen, was_removed: Callable[[Native], bool]
) -> str:
    if isinstance(entry, Bad):
        raise PostFailed(entry.reason)
    native, content = entry.native, content_of(entry.native)
    held = ledger.find(native.native_id) if ledger else None
    if entry.deleted:
        seen.note_removed(native.native_id, entry.line.number)
        return "removed" if held else "not held"
    before = seen.other_text(native.native_id, content)
    if before is not None and native.edited_at is None:
        raise PostFailed(f"it uses the id of line {before} with another text; an edit needs `updated_at`")
    if was_removed(native) or seen.was_removed(native.native_id):
        return Outcome.REMOVED
    if held and held.content == content:
        return Outcome.SAME
    if held and is_older(native, held):
        return Outcome.OLDER
    made = poster.make(native, held, now())
    if made is None:
        return "elsewhere"
    encode(made.post)
    seen.note(native.native_id, content, entry.line.number)
    return "changed" if held or before is not None else "new"
