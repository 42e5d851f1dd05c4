"""Whose turn it is to write: one at a time, and an order to remove goes before every batch of posts that waits.

Between asking for tombstones and inserting posts none may be written, so the two exclude each other. Holds within
one process; `store.archive` looks again for an order that another process took meanwhile. Knows nothing of SQL.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """Turns that are taken by threads."""

    def __init__(self) -> None:
        self._change = threading.Condition()
        self._taken = False
        self._orders = self._batches = 0

    @property
    def waiting(self) -> tuple[int, int]:
        """How many orders and how many batches of posts wait."""
        return self._orders, self._batches

    @contextmanager
    def order(self) -> Iterator[None]:
        """The turn of an order: it waits for what is under way, and for no other posts."""
        with self._change:
            self._orders += 1
            self._change.wait_for(lambda: not self._taken)
            self._orders -= 1
            self._taken = True
        try:
            yield
        finally:
            self._end()

    @contextmanager
    def posts(self) -> Iterator[None]:
        """The turn of a batch of posts: it waits for every order."""
        with self._change:
            self._batches += 1
            self._change.wait_for(lambda: not self._taken and not self._orders)
            self._batches -= 1
            self._taken = True
        try:
            yield
        finally:
            self._end()

    def _end(self) -> None:
        with self._change:
            self._taken = False
            self._change.notify_all()


TURNS = Turns()
"""Those of this process."""
