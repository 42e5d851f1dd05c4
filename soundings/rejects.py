"""What a reject holds, and when enough is enough: a stage that rejects nearly everything has a bad deploy, not bad
posts (invariant R3).
"""

from __future__ import annotations

import hashlib
from collections import deque
from datetime import datetime
from itertools import takewhile

from soundings.errors import TooManyRejects
from soundings.messages import Gap, Post, Reading, Reject, Retraction
from soundings.streams import REJECTED

IN_A_ROW = 20
WINDOW = 200
BAD, GOOD = "x", "."
MAX_KEPT = 64 * 1024
"""Bytes of an officer's own line or post that a reject keeps for seven days."""


class RejectLimit:
    """Counts outcomes; `rejected` raises TooManyRejects at 20 in a row or half of the last 200.

    `state`: what another process left of it, so that a stage that dies at every post stops as well.
    """

    def __init__(self, state: str = "") -> None:
        self._last = deque((mark == BAD for mark in state), maxlen=WINDOW)
        self._told = state
        self._known: deque[str] = deque(maxlen=WINDOW)

    @property
    def state(self) -> str:
        """The last outcomes as text; empty while nothing bad is among them."""
        return "".join(BAD if bad else GOOD for bad in self._last) if any(self._last) else ""

    def news(self) -> str | None:
        """The state, when it is another than the last time this was asked."""
        before, self._told = self._told, self.state
        return self._told if self._told != before else None

    def taken(self, count: int = 1) -> None:
        """`count` items were good."""
        self._last.extend([False] * min(count, WINDOW))

    def rejected(self, reason: str, what: str = "", *, in_a_row: bool = True) -> None:
        """One item was rejected. The same (`what`) again says nothing new: a feed repeats its bad entry for weeks.

        Not `in_a_row` when it lies among good ones, whatever their order: then they are counted after it. Once it has
        said stop it begins anew: whoever starts again has looked at it.
        """
        if what and what in self._known:
            return
        self._known.append(what)
        self._last.append(True)
        if much := self._too_much(in_a_row):
            self._last.clear()
            raise TooManyRejects(
                f"Stopped: {much} were rejected, the last because {reason}. This looks like a fault of the "
                "installation, not of the posts. When it is mended, start again and send them again: "
                "`soundings rejected --replay`."
            )

    def _too_much(self, in_a_row: bool) -> str:
        """What says stop, if anything does."""
        row, bad = len(list(takewhile(bool, reversed(self._last)))), sum(self._last)
        if in_a_row and row >= IN_A_ROW:
            return f"{row} items in a row"
        if len(self._last) == WINDOW and bad * 2 >= WINDOW:
            return f"{bad} of the last {WINDOW} items"
        return ""


def make_reject(stage: str, source: str, ref: str, reason: str, raw: bytes, at: datetime, **more: str) -> Reject:
    """A reject of the bytes `raw`. Their text stays behind, unless `body=` is given: an officer's own import line."""
    digest = hashlib.sha256(raw).hexdigest()
    return Reject(stage=stage, source=source, ref=ref, reason=reason, length=len(raw), digest=digest, at=at, **more)


def reject_subject(reject: Reject) -> str:
    """The same for the same item, so that it is kept once."""
    return REJECTED.subject(reject.stage, reject.source, f"{reject.digest[:16]}-{_token(reject.ref)}")


def _token(text: str) -> str:
    return "".join(letter if letter.isalnum() and letter.isascii() else "_" for letter in text)[:64] or "_"


def ref_of(item: object) -> tuple[str, str]:
    """The source of an item and what it is known by: hashes only."""
    match item:
        case Post():
            return item.source, item.id
        case Reading():
            return item.post.source, item.post.id
        case Retraction():
            return item.source, item.post_id or "voices"
        case Gap():
            return item.source, "gap"
    return "unknown", "unknown"


def first_rejected(item: object, now: datetime) -> datetime:
    """When an item was rejected for the first time, which may be now: each replay would else keep its text longer."""
    post = item.post if isinstance(item, Reading) else item
    before = post.first_rejected_at if isinstance(post, Post) else None
    return before or now


def with_item(reject: Reject, item: object) -> Reject:
    """The reject with what can be sent again: a notice, or the post of an officer's own import; of others nothing."""
    if isinstance(item, Retraction | Gap):
        return reject.model_copy(update={"notice": item})
    post = item.post if isinstance(item, Reading) else item
    if isinstance(post, Post) and post.area_match.purpose and reject.length <= MAX_KEPT:
        return reject.model_copy(update={"post": post})
    return reject
