"""The key file and the council file with its gazetteer, into a backup and out of it. Knows nothing of what they say."""

from __future__ import annotations

import shutil
from pathlib import Path

from soundings import gazetteers
from soundings.files import write_private
from soundings.keys import Keys
from soundings.parts import Saving
from soundings.settings import Settings

KEYS, COUNCIL = "keys.json", "council.toml"


def save(work: Saving) -> dict[str, int]:
    """Copy them; an installation without a council file has none to copy."""
    Keys.open(work.settings.keys_path)  # a damaged one is no use in a backup: said now, not when it is needed
    shutil.copyfile(work.settings.keys_path, work.folder / KEYS)
    if work.settings.council_path.exists():
        shutil.copyfile(work.settings.council_path, work.folder / COUNCIL)
        for name in _beside(work.settings.council_path.parent):
            shutil.copyfile(work.settings.council_path.parent / name, work.folder / name)
    return {}


def _beside(folder: Path) -> list[str]:
    return [name for name in gazetteers.FILES if (folder / name).exists()]


def restore(settings: Settings, folder: Path) -> None:
    """Put them where the settings say."""
    beside = ((name, settings.council_path.parent / name) for name in gazetteers.FILES)
    for name, path in ((KEYS, settings.keys_path), (COUNCIL, settings.council_path), *beside):
        if (folder / name).exists():
            write_private(path, (folder / name).read_text(encoding="utf-8"))
    Keys.open(settings.keys_path)


def keep_elsewhere(given: Path | None, restored: Path) -> str:
    """Where the settings name a council file outside of the home: put it there, or say that another one is."""
    if given is None or not restored.exists() or given.resolve() == restored.resolve():
        return ""
    for name in _beside(restored.parent):
        if not (given.parent / name).exists():
            write_private(given.parent / name, (restored.parent / name).read_text(encoding="utf-8"))
    text = restored.read_text(encoding="utf-8")
    if given.exists():
        same = given.read_text(encoding="utf-8") == text
        return "" if same else f"The council file {given} is another one than the backup's, and stays as it is."
    write_private(given, text)
    return ""
