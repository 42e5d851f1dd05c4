"""Tokens and passwords of sources: from the environment, or from a file that only its owner can read.

They never stand in the council file. Knows nothing of what they open.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from soundings.errors import BadInput


def secret(name: str, what: str) -> str:
    """What the environment variable `name` holds, or the file that `name`_FILE points at. `what`: its name for people.

    Raises BadInput when there is none, or when others may read the file.
    """
    if found := os.environ.get(name, "").strip():
        return found
    if not (path := os.environ.get(f"{name}_FILE", "").strip()):
        raise BadInput(f"There is no {what}: set {name}, or {name}_FILE to a file (mode 0600) that holds it.")
    try:
        if stat.S_IMODE(Path(path).stat().st_mode) & 0o077:
            raise BadInput(f"Others may read {path}, the file of {name}_FILE: run `chmod 600 {path}`.")
        found = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}, the file of {name}_FILE, cannot be read ({type(error).__name__}).") from None
    if not found:
        raise BadInput(f"{path}, the file of {name}_FILE, is empty: put the {what} into it.")
    return found
