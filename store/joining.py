"""Posts that say nearly the same become one story: by their words, or because one reposts the other.

Pure, and the same whatever the order in which posts come. Nothing of it is kept: a story is made of the posts that may
be shown when somebody asks, so one that was retracted is in none. The voice in a `Told` never leaves this package (R4).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from soundings.words import Kind
from store.alike import SIZE, Likenesses, heads, matrix
from store.answers import Mark


@dataclass(frozen=True, slots=True)
class Told:
    """A post as far as a story needs it."""

    id: str
    source: str
    kind: str
    happened_at: datetime
    voice: int
    """A number of this answer alone; 0 when nobody is named."""
    quotes: Sequence[str]
    reply_to: str
    places: Sequence[str]
    likeness: Sequence[int]
    council: bool = False
    """Whether an account of the council's own posted it."""

    @property
    def repeats(self) -> str:
        """Id of the post that this one reposts, for which a file has no field but `reply_to`; empty for any other."""
        return next(iter([*self.quotes, self.reply_to])) if self.kind == Kind.REPOST else ""


@dataclass(frozen=True)
class Joined:
    """The posts of one story, at least two, as far as they can be counted."""

    members: tuple[Mark, ...]
    """Oldest first."""
    specimen: Mark
    """The oldest that has words."""
    voices: int
    """Distinct people who said it, reposts among them, the council's own accounts not."""
    unnamed: int
    """Posts of nobody who is named."""
    council: int
    """Posts of the council's own accounts."""
    reposts: int
    sources: tuple[str, ...]


def join(told: Sequence[Told]) -> list[Joined]:
    """The stories among some posts, the oldest first."""
    ordered = sorted(told, key=lambda post: (post.happened_at, post.id))
    reposted = _reposted(ordered)
    firsts = sorted(set(reposted))  # what is not a repost of anything here, and the oldest of each post's reposts
    alike = _alike([ordered[row] for row in firsts])
    story_of = {first: firsts[head] for first, head in zip(firsts, alike, strict=True)}
    groups: dict[int, list[int]] = defaultdict(list)
    for row, first in enumerate(reposted):
        groups[story_of[first]].append(row)
    found = [_joined([ordered[row] for row in rows]) for rows in groups.values() if len(rows) > 1]
    return sorted(found, key=lambda one: (one.members[0].at, one.members[0].id))


def _alike(posts: Sequence[Told]) -> list[int]:
    rows: Likenesses = matrix([post.likeness for post in posts])
    places = [frozenset(post.places) for post in posts]

    def may_join(one: int, head: int) -> bool:
        """The same words about another street are another story: an officer must see both."""
        return not (places[one] and places[head]) or not places[one].isdisjoint(places[head])

    return heads(rows, may_join)


def _reposted(ordered: Sequence[Told]) -> list[int]:
    """For each post the row of the oldest that is the same post said on: the one it reposts, or one that does too."""
    leads: dict[str, str] = {}
    for post in ordered:
        if post.repeats:
            leads[_end(post.id, leads)] = _end(post.repeats, leads)
    first: dict[str, int] = {}
    return [first.setdefault(_end(post.id, leads), row) for row, post in enumerate(ordered)]


def _end(post_id: str, leads: dict[str, str]) -> str:
    """Where a chain of reposts ends, which it makes shorter. One that bites its own tail ends too."""
    while (following := leads.get(post_id, post_id)) != post_id:
        leads[post_id] = leads.get(following, following)
        post_id = following
    return post_id


def _joined(posts: Sequence[Told]) -> Joined:
    said = next((post for post in posts if len(post.likeness) == SIZE), posts[0])
    return Joined(
        members=tuple(Mark(post.happened_at, post.id) for post in posts),
        specimen=Mark(said.happened_at, said.id),
        voices=len({post.voice for post in posts if not post.council} - {0}),
        unnamed=sum(not post.voice and not post.council for post in posts),
        council=sum(post.council for post in posts),
        reposts=sum(post.kind == Kind.REPOST for post in posts),
        sources=tuple(sorted({post.source for post in posts})),
    )


def once(listed: Sequence[Mark], stories: Sequence[Sequence[Mark]]) -> Iterator[Mark]:
    """A list of posts without those whose story stands in it already."""
    story_of = {mark.id: number for number, members in enumerate(stories) for mark in members}
    seen: set[int] = set()
    for mark in listed:
        story = story_of.get(mark.id)
        if story is None or story not in seen:
            yield mark
        if story is not None:
            seen.add(story)
