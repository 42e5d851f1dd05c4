"""Every byte under a folder, as it lies there and unpacked: what a test searches for a canary."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from store.parts import Unreadable, blocks


def holders(folder: Path, *canaries: str) -> set[str]:
    """Files that hold one of these words: in their bytes, in ClickHouse's blocks, or in their own name."""
    wanted = [canary.encode() for canary in canaries]
    return {
        str(path.relative_to(folder))
        for path, content in contents(folder)
        if any(canary in content or canary in str(path).encode() for canary in wanted)
    }


def contents(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """Each file with its bytes, followed by what they hold when they are ClickHouse's."""
    for where, _, names in os.walk(folder):
        for path in (Path(where) / name for name in names):
            try:
                yield path, path.read_bytes() + _unpacked(path)
            except FileNotFoundError:
                continue  # a part that was rewritten goes while we look


def _unpacked(path: Path) -> bytes:
    found = bytearray()
    with path.open("rb") as file:
        try:
            for block in blocks(file):
                found += block
        except Unreadable:
            pass  # not ClickHouse's, or not to the end
    return bytes(found)
