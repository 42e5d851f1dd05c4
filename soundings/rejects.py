"""When enough is enough: a stage that rejects nearly everything has a bad deploy, not bad posts (invariant R3)."""

from __future__ import annotations

import hashlib
from collections import deque
from datetime import datetime

from soundings.errors import TooManyRejects
from soundings.messages import Reject

IN_A_ROW = 20
WINDOW = 200


class RejectLimit:
    """Counts outcomes; `rejected` raises TooManyRejects at 20 in a row or half of the last 200."""

    def __init__(self) -> None:
        self._last: deque[bool] = deque(maxlen=WINDOW)
        self._row = 0

    def taken(self, count: int = 1) -> None:
        """`count` items were good."""
        if not count:
            return
        self._row = 0
        self._last.extend([False] * min(count, WINDOW))

    def rejected(self, reason: str, *, in_a_row: bool = True) -> None:
        """One item was rejected; not `in_a_row` when it lay among good ones, whatever their order."""
        self._row += in_a_row
        self._last.append(True)
        if self._row >= IN_A_ROW or (len(self._last) == WINDOW and sum(self._last) * 2 >= WINDOW):
            raise TooManyRejects(
                f"Stopped: {self._row} items in a row, {sum(self._last)} of the last {len(self._last)}, were rejected, "
                f"the last because {reason}. This looks like a fault of the installation, not of the posts."
            )


def make_reject(stage: str, source: str, ref: str, reason: str, raw: bytes, at: datetime, **more: str) -> Reject:
    """A reject of the bytes `raw`. Their text stays behind, unless `body=` is given: an officer's own import line."""
    digest = hashlib.sha256(raw).hexdigest()
    return Reject(stage=stage, source=source, ref=ref, reason=reason, length=len(raw), digest=digest, at=at, **more)
