"""Which choice of models this is: a number that grows with each change, so that what was read before is read again.

The number is the days since 2026 at which the choice was first used here, or one more than the last. A counter alone
would begin again when its file is lost, and posts would keep an older reading. Knows nothing of models.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from soundings.errors import SoundingsError
from soundings.files import locked, write_private

FILE = "choices.json"
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def number(folder: Path, choice: str, now: datetime) -> int:
    """The number of a choice (any text that tells it from others; empty for none), noted in `folder` if it is new.

    0 for none where there never was one. Raises SoundingsError when it is new and cannot be noted.
    """
    path = folder / FILE
    last, known = _last(path)
    if choice == last:
        return known
    try:
        with locked(path):
            last, known = _last(path)
            if choice != last:
                known = max((now - BEGAN).days, known + 1)
                write_private(path, json.dumps({"choice": choice, "number": known}))
            return known
    except OSError as error:
        raise SoundingsError(
            f"The choice of models is new, and {path} cannot be written ({error.strerror}). Run `soundings models "
            "fetch` where it can."
        ) from None


def _last(path: Path) -> tuple[str, int]:
    try:
        note = json.loads(path.read_text(encoding="utf-8"))
        return str(note["choice"]), int(note["number"])
    except (OSError, ValueError, KeyError, TypeError):
        return "", 0
