"""Opening one original: the only function anywhere that reads the table `originals` (docs/architecture.md)."""

from __future__ import annotations

from datetime import UTC, datetime

from soundings.errors import BadInput
from soundings.messages import Original
from store.clickhouse import Client
from store.decisions import audit
from store.rows import ask


def open_original(client: Client, post_id: str, officer: str, reason: str, at: datetime | None = None) -> Original:
    """The native id and link of a post, for an officer with a reason; written down before it is answered.

    Raises BadInput without a name and a reason, and for a post that is not held (the attempt is written down too).
    """
    if not officer.strip() or not reason.strip():
        raise BadInput("Opening an original needs your name and a reason: both are kept.")
    audit(client, officer, "open original", f"{post_id}: {reason}", at or datetime.now(UTC))
    rows = ask(
        client,
        # The post itself must be there: a retracted one opens nothing, nor does one whose time is over.
        "SELECT native_id, link FROM originals FINAL WHERE id = {id:String} "
        "AND id IN (SELECT id FROM readings WHERE id = {id:String} AND kept)",
        id=post_id,
    )
    if not rows:
        raise BadInput("This post is not held: it was never taken, or it has been removed.")
    return Original(native_id=rows[0][0], link=rows[0][1])
