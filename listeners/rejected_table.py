"""The list of rejects for people: by kind, with what it means and what to do. Knows nothing of the bus."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from listeners.reasons import Kind, kind_of
from soundings.messages import Reject

SHOWN = 200
"""Characters of a line in the table; `--format json` has all of it."""


def table(shown: Sequence[Reject], found: Sequence[Reject]) -> Iterator[str]:
    """Lines for people: what, why, what to do, how many. The kind with the most comes first."""
    if not found:
        yield "Nothing was rejected in the last seven days."
        return
    kinds: dict[Kind, list[Reject]] = defaultdict(list)
    for one in shown:
        kinds[kind_of(one)].append(one)
    for kind, rejects in sorted(kinds.items(), key=lambda item: len(item[1]), reverse=True):
        yield f"{len(rejects):,} x {kind.name}"
        yield f"  What it means: {kind.means}"
        yield f"  What to do: {kind.do}"
        for one in rejects:
            yield from _one(one)
        yield ""
    counts = Counter(f"{one.stage} {one.source}" for one in found)
    of = ", ".join(f"{safe(name)} {count:,}" for name, count in counts.most_common())
    yield f"{len(found):,} rejected in the last seven days: {of}."


def _one(one: Reject) -> Iterator[str]:
    where = f"{one.file} {one.ref}" if one.file else one.ref
    yield f"  {one.at:%Y-%m-%d %H:%M:%S}Z  {safe(one.stage)}  {safe(one.source)}  {safe(where)}"
    yield f"      {safe(one.reason)} ({one.length:,} bytes, {safe(one.digest[:12])})"
    if text := safe(one.body.rstrip("\r\n") or (one.post.text if one.post else "")):
        yield f"      {text[:SHOWN]}{'…' if len(text) > SHOWN else ''}"


def safe(text: str) -> str:
    """Text that cannot steer a terminal: control, format and surrogate characters are written out."""
    return "".join(
        f"\\u{ord(letter):04x}" if unicodedata.category(letter)[0] == "C" and letter != "\t" else letter
        for letter in text
    )
