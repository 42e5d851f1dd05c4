"""`soundings rejected --export`: the lines of an officer's own file as they came, to be mended and imported again.

Knows nothing of the bus and of why the lines were rejected.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from listeners.lines import raw_of
from soundings.errors import BadInput
from soundings.messages import Reject


def export(path: Path, rejects: Sequence[Reject]) -> int:
    """Write the lines to a new file that only its owner can read. Returns how many. Raises BadInput."""
    kept = sorted(((one, raw) for one in rejects if (raw := raw_of(one)) is not None and one.imported), key=_order)
    if not kept:
        raise BadInput("None of these rejects holds a line that can be written: see `soundings rejected`.")
    shapes = {(one.imported.form, one.imported.header) for one, _ in kept if one.imported}
    if len(shapes) > 1:
        files = ", ".join(sorted({one.file for one, _ in kept}))
        raise BadInput(f"These lines have different columns ({files}). Write one file at a time: add `--file NAME`.")
    ((form, header),) = shapes
    wanted = {"jsonl": (".jsonl", ".ndjson", ".json"), "csv": (".csv", ".tsv", ".txt")}[form]
    if path.suffix.lower() not in wanted:
        raise BadInput(f"{path.name}: these lines are {form}; give the file a name that ends with {wanted[0]}.")
    lines = [raw if raw.endswith(b"\n") else raw + b"\n" for _, raw in kept]
    _write(path, b"".join([f"{header}\n".encode() if form == "csv" else b"", *lines]))
    return len(kept)


def _order(kept: tuple[Reject, bytes]) -> tuple[str, int]:
    number = kept[0].ref.removeprefix("line ")
    return kept[0].file, int(number) if number.isdigit() else 0


def _write(path: Path, content: bytes) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
    except FileExistsError:
        raise BadInput(f"{path.name} is there already: choose another name.") from None
    except OSError as error:
        raise BadInput(f"{path.name} cannot be written: {error.strerror}.") from None
