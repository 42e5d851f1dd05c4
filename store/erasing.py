"""Hiding posts from every question, and the list of what was hidden: hashes, for the sweep and for who keeps answers.

Lightweight DELETE hides rows from the next query on; that their bytes leave the disk is `store.sweep`'s work.
Knows nothing of why a post is to go.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from store.clickhouse import Client
from store.columns import INSTANT
from store.rows import ask, chunks, insert, literals, milliseconds, tell

ERASED = {"post_id": "String", "at": INSTANT}


def erase(client: Client, ids: Collection[str], clock: Callable[[], datetime]) -> None:
    """Hide every row of these posts, and what officers said they are about, from the next query on. Repeatable."""
    _note(client, ids, clock())  # first: what is half done when a process dies is looked for all the same
    for part in chunks(sorted(ids)):
        named = f"id IN ({literals(part)})"
        # The original first: an order by voice finds it by its post, also when a death came in between.
        if ask(client, f"SELECT 1 FROM originals WHERE {named} LIMIT 1"):
            tell(client, f"DELETE FROM originals WHERE {named}")
        # What an officer said it was about tells of its writer as the reader's guess does.
        about = f"field = 'topic' AND post_id IN ({literals(part)})"
        if ask(client, f"SELECT 1 FROM decisions WHERE {about} LIMIT 1"):
            tell(client, f"DELETE FROM decisions WHERE {about}")
        # Month by month: a DELETE rewrites a mark for each part that it looks at, a second for a year of posts.
        months = ask(client, f"SELECT DISTINCT toYYYYMM(happened_at) FROM readings WHERE {named}")
        for (month,) in months:
            tell(client, f"DELETE FROM readings IN PARTITION {int(month)} WHERE {named}")
    _note(client, ids, clock())  # again: an answer that was kept meanwhile may still show them


def _note(client: Client, ids: Collection[str], at: datetime) -> None:
    if ids:
        insert(client, "erased", ERASED, [sorted(ids), [at] * len(ids)])


def erased_before(client: Client, moment: datetime) -> set[str]:
    """The ids of what was erased in the last weeks, up to an instant."""
    rows = ask(
        client,
        "SELECT DISTINCT post_id FROM erased WHERE at <= fromUnixTimestamp64Milli({moment:Int64})",
        moment=milliseconds(moment),
    )
    return {row[0] for row in rows}


def still_held(client: Client, ids: Collection[str]) -> set[str]:
    """Which of these posts questions may show: a hidden one may have come back."""
    found: set[str] = set()
    for part in chunks(sorted(ids)):
        found |= {row[0] for row in ask(client, f"SELECT DISTINCT id FROM readings WHERE id IN ({literals(part)})")}
    return found
