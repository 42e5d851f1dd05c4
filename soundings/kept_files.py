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
    """Where the settings name a council file outside of the home: put it and its gazetteer there, or say what is there
    already and another than the backup's."""
    if given is None or not restored.exists() or given.resolve() == restored.resolve():
        return ""
    other = []
    for path, backup in [(given.parent / name, restored.parent / name) for name in _beside(restored.parent)]:
        if not _put(path, backup):
            other.append(path)
    if not _put(given, restored):
        other.insert(0, given)
    if not other:
        return ""
    if other == [given]:
        return f"The council file {given} is another one than the backup's, and stays as it is."
    council, beside = f"the council file {given} and what was imported beside it", f"what was imported beside {given}"
    what = council if given in other else beside
    imported = ", ".join(path.name for path in other if path != given)
    return f"Other than the backup's, and left as they are: {what} ({imported}). The backup's are in {restored.parent}."


def _put(path: Path, backup: Path) -> bool:
    """Put a file of the backup where none is. Whether what is there then is the backup's."""
    text = backup.read_text(encoding="utf-8")
    if path.exists():
        return path.read_text(encoding="utf-8") == text
    write_private(path, text)
    return True
