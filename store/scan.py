"""The canary scan: looks for ids of erased posts in the raw files of the database (invariant R2).

A part that holds a post's text holds its row, and so its id: what is not found by its id is not there. Asks the disk
and not ClickHouse, so it also sees parts that no table uses any more. Knows nothing of why a post was erased.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path

from store.parts import Unreadable, column, parts

HASH = re.compile(rb":([0-9a-f]{32})")
OVERLAP = 32
"""Bytes of an id that may lie before the end of a block, and the rest behind it."""


def look(database: Path, ids: Collection[str]) -> dict[str, set[str]]:
    """Part (its path below the database) -> which of these ids stand in its rows. Raises Unreadable."""
    wanted = {name.rpartition(":")[2].encode(): name for name in ids}
    found: dict[str, set[str]] = {}
    for part in parts(database):
        here = {wanted[digest] for digest in _hashes(part) if digest in wanted}
        if here:
            found[str(part.relative_to(database))] = here
    return found


def _hashes(part: Path) -> Iterator[bytes]:
    rest = b""
    try:
        for block in column(part, "id"):
            rest = rest[-OVERLAP:] + block
            yield from HASH.findall(rest)
    except FileNotFoundError:
        return  # it was removed while we read it: what it held is no longer there
    except Unreadable as error:
        raise Unreadable(f"{part.name}: {error}") from None
