"""Whose the lines are that rejects keep of an officer's own file: so that removals reach them too (invariant R2).

A kept line is often one that could not be read, so every word of it counts as a possible handle. Knows nothing of
how files are read.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Container
from dataclasses import dataclass
from typing import Any

from listeners.accounts import folded, plain
from listeners.rejected_stream import read, remove
from soundings.bus import Bus, persist
from soundings.messages import Reject

ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-f]{2})")
"""What JSON writes for a letter, and what a reject holds of a byte that is not UTF-8."""
ID = re.compile(r'"id"\s*:\s*("[^"]*|[^",}\s]+)')
"""Of JSON that is cut or broken."""
BETWEEN = (r'["\r\n]+', r'[",;\t|\r\n]+', r"[\"',;\t|\r\n]+", r"[^\w.@＠:/#+-]+")
"""What may stand between two values: of JSON, of CSV, of either in single quotes, and between words."""
DELIMITERS = ",;\t|"
EDGES = " \t{}[]()<>:.,;/"


def readable(body: str) -> str:
    """The line with its escaped letters as they are, and after it what it says as JSON, where it is JSON."""
    whole = ESCAPED.sub(lambda found: chr(int(found[1] or found[2], 16)), body)
    whole = whole.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # pairs of surrogates become letters
    said = (str(value) for value in (_record(body) or {}).values() if isinstance(value, str | int))
    return "\n".join([whole, *said])


def _record(body: str) -> dict[str, Any] | None:
    try:
        record = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def values(body: str) -> set[str]:
    """Everything in a line that may be a handle."""
    text = folded(readable(body))
    parts = {part.strip() for between in BETWEEN for part in re.split(between, text)}
    return {value for part in parts for value in (part, part.strip(EDGES)) if value}


def ids(body: str) -> set[str]:
    """The id that a line gives; of a CSV row, whose columns are not known here, every field."""
    record = _record(body)
    if record is not None:
        return {str(record.get("id", "")).strip()}
    if body.lstrip().startswith("{"):
        return {found[1].strip('" ') for found in ID.finditer(readable(body))}
    return {part.strip() for between in BETWEEN[:2] for part in re.split(between, readable(body))}


def native_ids(reject: Reject) -> set[str]:
    """The id that a kept line gives; where its columns are known, of a CSV row the one field."""
    if not reject.imported or reject.imported.form != "csv":
        return ids(reject.body) if reject.body else set()
    for sign in DELIMITERS:
        columns, row = _fields(reject.imported.header, sign), _fields(reject.body, sign)
        names = [name.strip().casefold() for name in columns]
        if {"id", "text"} <= set(names) and len(row) >= len(names) > 1:
            return {row[names.index("id")].strip()}
    return ids(reject.body)


def _fields(text: str, sign: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(text), delimiter=sign, strict=True), [])
    except csv.Error:
        return []


def names_one(body: str, account: Callable[[str], str], blocked: Container[str]) -> bool:
    """Whether a line names somebody who asked to be forgotten. `account`: the hash of a handle."""
    return any(account(handle) in blocked for handle in {plain(value) for value in values(body)})


@dataclass(frozen=True)
class Wanted:
    """Whose rejects are to go: of an account (its handle and voices), or of these posts."""

    source: str
    post_id: Callable[[str], str]
    """The post id of a native id."""
    post_ids: frozenset[str] = frozenset()
    handle: str = ""
    voices: frozenset[str] = frozenset()

    def names(self, reject: Reject) -> bool:
        """Whether a reject is of the account, names it, or is of one of the posts."""
        if reject.source != self.source or reject.notice:
            return False
        if reject.ref in self.post_ids or (reject.post and reject.post.voice in self.voices):
            return True
        if self.handle and _stands_in(self.handle, folded(readable(reject.body))):
            return True
        return bool(self.post_ids) and any(self.post_id(value) in self.post_ids for value in native_ids(reject))


def _stands_in(handle: str, text: str) -> bool:
    """Whether a handle stands there by itself, and not as a part of a word or of another's handle."""
    return bool(re.search(rf"(?<!\w)(?<!\w[.-]){re.escape(handle)}(?![.-]?\w)", text))


async def purge(bus: Bus, wanted: Callable[[Reject], bool]) -> int:
    """Remove these rejects; the server writes over their bytes. Returns how many."""

    async def find() -> list[int]:
        return [number async for number, reject in read(bus) if wanted(reject)]

    found = await persist("looking for rejected lines", find)
    return sum([await remove(bus, number) for number in found])
