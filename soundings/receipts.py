"""Receipts of removals: who or what is not to come back, without a word of it (invariant R2).

They lie beside the backups and not in them, so that a restored backup obeys the orders that came after it. A receipt
holds hashes, a reason and instants. What was asked for for ever (`blocked`) is kept for ever, the rest by the month,
as long as posts are kept. Knows nothing of the store, of ledgers and of backups.
"""

from __future__ import annotations

import fcntl
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import Field, ValidationError

from soundings.errors import BadInput, OursFailed
from soundings.files import make_private_folder, to_disk
from soundings.lacks import Lack
from soundings.messages import Instant, Message, Retraction, RetractionKind

FOR_EVER = "blocked.jsonl"


class Receipt(Message):
    """One order to remove that was obeyed, and when it was taken."""

    order: Retraction
    taken_at: Instant


class Tally(Message):
    """How many different receipts there are: a folder that holds fewer later on is another one, or an older copy."""

    files: dict[str, int] = Field(default_factory=dict)
    """By the name of the file."""
    newest: Instant | None = None
    days: int
    """How long posts are kept: months from before that are dropped."""

    @classmethod
    def of(cls, receipts: Iterable[Receipt], days: int) -> Tally:
        """Count receipts; what was written twice counts once."""
        different = {receipt.model_dump_json(): receipt for receipt in receipts}.values()
        newest = max((receipt.taken_at for receipt in different), default=None)
        return cls(files=Counter(map(_file_of, different)), newest=newest, days=days)

    @property
    def count(self) -> int:
        """All of them."""
        return sum(self.files.values())

    def missing_in(self, found: Sequence[Receipt], days: int, now: datetime) -> int:
        """How many of these are not among what was found, but for those that may have been dropped since.

        As many others do not make up for them: the newest must be there itself.
        """
        there, oldest = Tally.of(found, days), _oldest_kept(now, min(self.days, days))
        fewer = sum(max(0, count - there.files.get(name, 0)) for name, count in self.files.items() if name >= oldest)
        if self.newest is None or _month(self.newest) < oldest:
            return fewer
        return fewer or int(self.newest not in {receipt.taken_at for receipt in found})


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
    return FOR_EVER if receipt.order.kind is RetractionKind.BLOCKED else _month(receipt.taken_at)


def _month(instant: datetime) -> str:
    return f"{instant:%Y-%m}.jsonl"


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
    oldest = _oldest_kept(now, days)
    old = [path for path in folder.glob("????-??.jsonl") if path.name < oldest]
    for path in old:
        path.unlink()
    return len(old)


def _oldest_kept(now: datetime, days: int) -> str:
    """The first file of a month that is kept. FOR_EVER comes after it, as letters do after digits."""
    return _month(now - timedelta(days=days))
