"""Finds the line of a TOML file that a key stands on: parsers keep values, and people want the line.

Reads headers and keys line by line; knows nothing of what they mean.
"""

from __future__ import annotations

import re

KeyPath = tuple[str | int, ...]
"""Keys and numbers from the top: `("area", "places", 3, "kind")`."""


def line_of(text: str, path: KeyPath) -> int:
    """The line (from 1) that a path of keys and numbers stands on, or the nearest line above it that exists."""
    best, depth, within, table = 1, 0, 0, ()  # type: tuple[int, int, int, KeyPath]
    counts: dict[KeyPath, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        table = _table_at(line, table, counts)
        key = re.match(r"\s*[\"']?([\w-]+)[\"']?\s*=", line)
        here = (*table, key.group(1)) if key else table
        shared = _shared(here, path)
        if shared == len(here) and shared > depth:
            best, depth = number, shared
        elif shared == len(path) and not within:  # `[source.bluesky]`: nearer than nothing, and `source` begins there
            within = number
    return best if depth else within or best


def _table_at(line: str, table: KeyPath, counts: dict[KeyPath, int]) -> KeyPath:
    header = re.match(r"\s*(\[\[?)\s*([^\]]+?)\s*\]", line)
    if not header:
        return table
    name: KeyPath = tuple(part.strip().strip("\"'") for part in header.group(2).split("."))
    if header.group(1) == "[":
        return name
    counts[name] = counts.get(name, -1) + 1
    return (*name, counts[name])


def _shared(one: KeyPath, other: KeyPath) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count
