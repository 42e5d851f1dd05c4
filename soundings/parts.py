"""The parts of a backup, each named by string because `soundings` imports no stage, and what each is given.

They stand in the order in which a post passes them, so that what leaves one place while it is copied is found in the
next (docs/decisions/0011-a-backup-is-a-copy-of-what-is-kept.md). Knows nothing of what a part does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from soundings.receipts import Receipt
from soundings.settings import Settings

SAVE = ("listeners.backup:save", "soundings.bus_copy:save", "store.backup:save", "soundings.kept_files:save")
"""Functions of a `Saving` that return how much they copied, in words for people."""
RESTORE = ("soundings.bus_copy:restore", "listeners.backup:restore", "store.backup:restore")
"""The same of a `Restoring`, once the key file is there (`soundings.kept_files`): without it no bus starts."""
MISSING = "posts that the backup should hold and does not"
"""Among what a restore counts, when there are any."""


@dataclass(frozen=True)
class Saving:
    """A backup under way: bus and store of `settings` answer, and `folder` takes the copies."""

    settings: Settings
    folder: Path
    say: Callable[[str], None]


@dataclass(frozen=True)
class Restoring:
    """A restore under way: what `folder` holds goes to the home, the bus and the store of `settings`."""

    settings: Settings
    folder: Path
    say: Callable[[str], None]
    receipts: Sequence[Receipt]
    """The removals that are obeyed before anyone can ask."""
    now: datetime
