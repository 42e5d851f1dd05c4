"""The canary scan: looks for ids of erased posts in the raw files of the database (invariant R2).

A part that holds a post's text holds its row, and so its id: what is not found by its id is not there. Asks the disk
and not ClickHouse, so it also sees parts that no table uses any more. Knows nothing of why a post was erased.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from store.aside import is_aside
from store.parts import Unreadable, column, parts

HASH = re.compile(rb":([0-9a-f]{32})")
OVERLAP = 32
"""Bytes of an id that may lie before the end of a block, and the rest behind it."""


@dataclass(frozen=True)
class Looked:
    """What a search found."""

    found: dict[str, set[str]]
    """Part (its path below the database) -> which of the ids stand in its rows."""
    unreadable: frozenset[str] = frozenset()
    """Parts set aside as damaged that could not be searched to their end."""


def look(database: Path, ids: Collection[str]) -> Looked:
    """Search every part for these ids. Raises Unreadable for one that is not set aside."""
    wanted = {name.rpartition(":")[2].encode(): name for name in ids}
    found: dict[str, set[str]] = {}
    unreadable = set()
    for part in parts(database):
        name, here = str(part.relative_to(database)), set[str]()
        try:
            here.update(wanted[digest] for digest in _hashes(part) if digest in wanted)
        except Unreadable:
            if not is_aside(part):
                raise
            unreadable.add(name)
        if here:
            found[name] = here
    return Looked(found, frozenset(unreadable))


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
    except (ValueError, OverflowError) as error:  # numbers that no file has
        raise Unreadable(f"{part.name}: {type(error).__name__}") from None
