"""How much of what officers corrected the reader in this process has learnt: for its pulse, and so for the status.

One for each process, as its waits are. Knows nothing of what is learnt.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Learnt:
    """From how many corrections a reader has learnt, of how many that it was told; and what is in the way, if so."""

    corrections: int = 0
    told: int = 0
    stuck: str = ""


class _Note:
    """What the reader here says of itself; nothing in a process without one."""

    def __init__(self) -> None:
        self._held: Learnt | None = None

    def now(self, corrections: int, told: int) -> None:
        """It has learnt."""
        self._held = Learnt(corrections, told)

    def stuck(self, why: str) -> None:
        """It could not learn, and knows what it knew."""
        before = self._held or Learnt()
        self._held = Learnt(before.corrections, before.told, why)

    def note(self) -> dict[str, int | str] | None:
        """As a pulse tells it."""
        return asdict(self._held) if self._held else None


HERE = _Note()
"""Of this process."""
