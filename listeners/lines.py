"""Physical lines of a file that an officer imports: numbered, bounded, in constant memory.

A line above the limit is counted and hashed to its end but not kept. Knows nothing of what stands in a line.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from soundings.messages import Imported, Reject
from soundings.rejects import MAX_KEPT, make_reject

MAX_LINE = 2 * 1024 * 1024
"""Bytes. A post may have 256 kB; JSON may write each of its bytes with six."""
CHUNK = 256 * 1024
BOM = b"\xef\xbb\xbf"
ESCAPED = re.compile(rb"\\x([0-9a-f]{2})")
"""What a reject holds of a byte that is not UTF-8."""


@dataclass(frozen=True)
class Line:
    """One line, or the lines of one CSV row. `length` and `digest` are those of a line too long to keep."""

    number: int
    raw: bytes
    file: str = ""
    length: int = 0
    digest: str = ""

    @property
    def too_long(self) -> bool:
        """Whether its bytes were not kept."""
        return bool(self.digest)

    def reject(self, source: str, reason: str, at: datetime, how: Imported | None = None) -> Reject:
        """The reject of this line; it holds the line itself, and how it was to be read, unless that is long."""
        reject = make_reject("listeners", source, f"line {self.number}", reason, self.raw, at, file=self.file)
        if self.too_long:
            return reject.model_copy(update={"length": self.length, "digest": self.digest})
        if len(self.raw) + len(how.header.encode() if how else b"") > MAX_KEPT:
            return reject
        return reject.model_copy(update={"body": self.raw.decode("utf-8", "backslashreplace"), "imported": how})


def raw_of(reject: Reject) -> bytes | None:
    """The bytes of a line as they came, out of its reject. None when they were not kept."""
    plain = reject.body.encode("utf-8", "surrogatepass")
    for raw in (plain, ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), plain)):
        if reject.body and hashlib.sha256(raw).hexdigest() == reject.digest:
            return raw
    return None


def lines(stream: BinaryIO, file: str) -> Iterator[Line]:
    """The lines of a file from 1, without a byte order mark, with their line ends."""
    number = 0
    while raw := stream.readline(CHUNK):
        number += 1
        goes_on = len(raw) >= CHUNK and not raw.endswith(b"\n")  # before the mark is cut off, which shortens it
        if number == 1:
            raw = raw.removeprefix(BOM)
        if goes_on:
            yield _long(stream, number, raw, file)
        else:
            yield Line(number, raw, file)


def _long(stream: BinaryIO, number: int, start: bytes, file: str) -> Line:
    kept, length, digest = [start], len(start), hashlib.sha256(start)
    while raw := stream.readline(CHUNK):
        length += len(raw)
        digest.update(raw)
        if length <= MAX_LINE:
            kept.append(raw)
        if raw.endswith(b"\n"):
            break
    if length <= MAX_LINE:
        return Line(number, b"".join(kept), file)
    return Line(number, b"", file, length, digest.hexdigest())
