"""What waits to be published together: the newest of each item, and as what it was counted.

Knows nothing of the bus and of the ledger.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import dataclass
from enum import StrEnum

from listeners.held import Held
from soundings.envelopes import MAX_BYTES, MAX_ITEMS


class Outcome(StrEnum):
    """What became of an item that was offered."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    OLDER = "older"
    """Another text, and an edit of it is held that is newer, or that says when it was made as this one does not."""
    REJECTED = "rejected"
    ELSEWHERE = "elsewhere"
    """Not about the area, or its author asks not to be read."""
    CUT = "cut from its thread"
    """A reply to what we hold that does not name the area, in a thread that has become too old or too long."""
    BLOCKED = "blocked"
    HIDDEN = "its account is hidden"
    """It is held, and its platform does not show it for now."""
    REMOVED = "removed before"
    """It was taken back once, by its author, its platform or an officer."""


@dataclass(frozen=True)
class Waiting:
    """One post as the ledger is to keep it, and as it travels."""

    row: Held
    body: bytes
    outcomes: tuple[Outcome, ...]
    """As what its item was counted, each time that it was offered meanwhile."""


class Outgoing:
    """The posts that wait."""

    def __init__(self) -> None:
        self._by_id: dict[str, Waiting] = {}
        self._aliases: dict[str, str] = {}
        self._size = 0

    def __len__(self) -> int:
        return len(self._by_id)

    def __iter__(self) -> Iterator[Waiting]:
        return iter(self._by_id.values())

    @property
    def is_full(self) -> bool:
        """Whether an envelope could be filled."""
        return len(self._by_id) >= MAX_ITEMS or self._size >= MAX_BYTES

    def find(self, native_id: str) -> Held | None:
        """The row of a native id or of one of its aliases."""
        waiting = self._by_id.get(self._aliases.get(native_id, native_id))
        return waiting.row if waiting else None

    def add(self, row: Held, body: bytes, outcome: Outcome) -> None:
        """Let a post wait, in place of an earlier text of it."""
        before = self._by_id.pop(row.native_id, None)
        self._size += len(body) - (len(before.body) if before else 0)
        outcomes = (*(before.outcomes if before else ()), outcome)
        self._by_id[row.native_id] = Waiting(row, body, outcomes)
        self._aliases.update(dict.fromkeys(row.aliases, row.native_id))

    def recount(self, counts: Counter[str], blocked: Container[str]) -> None:
        """Count anew what is not kept after all, because its writer asked to be forgotten while it waited."""
        for one in self:
            if one.row.account in blocked:
                counts.subtract(one.outcomes)
                counts[Outcome.BLOCKED] += len(one.outcomes)

    def clear(self) -> None:
        """Nothing waits any more."""
        self._by_id.clear()
        self._aliases.clear()
        self._size = 0
