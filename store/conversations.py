"""Conversations: questions about services, to the council or to nobody, merged when many ask the same, and their ends.

Worked out anew whenever it is asked, from what may be shown then. Knows nothing of pages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from soundings.council import CouncilFile
from store.answers import PostView
from store.clickhouse import Client
from store.columns import EARLIEST, LATEST
from store.filters import Condition
from store.listing import happened_at, read_where
from store.rows import literals
from store.talk.asked import Question
from store.talk.ends import Decided, End, Ended, ended
from store.talk.merging import merge, nearness
from store.talk.reading import MEANT, OLDER, asked, decisions
from store.talk.shapes import Asking, Conversation, Suggestion
from store.talk.signposts import Signposts
from store.windows import Window

REACH = timedelta(days=60)
"""How far back questions are looked for: who asked before that no longer waits for a post."""

DAY, MILLISECOND = timedelta(days=1), timedelta(milliseconds=1)


def conversations(
    client: Client, now: datetime, council_file: CouncilFile, reach: timedelta = REACH
) -> list[Conversation]:
    """Every conversation of the last weeks, the one that has waited longest first. Raises OursFailed.

    When more was asked than is looked at, the oldest are left out and each says so (`cut`).
    """
    decided, wishes = decisions(client)
    heard = asked(client, Window.last(now, reach), now, MEANT)
    ends = {one.post.id: ended(one, decided) for one in heard.questions}
    signposts = Signposts(council_file)
    groups = merge(heard.questions, wishes)
    found = [replace(_conversation(group, ends, decided, signposts), cut=heard.cut) for group in groups]
    return sorted(found, key=lambda one: (one.oldest, one.id))


def _conversation(
    group: Sequence[Question], ends: Mapping[str, Ended], decided: Decided, signposts: Signposts
) -> Conversation:
    waiting = [one for one in group if ends[one.post.id].end.waits]
    text, services = _central(group), _commonest(service for one in group for service in one.services)
    return Conversation(
        id=group[0].post.id,
        text=text,
        asked=tuple(_asking(one, ends[one.post.id]) for one in group),
        voices=len({one.post.voice for one in group} - {""}),
        services=services,
        places=_commonest(place for one in group for place in one.places),
        end=_end([ends[one.post.id].end for one in group]),
        waiting=len(waiting),
        oldest=(waiting or group)[0].post.happened_at,
        last=group[-1].post.happened_at,
        to_council=any(one.to_council for one in group),
        handed_to=_latest(group, decided.handed_to),
        not_ours=_latest(group, decided.not_ours),
        link=_latest(group, {post_id: link for post_id, (link, _) in decided.links.items()}),
        suggestion=_told_others(group, ends) or signposts.find(text, services),
    )


def _asking(question: Question, end: Ended) -> Asking:
    post = question.post
    return Asking(
        id=post.id, root=post.root, source=post.source, text=post.text, asked_at=post.happened_at,
        accounts=question.accounts, end=end.end, answered_at=end.at, answer=end.by, account=end.account,
    )  # fmt: skip


def _end(ends: Sequence[End]) -> End:
    """Of a conversation: while anybody waits, what most of those who do have come to; of two, the better."""
    waiting = [end for end in ends if end.waits]
    counted = Counter(waiting or ends)
    return min(counted, key=lambda end: (-counted[end], list(End).index(end)))


def _central(group: Sequence[Question]) -> str:
    if len(group) == 1:  # most are
        return group[0].post.text
    near = nearness(group).sum(axis=1)
    return group[int(near.argmax())].post.text


def _commonest(found: Iterable[str]) -> tuple[str, ...]:
    counted = Counter(found)
    return tuple(sorted(counted, key=lambda one: (-counted[one], one)))


def _latest(group: Sequence[Question], words: Mapping[str, str]) -> str:
    return next((words[one.post.id] for one in reversed(group) if one.post.id in words), "")


def _told_others(group: Sequence[Question], ends: Mapping[str, Ended]) -> Suggestion | None:
    """What the council told one of them, for the others: the newest."""
    for one in reversed(group):
        end = ends[one.post.id]
        answer = next((post for post in one.thread.posts if post.id == end.by), None)
        if end.end is End.ANSWERED and answer is not None:
            return Suggestion(answer.text, "", f"what @{answer.account} told somebody else who asked")
    return None


def thread(client: Client, root: str) -> list[PostView]:
    """The posts of one thread that may be shown, oldest first: of one that goes on and on, those of the first weeks.

    Its first post is looked for among the newer ones first, and says when the others may have happened; a platform's
    clock may be wrong by a day. Without it the index over `thread` finds them whenever it was.
    """
    named = literals([root])
    window, first = Window(EARLIEST, LATEST), list[PostView]()
    if (at := happened_at(client, root)) is not None:
        window = Window(max(at - DAY, EARLIEST), min(at + OLDER, LATEST))
        first = read_where(client, Window(at, at + MILLISECOND), Condition(f"id IN ({named})", {}))
    replies = read_where(client, window, Condition(f"thread IN ({named})", {}))
    found = {post.id: post for post in [*first, *replies]}
    return sorted(found.values(), key=lambda post: (post.happened_at, post.id))
