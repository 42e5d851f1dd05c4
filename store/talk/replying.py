"""Which of the council's posts reply to somebody, and which only go on with what it said itself.

Pure; knows nothing of SQL and of what counts as a question.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from store.talk.numbered import goes_on
from store.talk.said import Said


def replying(posts: Sequence[Said], held: Collection[str], spoke: Mapping[str, datetime]) -> frozenset[str]:
    """Ids of those that reply to somebody, of all that the council wrote in some weeks.

    `held`: those of the posts they reply to that are held; `spoke`: when somebody else first wrote in a thread. Below a
    post that is gone nobody knows whether it was ours: that is no reply.
    """
    ours = {post.id: post for post in posts}
    return frozenset(post.id for post in posts if post.reply_to and _replies(post, ours, held, spoke))


def _replies(post: Said, ours: Mapping[str, Said], held: Collection[str], spoke: Mapping[str, datetime]) -> bool:
    above = ours.get(post.reply_to)
    if above is None:
        return post.reply_to in held
    # In a flat thread the answer to somebody hangs below our own first post, beside the question.
    first = spoke.get(post.root)
    return first is not None and first < post.happened_at and not goes_on(above.text, post.text)
