"""Receipts of removals: who or what is not to come back, without a word of it (invariant R2).

They lie beside the backups and not in them, so that a restored backup obeys the orders that came after it. A receipt
holds hashes, a reason and instants. What was asked for for ever (`blocked`) is kept for ever, the rest by the month,
as long as posts are kept. Knows nothing of the store, of ledgers and of backups.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import ValidationError

from soundings.errors import BadInput, OursFailed
from soundings.files import make_private_folder, to_disk
from soundings.lacks import Lack
from soundings.messages import Instant, Message, Retraction, RetractionKind

FOR_EVER = "blocked.jsonl"


class Receipt(Message):
    """One order to remove that was obeyed, and when it was taken."""

    order: Retraction
    taken_at: Instant


def append(folder: Path, receipts: Iterable[Receipt]) -> None:
    """Write receipts down, to the disk. A repeat is written again: all who read them may be told twice.

    Raises OursFailed when the disk does not take them.
    """
    by_file: dict[str, list[str]] = {}
    for receipt in receipts:
        by_file.setdefault(_file_of(receipt), []).append(receipt.model_dump_json() + "\n")
    try:
        for name, lines in by_file.items():
            _append(make_private_folder(folder) / name, "".join(lines).encode())
    except (OSError, BadInput) as error:
        raise OursFailed(f"the receipts in {folder} cannot be written: {error}", Lack.DISK) from None


def _file_of(receipt: Receipt) -> str:
    return FOR_EVER if receipt.order.kind is RetractionKind.BLOCKED else f"{receipt.taken_at:%Y-%m}.jsonl"


def _append(path: Path, lines: bytes) -> None:
    is_new = not path.exists()
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "r+b", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        size = file.seek(0, os.SEEK_END)
        if size:  # a crash may have left half a line: it must not swallow the next one
            file.seek(-1, os.SEEK_END)
            lines = lines if file.read(1) == b"\n" else b"\n" + lines
        written = 0
        while written < len(lines):
            written += file.write(lines[written:])
        os.fsync(file.fileno())
    if is_new:
        to_disk(path.parent)


def read(folder: Path, name: str = "*.jsonl") -> Iterator[Receipt]:
    """Every receipt (of the files so named), file by file. Half a line, left by a crash, is passed over: its order was
    not obeyed yet.

    Raises BadInput for a whole line that is no receipt: passed over, what it names would come back.
    """
    for path in sorted(folder.glob(name)):
        for number, line in enumerate(path.read_bytes().splitlines(), 1):
            try:
                yield Receipt.model_validate_json(line, extra="ignore")
            except ValidationError as error:
                if error.errors(include_input=False, include_url=False)[0]["type"] != "json_invalid":
                    raise BadInput(f"{path}, line {number}, is no receipt: mend it or restore the file.") from None


def expire(folder: Path, now: datetime, days: int) -> int:
    """Drop the months that no kept post can fall under any more. Returns how many."""
    last = f"{now - timedelta(days=days):%Y-%m}.jsonl"
    old = [path for path in folder.glob("????-??.jsonl") if path.name < last]
    for path in old:
        path.unlink()
    return len(old)
