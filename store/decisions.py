"""What officers add: decisions about a post's labels, and the audit trail. Rows are only ever added.

The client is the officer's, who may insert into these two tables and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from soundings.errors import BadInput
from soundings.policies import not_for, of
from soundings.taxonomy import NOT_COUNCIL
from store.clickhouse import Client
from store.columns import INSTANT, LOW
from store.rows import insert

WEB = re.compile(r"https?://[^\s/]+\.[^\s/]+\S*")
DECISIONS = {"at": INSTANT, "officer": "String", "post_id": "String", "field": LOW, "value": "String"}
AUDIT = {"at": INSTANT, "officer": "String", "action": LOW, "detail": "String"}

Field = Literal["topic", "mood", "act", "place"]
"""What an officer may correct in how a post was read."""
TalkField = Literal["answer-link", "not-ours", "handed-to", "neighbour", "apart", "with"]
"""What an officer may decide about a question (`neighbour`: about the answer). An empty value takes it back."""
NEIGHBOUR = ("right", "wrong", "")
LONGEST = 500
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
MOST_TOPICS = 3
"""Topics that one post can have, as the reader says them too."""


def correct_label(client: Client, officer: str, post_id: str, field: Field, value: str, at: datetime) -> None:
    """An officer says what a post is about (or how it feels, or what it does); what the reader said stays beside it."""
    add(client, officer, [post_id], field, value, at)


def correct_topics(client: Client, officer: str, post_id: str, topics: Sequence[str], at: datetime) -> None:
    """An officer says what a post is about. Raises BadInput."""
    correct_all(client, officer, [post_id], topics, at)


def correct_all(client: Client, officer: str, post_ids: Sequence[str], topics: Sequence[str], at: datetime) -> None:
    """An officer says what each of some posts is about, the first topic first; without any it is taken back.

    Raises BadInput, and then writes nothing.

    What a source's terms forbid to infer about its users is not written down of them either (invariant R7).
    """
    if len(topics) > MOST_TOPICS:
        raise BadInput(f"A post is about {MOST_TOPICS} topics at most: choose those that matter.")
    if NOT_COUNCIL in topics and len(topics) > 1:
        raise BadInput("A post that is not about the council has no other topic.")
    if not all(SLUG.fullmatch(slug) for slug in topics):
        raise BadInput("That is not a topic of this council.")
    for source in sorted({post_id.partition(":")[0] for post_id in post_ids}):
        if set(topics) & not_for(source):
            title = of(source).title
            raise BadInput(f"The terms of {title} do not allow this topic to be kept about a post from there.")
    add(client, officer, post_ids, "topic", " ".join(topics), at)


def decide(client: Client, officer: str, post_ids: Sequence[str], field: TalkField, value: str, at: datetime) -> None:
    """An officer says the same of each of some questions: that they were answered there, or are not ours ...

    Raises BadInput for an address that is none, and for a value that is too long.
    """
    value = value.strip()
    if field == "answer-link" and value and not WEB.fullmatch(value):
        raise BadInput("The address of the answer should begin with https:// and have no spaces in it.")
    if field == "neighbour" and value not in NEIGHBOUR:
        raise BadInput("A neighbour's answer is right or wrong.")
    if len(value) > LONGEST:
        raise BadInput(f"That is longer than {LONGEST} characters: shorten it.")
    add(client, officer, post_ids, field, value, at)


def add(client: Client, officer: str, keys: Sequence[str], field: str, value: str, at: datetime) -> None:
    """One row for each key, which is mostly a post's id: an officer says this of it from now on."""
    rows = [(at, officer, key, field, value) for key in keys]
    insert(client, "decisions", DECISIONS, list(zip(*rows, strict=True)))


def audit(client: Client, officer: str, action: str, detail: str, at: datetime) -> None:
    """Write down who did what. `detail` names posts by their ids, never by their text."""
    insert(client, "audit", AUDIT, [[at], [officer], [action], [detail]])
