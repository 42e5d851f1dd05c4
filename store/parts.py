"""ClickHouse's files as they lie on the disk: which folders are parts, and the bytes of one column of them.

Reads compact and wide parts, also those that no table uses any more or that a crash left half written. Knows
nothing of SQL and of what the bytes mean.
"""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import lz4.block
from clickhouse_connect.driver.compression import _zstd_decompress, _ZstdError

from store.aside import is_aside

CHECKSUM = 16
HEAD = struct.Struct("<BII")
"""Method, bytes with this head, bytes when unpacked. A checksum stands before it."""
PLAIN, LZ4, ZSTD, SEVERAL = 0x02, 0x82, 0x90, 0x91
COLUMNS = "columns format version"
"""How the list of a part's columns begins."""
LARGEST = 64 * 1024 * 1024
"""Bytes that no block has: more is not a block."""


class Unreadable(Exception):
    """These bytes are not what ClickHouse writes, as far as we know it."""


def parts(database: Path) -> Iterator[Path]:
    """Every folder of a database's folder that holds columns."""
    for folder, _, names in os.walk(database):  # a folder that goes meanwhile is passed over
        if any(name.endswith(".bin") for name in names):
            yield Path(folder)


def column(part: Path, name: str) -> Iterator[bytes]:
    """The unpacked bytes of one column, or of more where it cannot be told apart; nothing when the part has none.

    Raises Unreadable; and OSError when the part goes while it is read.
    """
    names = {entry.name for entry in part.iterdir()}
    if f"{name}.bin" in names:
        with (part / f"{name}.bin").open("rb") as file:
            yield from blocks(file)
    elif "data.bin" in names and may_have(part, name):
        with (part / "data.bin").open("rb") as file:
            for start, end in _stretches(part, names, name):
                file.seek(start)
                yield from blocks(file, end)


def blocks(file: BinaryIO, end: int | None = None) -> Iterator[bytes]:
    """Compressed blocks, unpacked, up to a place in the file. The last may be half written: then it is left out."""
    while end is None or file.tell() < end:
        head = file.read(CHECKSUM + HEAD.size)
        if len(head) < CHECKSUM + HEAD.size:
            return
        method, packed, plain = HEAD.unpack_from(head, CHECKSUM)
        if not HEAD.size <= packed < LARGEST or plain >= LARGEST:
            raise Unreadable(f"a block of {packed} bytes")
        body = file.read(packed - HEAD.size)
        if len(body) < packed - HEAD.size:
            return
        yield _unpack(method, body, plain)


def _unpack(method: int, body: bytes, plain: int) -> bytes:
    try:
        if method == LZ4:
            return bytes(lz4.block.decompress(body, uncompressed_size=plain))
        if method == ZSTD:
            return bytes(_zstd_decompress(body))
    except (lz4.block.LZ4BlockError, _ZstdError) as error:
        raise Unreadable(f"a damaged block: {type(error).__name__}") from None
    if method in (PLAIN, SEVERAL):
        return body  # the second: numbers, packed in two steps. No column of words is.
    raise Unreadable(f"a block packed by method {method:#x}")


def may_have(part: Path, name: str) -> bool:
    """Whether a part has a column. Of one that is half written or damaged, and does not say its columns, all is
    possible."""
    try:
        text = (part / "columns.txt").read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return True
    return not text.startswith(COLUMNS) or f"`{name}` " in text


def _stretches(part: Path, names: set[str], name: str) -> list[tuple[int, int | None]]:
    """Where a column lies in the one file of a compact part, by its marks; all of the file when they do not tell, or
    may not be whole because ClickHouse set the part aside."""
    whole: list[tuple[int, int | None]] = [(0, None)]
    if is_aside(part) or not {"columns_substreams.txt", "data.cmrk4"} <= names:
        return whole
    streams = _streams((part / "columns_substreams.txt").read_text(encoding="utf-8", errors="replace"))
    with (part / "data.cmrk4").open("rb") as file:
        marks = b"".join(blocks(file))
    row = struct.Struct(f"<{2 * len(streams) + 1}Q")  # of each stream: place in the file, place in its block; then rows
    ours = [index for index, (owner, _) in enumerate(streams) if owner == name]
    if not ours or not marks or len(marks) % row.size or ours[-1] + 1 == len(streams):
        return whole
    found: list[tuple[int, int | None]] = []
    for values in row.iter_unpack(marks):
        start, end, within = values[2 * ours[0]], values[2 * ours[-1] + 2], values[2 * ours[-1] + 3]
        if within:  # it shares a block with the next column
            return whole
        found.append((start, end))
    return found


def _streams(text: str) -> list[tuple[str, str]]:
    """(column, stream) in the order in which a compact part writes them."""
    found, owner = [], ""
    for line in text.splitlines():
        if named := re.fullmatch(r"\d+ substreams for column `(.*)`:", line):
            owner = named.group(1)
        elif line.startswith("\t"):
            found.append((owner, line.strip()))
    return found
