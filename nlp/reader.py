"""What a reader is: texts in, what we understood of each out. The rest of the stage knows only this.

Knows nothing of how it is done: one may work by words, another by a model.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from soundings.messages import Understanding


class Reader(Protocol):
    """A pure function of the texts: no memory, and neither order nor batch changes an answer."""

    @property
    def name(self) -> str:
        """Such as `trained`."""

    @property
    def version(self) -> int:
        """Grows when the same text may be understood differently: posts are then read again."""

    def read(self, texts: Sequence[str]) -> list[Understanding]:
        """One understanding for each text, in their order."""
