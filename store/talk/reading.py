"""What conversations are made of, read from the store: the questions of some weeks, their threads, officers' decisions.

The only part of this package that asks the store. Knows nothing of what is made of it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from typing import get_args

from soundings.words import SpeechAct
from store.answers import Mark
from store.clickhouse import Client
from store.corrected import TOPICS
from store.decisions import TalkField
from store.filters import BY_PEOPLE, SHOWN, Condition, within
from store.finding import marks, whole
from store.rows import ask, chunks, literals
from store.talk.asked import Question, questions
from store.talk.ends import Decided
from store.talk.merging import Wishes
from store.talk.said import COUNCIL, Said, threads
from store.talk.shapes import MOST
from store.windows import Window

SAID = (
    "id, source, kind, text, happened_at, author_kind, account, "
    "if(voice = '', '', toString(sipHash64(voice, {salt:UInt64}))), "  # who is who within this answer, and in no other
    f"reply_to, thread, addressed_to, {TOPICS}, acts, places"
)
MEANT = f"{SAID}, embedding"
"""With what the encoder made of it: for merging alone, and as wide as all the rest."""
LOOKED = 30_000
"""Posts that ask anything at all, among which they are looked for: most ask a neighbour something."""
OLDER = timedelta(days=60)
"""How much older than its newest question a thread's first post may be."""


@dataclass(frozen=True)
class Asked:
    """The questions of a window that a council should hear, oldest first."""

    questions: Sequence[Question]
    cut: bool
    """Whether there are more than are looked at: the oldest are left out then."""


def asked(client: Client, window: Window, until: datetime, columns: str = SAID) -> Asked:
    """What was asked in a window, each question in its thread as it was at `until`, whole as far as it may be shown.

    Which posts concern the council is known only when their threads are read: they are read newest first, until there
    are enough questions or no more.
    """
    rows = ask(
        client,
        f"SELECT happened_at, id, if(thread = '', id, thread) AS root FROM {SHOWN} AND {within(window).sql} "
        f"AND has(acts, '{SpeechAct.QUESTION.value}') AND {BY_PEOPLE} "
        f"ORDER BY happened_at DESC, id DESC LIMIT {LOOKED + 1}",
        **within(window).parameters,
    )
    salt, complete = secrets.randbits(63), len(rows) <= LOOKED
    oldest, read, found = (window.start, ""), set[str](), list[Question]()
    for part in chunks(rows[:LOOKED], MOST):
        roots = {str(root) for _, _, root in part} - read
        read |= roots
        found += questions(threads(threads_of(client, roots, Window(window.start - OLDER, until), salt, columns)))
        oldest = (part[-1][0], part[-1][1])
        if sum(_when(one) >= oldest for one in found) > MOST:
            complete = False
            break
    # A thread that was read for its newest question may hold older ones, of which not all are read.
    since = (window.start, "") if complete else oldest
    inside = sorted((one for one in found if since <= _when(one) < (window.end, "")), key=_when)
    return Asked(inside[-MOST:], cut=not complete or len(inside) > MOST)


def _when(question: Question) -> tuple[datetime, str]:
    return question.post.happened_at, question.post.id


def threads_of(client: Client, roots: Iterable[str], window: Window, salt: int, columns: str = SAID) -> Iterator[Said]:
    """The posts of some threads. Replies are found by the index over `thread`, which one question for both unmakes."""
    found = {
        mark
        for part, name in product(chunks(sorted(roots)), ("thread", "id"))
        for mark in marks(client, within(window) & Condition(f"{name} IN ({literals(part)})", {}))
    }
    return _whole(client, found, columns, salt)


def by_council(client: Client, window: Window) -> list[Said]:
    """All that the council's own accounts wrote in a window."""
    where = within(window) & Condition(f"author_kind = '{COUNCIL}'", {})
    return list(_whole(client, marks(client, where), SAID, secrets.randbits(63)))


def _whole(client: Client, found: Iterable[Mark], columns: str, salt: int) -> Iterator[Said]:
    """These posts; `salt` is a number of this answer alone: no two answers can be laid side by side by voice."""
    ordered = sorted(found, key=lambda mark: (mark.at, mark.id))
    return (Said(*row) for row in whole(client, columns, ordered, salt=salt))


def held(client: Client, ids: Iterable[str], window: Window) -> set[str]:
    """Those of some posts that may be shown."""
    found: set[str] = set()
    for part in chunks(sorted(ids)):
        where = within(window) & Condition(f"id IN ({literals(part)})", {})
        found |= {str(row[0]) for row in ask(client, f"SELECT id FROM {SHOWN} AND {where.sql}", **where.parameters)}
    return found


def others_spoke(client: Client, roots: Iterable[str], window: Window) -> dict[str, datetime]:
    """When somebody who is not the council first wrote in a thread: without those where nobody did."""
    found: dict[str, datetime] = {}
    for part, name in product(chunks(sorted(roots)), ("thread", "id")):
        where = within(window) & Condition(f"{name} IN ({literals(part)}) AND author_kind != '{COUNCIL}'", {})
        rows = ask(
            client,
            f"SELECT if(thread = '', id, thread) AS root, min(happened_at) FROM {SHOWN} AND {where.sql} GROUP BY root",
            **where.parameters,
        )
        for root, at in rows:
            found[root] = min(at, found.get(root, at))
    return found


FIELDS: tuple[str, ...] = get_args(TalkField)


def decisions(client: Client) -> tuple[Decided, Wishes]:
    """What officers decided about questions and answers: the latest word on each."""
    rows = ask(
        client,
        "SELECT post_id, field, argMax(value, at) AS word, max(at) FROM decisions "
        f"WHERE field IN ({literals(FIELDS)}) GROUP BY post_id, field HAVING word != ''",
    )
    found: dict[str, dict[str, tuple[str, datetime]]] = {field: {} for field in FIELDS}
    for post_id, field, word, at in rows:
        found[field][post_id] = (word, at)
    words = {field: {post_id: word for post_id, (word, _) in held.items()} for field, held in found.items()}
    decided = Decided(found["answer-link"], words["not-ours"], words["handed-to"], words["neighbour"])
    return decided, Wishes(frozenset(words["apart"]), _together(found["with"], found["apart"]))


def _together(joined: Mapping[str, tuple[str, datetime]], parted: Mapping[str, tuple[str, datetime]]) -> dict[str, str]:
    """What was joined and not parted since: of two words about one question the later holds.

    A question that was parted and then joined stays apart from all but what it was joined with.
    """
    return {
        one: other
        for one, (other, at) in joined.items()
        if all(name not in parted or parted[name][1] <= at for name in (one, other))
    }
