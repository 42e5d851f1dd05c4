"""The key file and the council file, into a backup and out of it. Knows nothing of what they say."""

from __future__ import annotations

import shutil
from pathlib import Path

from soundings.files import write_private
from soundings.keys import Keys
from soundings.parts import Saving
from soundings.settings import Settings

KEYS, COUNCIL = "keys.json", "council.toml"


def save(work: Saving) -> dict[str, int]:
    """Copy both; an installation without a council file has none to copy."""
    Keys.open(work.settings.keys_path)  # a damaged one is no use in a backup: said now, not when it is needed
    shutil.copyfile(work.settings.keys_path, work.folder / KEYS)
    if work.settings.council_path.exists():
        shutil.copyfile(work.settings.council_path, work.folder / COUNCIL)
    return {}


def restore(settings: Settings, folder: Path) -> None:
    """Put both where the settings say."""
    for name, path in ((KEYS, settings.keys_path), (COUNCIL, settings.council_path)):
        if (folder / name).exists():
            write_private(path, (folder / name).read_text(encoding="utf-8"))
    Keys.open(settings.keys_path)


def keep_elsewhere(given: Path | None, restored: Path) -> str:
    """Where the settings name a council file outside of the home: put it there, or say that another one is."""
    if given is None or not restored.exists() or given.resolve() == restored.resolve():
        return ""
    text = restored.read_text(encoding="utf-8")
    if given.exists():
        same = given.read_text(encoding="utf-8") == text
        return "" if same else f"The council file {given} is another one than the backup's, and stays as it is."
    write_private(given, text)
    return ""
