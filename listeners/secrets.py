"""Keys of platforms: from the environment, or from a private file that it names. Never from the council file.

Knows nothing of what a key opens.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from soundings.errors import BadInput


def secret(name: str, what: str) -> str:
    """The key in the variable `name`, or in the file that `name`_FILE names. Raises BadInput: `what` is missing."""
    if found := os.environ.get(name, "").strip():
        return found
    if not (named := os.environ.get(f"{name}_FILE", "").strip()):
        raise BadInput(f"{what} is missing: put it into the variable {name}, or into a file that {name}_FILE names.")
    path = Path(named)
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise BadInput(f"The file that {name}_FILE names can be read by others: `chmod 600` it.")
        found = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise BadInput(
            f"The file that {name}_FILE names cannot be read: see whether it is there and is ours."
        ) from None
    if not found:
        raise BadInput(f"{what} is missing: the file that {name}_FILE names is empty.")
    return found
