"""Posts in two steps: found by small columns, and only then read whole.

With FINAL, ClickHouse would otherwise read the text of every post that it passes. Knows nothing of what is asked, and
of what is made of the rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from store.answers import Mark
from store.clickhouse import Client
from store.filters import SHOWN, Condition
from store.rows import ask, chunks, literals, milliseconds


def marks(client: Client, where: Condition, tail: str = "") -> list[Mark]:
    """Which posts meet a condition; `tail` says in which order and how many."""
    rows = ask(client, f"SELECT happened_at, id FROM {SHOWN} AND {where.sql} {tail}", **where.parameters)
    return [Mark(*row) for row in rows]


def whole(client: Client, columns: str, found: Sequence[Mark], **parameters: Any) -> Iterator[list[Any]]:
    """These columns of these posts, in no order, lists as tuples. One that was retracted meanwhile is left out."""
    for part in chunks(found):
        at = ", ".join(sorted({f"fromUnixTimestamp64Milli({milliseconds(mark.at)})" for mark in part}))
        ids = literals([mark.id for mark in part])
        rows = ask(client, f"SELECT {columns} FROM {SHOWN} AND happened_at IN ({at}) AND id IN ({ids})", **parameters)
        for row in rows:
            yield [tuple(value) if isinstance(value, list) else value for value in row]
