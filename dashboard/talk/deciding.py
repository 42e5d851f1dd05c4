"""What officers write: decisions about questions, what posts are about, "you said, we did". Each is one row more, and
can be taken back.

The only module of this package that writes to the store, as its user `officer`. After each word all kept answers are
forgotten, so that the page shows it at once. Nothing here ever posts, replies or speaks to anyone (invariant R6).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dashboard import source
from dashboard.keeping import ask, forget
from dashboard.talk import officer
from dashboard.talk.shapes import Decisions, Talk
from store import corrected, decisions, promises
from store.clickhouse import Client
from store.decisions import TalkField
from store.promises import Promise

YES = "yes"
NAMED = 100
"""Posts that one line of the audit names."""


@dataclass(frozen=True)
class Step:
    """One word about some questions or answers; an empty value takes it back."""

    ids: Sequence[str]
    field: TalkField
    value: str = ""


def decide(steps: Sequence[Step]) -> None:
    """Write these words down. Raises BadInput, and StoreAway."""
    who, at = officer.name(), source.clock()

    def write(client: Client) -> None:
        for step in steps:
            if step.ids:
                decisions.decide(client, who, step.ids, step.field, step.value, at)
                detail = f"{step.field} {'set' if step.value else 'taken back'}: {' '.join(step.ids)}"
                decisions.audit(client, who, "decided about a question", detail, at)

    _write(write)


def correct_topics(post_ids: Sequence[str], topics: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Say what these posts are about, the first topic first; none takes it back.

    Returns what was said of each of them before. Raises BadInput, and StoreAway.
    """
    before: dict[str, tuple[str, ...]] = {}

    def write(client: Client) -> None:
        said = corrected.words_of(client, post_ids)
        before.update({post_id: said.get(post_id, ()) for post_id in post_ids})
        _correct(client, [(tuple(topics), post_ids)])

    _write(write)
    return before


def put_back(before: Mapping[str, tuple[str, ...]]) -> None:
    """Say of each post again what was said before. Raises BadInput, and StoreAway."""
    same: dict[tuple[str, ...], list[str]] = {}
    for post_id, topics in before.items():
        same.setdefault(topics, []).append(post_id)
    _write(lambda client: _correct(client, list(same.items())))


def _correct(client: Client, words: Sequence[tuple[tuple[str, ...], Sequence[str]]]) -> None:
    """The audit has no topic: it outlives the posts, and of which topic one was is told about its writer."""
    who, at = officer.name(), source.clock()
    for topics, post_ids in words:
        decisions.correct_all(client, who, post_ids, topics, at)
        more = f" and {len(post_ids) - NAMED} more" if len(post_ids) > NAMED else ""
        detail = f"{'set' if topics else 'taken back'}: {' '.join(post_ids[:NAMED])}{more}"
        decisions.audit(client, who, "corrected the topic of a post", detail, at)


def joint(other: Talk, held: Decisions) -> str:
    """The id by which another conversation is joined: one that has not joined anything yet, as each can only once."""
    return next((one for one in other.ids if one not in held.taken), other.id)


def new_key() -> str:
    """The key of a decision that is not written yet: known before, so that it can be undone."""
    return f"said:{uuid.uuid4().hex}"


def write_promise(made: Promise, key: str) -> None:
    """Write down what was decided, or word it anew. Raises StoreAway."""
    who, at = officer.name(), source.clock()

    def write(client: Client) -> None:
        promises.write(client, who, made, at, key)
        decisions.audit(client, who, "you said, we did", f"written: {key}", at)

    _write(write)


def take_back_promise(key: str) -> None:
    """Show it no more. Raises StoreAway."""
    who, at = officer.name(), source.clock()

    def write(client: Client) -> None:
        promises.take_back(client, who, key, at)
        decisions.audit(client, who, "you said, we did", f"taken back: {key}", at)

    _write(write)


def _write(write: Callable[[Client], None]) -> None:
    ask(source.OFFICER, write, "officer")
    forget()
