"""Stories: posts that say nearly the same, by whoever and wherever. Entry: `store.questions`.

Worked out anew whenever it is asked, from what may be shown then. Knows nothing of pages, and of what makes two texts
alike (`store.alike`).
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from soundings.words import AuthorKind
from store.answers import Mark, Once, PostView, Story, Telling
from store.clickhouse import Client
from store.filters import ALL, SHOWN, Condition, Filters
from store.finding import marks, whole
from store.joining import Joined, Told, join, once
from store.listing import beyond, count, hits, newest_marks, read
from store.rows import ask
from store.windows import Window

LOOKED = 50_000
"""Posts that are looked at, the newest: a year of a council area, or some weeks of a large city."""
REACHED = 1000
"""Posts of a list that can be reached by turning its pages, the newest."""
OTHERS = 20
"""Posts of a story that are told whole beside the one that stands for it, the newest."""
TOLD = (
    "id, source, kind, happened_at, "
    "if(voice = '', 0, sipHash64(voice, {salt:UInt64})), "  # who is who within this answer, and in no other
    f"quotes, reply_to, places, likeness, author_kind = '{AuthorKind.COUNCIL.value}'"
)
NEWEST = "ORDER BY happened_at DESC, id DESC"


def stories(client: Client, window: Window | None = None, filters: Filters = ALL, words: str = "") -> list[Story]:
    """What was said more than once among the posts that fit: what most voices said first, then what most posts say.

    Of more than LOOKED posts the newest are looked at, and each story says so (`cut`). Raises OursFailed, and BadInput
    for too many words.
    """
    where = hits(words, filters, window)
    left_out = next(iter(marks(client, where, f"{NEWEST} LIMIT 1 OFFSET {LOOKED}")), None)
    joined = join(_told(client, where & beyond("(happened_at, id) >", left_out) if left_out else where))
    # What was retracted since that question was asked is missing from this one.
    texts = dict(whole(client, "id, text", [one.specimen for one in joined]))
    found = [_story(one, texts[one.specimen.id], left_out is not None) for one in joined if one.specimen.id in texts]
    return sorted(found, key=lambda one: (-one.voices, -one.posts, one.first, one.id))


def _told(client: Client, where: Condition) -> list[Told]:
    """Unordered: to sort so many likenesses would take the store longer than to find them."""
    rows = ask(client, f"SELECT {TOLD} FROM {SHOWN} AND {where.sql}", salt=secrets.randbits(63), **where.parameters)
    return [Told(*row) for row in rows]


def _story(joined: Joined, text: str, cut: bool) -> Story:
    return Story(
        id=joined.members[0].id, text=text, specimen=joined.specimen, voices=joined.voices, posts=len(joined.members),
        reposts=joined.reposts, unnamed=joined.unnamed, council=joined.council, sources=joined.sources,
        first=joined.members[0].at, last=joined.members[-1].at, members=joined.members, cut=cut,
    )  # fmt: skip


def told_once(
    client: Client,
    stories: Sequence[Story],
    window: Window | None = None,
    filters: Filters = ALL,
    words: str = "",
    limit: int = 20,
    offset: int = 0,
) -> Once:
    """The newest posts that fit, each of these stories once, where its newest post would stand.

    `stories`: those of the same posts, or of fewer. The page begins at `offset` of the list.
    """
    where = hits(words, filters, window)
    newest = newest_marks(client, where, REACHED)
    lines = list(once(newest, [story.members for story in stories]))
    story_of = {mark.id: story for story in stories for mark in story.members}
    page = [(mark, story_of.get(mark.id)) for mark in lines[offset : offset + limit]]
    others = {mark.id: _others(mark, story) for mark, story in page}
    wanted = {one.id: one for mark, _ in page for one in (mark, *others[mark.id])}
    posts = {post.id: post for post in read(client, list(wanted.values()))}
    tellings = (
        Telling(posts[mark.id], story, _present(others[mark.id], posts)) for mark, story in page if mark.id in posts
    )
    return Once(count(client, where), len(lines), tuple(tellings))


def _others(mark: Mark, story: Story | None) -> list[Mark]:
    return [one for one in reversed(story.members if story else ()) if one != mark][:OTHERS]


def _present(listed: Sequence[Mark], posts: dict[str, PostView]) -> tuple[PostView, ...]:
    return tuple(posts[mark.id] for mark in listed if mark.id in posts)
