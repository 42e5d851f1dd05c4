"""What officers add: decisions about a post's labels, and the audit trail. Rows are only ever added.

The client is the officer's, who may insert into these two tables and nowhere else.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from store.clickhouse import Client
from store.columns import INSTANT, LOW
from store.rows import insert

DECISIONS = {"at": INSTANT, "officer": "String", "post_id": "String", "field": LOW, "value": "String"}
AUDIT = {"at": INSTANT, "officer": "String", "action": LOW, "detail": "String"}

Field = Literal["topic", "mood", "act", "place"]


def correct_label(client: Client, officer: str, post_id: str, field: Field, value: str, at: datetime) -> None:
    """An officer says what a post is about (or how it feels, or what it does); what the reader said stays beside it."""
    insert(client, "decisions", DECISIONS, [[at], [officer], [post_id], [field], [value]])


def audit(client: Client, officer: str, action: str, detail: str, at: datetime) -> None:
    """Write down who did what. `detail` names posts by their ids, never by their text."""
    insert(client, "audit", AUDIT, [[at], [officer], [action], [detail]])
