"""A client of the store whose process dies before one of its writes, or in the middle of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from store.clickhouse import Client


class Died(BaseException):
    """The process is gone: nothing catches it."""


class DyingClient:
    """Writes `writes` times, and then dies; half of the rows of an insert may still have been taken."""

    def __init__(self, client: Client, writes: int, half: bool) -> None:
        self._client, self._left, self._half = client, writes, half
        self.inserted: dict[str, list[str]] = {}
        """Table -> the first column of what was inserted."""

    def query(self, *args: Any, **more: Any) -> Any:
        """Questions pass."""
        return self._client.query(*args, **more)

    def command(self, statement: str, **more: Any) -> Any:
        """One write."""
        self._count()
        return self._client.command(statement, **more)

    def insert(self, table: str, values: Sequence[Sequence[Any]], *args: Any, **more: Any) -> None:
        """One write."""
        try:
            self._count()
        except Died:
            rows = len(values[0]) // 2
            if self._half and rows:
                self._insert(table, [column[:rows] for column in values], *args, **more)
            raise
        self._insert(table, values, *args, **more)

    def _insert(self, table: str, values: Sequence[Sequence[Any]], *args: Any, **more: Any) -> None:
        self._client.insert(table, values, *args, **more)
        self.inserted.setdefault(table, []).extend(values[0])

    def _count(self) -> None:
        if self._left == 0:
            raise Died
        self._left -= 1
