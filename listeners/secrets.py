"""Where a source's secret comes from: the environment, or a file that nobody else may read. Never the council file.

Knows nothing of sources.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from soundings.errors import BadInput

OTHERS = stat.S_IRWXG | stat.S_IRWXO


def secret(name: str, what: str) -> str:
    """The secret in the environment variable `name`, else in the file that `<name>_FILE` names.

    `what`: what a person calls it. Raises BadInput with one sentence that says what to do.
    """
    if found := os.environ.get(name, "").strip():
        return found
    if path := os.environ.get(f"{name}_FILE", "").strip():
        return _in_file(Path(path), name, what)
    raise BadInput(
        f"There is no {what}: set {name}, or {name}_FILE to the path of a file that holds it, readable by "
        "you alone (`chmod 600 FILE`)."
    )


def _in_file(path: Path, name: str, what: str) -> str:
    try:
        if path.is_dir():
            raise BadInput(f"{name}_FILE names a folder: write the path of the file in it that holds the {what}.")
        if path.stat().st_mode & OTHERS:
            raise BadInput(f"Others may read the file that {name}_FILE names: run `chmod 600` on it.")
        found = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise BadInput(
            f"{name}_FILE: there is no readable file at that path. Write the full path, without ~, and not "
            "the key itself."
        ) from None
    if not found:
        raise BadInput(f"The file that {name}_FILE names is empty: put the {what} into it.")
    return found
