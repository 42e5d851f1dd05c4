"""Rows in and out of ClickHouse: columnar inserts, and lists of ids in questions without a limit on their length.

Knows nothing of what the rows mean.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from clickhouse_connect.driver.exceptions import DataError

from soundings.errors import OursFailed, PostFailed
from store.clickhouse import Client, failures

T = TypeVar("T")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CHUNK = 1000
"""Ids in one statement: 40 kB, well below what the parser takes (256 kB)."""


def insert(client: Client, table: str, columns: dict[str, str], values: Sequence[Sequence[Any]]) -> None:
    """One insert of whole columns (names and types in `columns`, values in the same order).

    Raises PostFailed when a value does not fit its type, OursFailed when the store does not take it.
    """
    if not values or not values[0]:
        return
    with failures(of_values=True):
        try:
            done = client.insert(
                table, values, list(columns), column_type_names=list(columns.values()), column_oriented=True
            )
        except (DataError, struct.error, OverflowError, UnicodeEncodeError, TypeError, ValueError) as error:
            raise PostFailed(f"a value does not fit its column ({type(error).__name__})") from None
    if not done.summary.keys() - {"query_id"}:  # a proxy's friendly page also comes with 200
        raise OursFailed("what answers at the store's address is not ClickHouse")


def ask(client: Client, question: str, **parameters: Any) -> list[Sequence[Any]]:
    """The rows of an answer."""
    with failures():
        return list(client.query(question, parameters=parameters or None).result_rows)


def tell(client: Client, statement: str) -> None:
    """A statement without an answer."""
    with failures():
        client.command(statement)


def milliseconds(moment: datetime) -> int:
    """An instant for `fromUnixTimestamp64Milli`: parameters of type DateTime64 lose their fractions on the way."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


def chunks(items: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """A list in pieces."""
    return (items[start : start + size] for start in range(0, len(items), size))


def literals(texts: Sequence[str]) -> str:
    """Texts as a list for IN. Only for what our own patterns passed; quotes are escaped all the same."""
    return ", ".join("'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'" for text in texts)
