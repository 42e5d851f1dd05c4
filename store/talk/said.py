"""One post as a conversation sees it, and the threads they form. The voice in it never leaves this package (R4).

Pure; knows nothing of SQL and of what counts as a question.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from soundings.taxonomy import NOT_COUNCIL
from soundings.words import PEOPLE, AuthorKind, SpeechAct

COUNCIL = AuthorKind.COUNCIL.value


@dataclass(frozen=True)
class Said:
    """A post: its newest text, and what was understood of it."""

    id: str
    source: str
    kind: str
    text: str
    happened_at: datetime
    author_kind: str
    account: str
    """Handle of the council's own account, for its posts."""
    voice: str
    reply_to: str
    thread: str
    addressed_to: tuple[str, ...]
    topics: tuple[str, ...]
    acts: tuple[str, ...]
    places: tuple[str, ...]
    embedding: tuple[int, ...] = ()
    """What the encoder made of its text; empty where it made nothing."""

    @property
    def root(self) -> str:
        """The id of the post that its thread began with: its own, when it began one."""
        return self.thread or self.id

    @property
    def by_council(self) -> bool:
        """Whether one of the council's own accounts wrote it."""
        return self.author_kind == COUNCIL

    @property
    def by_people(self) -> bool:
        """Whether a resident wrote it, or somebody of whom nothing is known."""
        return self.author_kind in PEOPLE

    @property
    def services(self) -> tuple[str, ...]:
        """The council services that it is about."""
        return tuple(topic for topic in self.topics if topic != NOT_COUNCIL)

    def does(self, act: SpeechAct) -> bool:
        """Whether its writer does this, among other things."""
        return act.value in self.acts


class Thread:
    """The posts of one thread that may be shown, oldest first."""

    def __init__(self, posts: Iterable[Said]) -> None:
        self.posts: Sequence[Said] = sorted(posts, key=lambda post: (post.happened_at, post.id))
        self._by_id = {post.id: post for post in self.posts}

    @cached_property
    def _children(self) -> dict[str, list[Said]]:
        found: dict[str, list[Said]] = defaultdict(list)
        for post in self.posts:
            found[post.reply_to].append(post)
        return found

    @property
    def root(self) -> Said | None:
        """The post that began it; None when it is not held, or is removed."""
        return next((post for post in self.posts if not post.reply_to and post.id == post.root), None)

    @cached_property
    def flat(self) -> bool:
        """Whether every reply in it answers the post that it began with, and none another reply."""
        return all(post.reply_to in ("", post.root) for post in self.posts)

    def parent(self, post: Said) -> Said | None:
        """What a post replies to, if that may be shown."""
        return self._by_id.get(post.reply_to)

    def replies(self, post: Said) -> Sequence[Said]:
        """Direct replies, oldest first."""
        return self._children.get(post.id, ()) if post.id else ()

    def below(self, post: Said) -> Iterator[Said]:
        """Every post that answers this one, directly or over others."""
        waiting, seen = list(self.replies(post)), {post.id}
        while waiting:
            one = waiting.pop(0)
            if one.id not in seen:  # a platform may send a circle
                seen.add(one.id)
                yield one
                waiting += self.replies(one)


def threads(posts: Iterable[Said]) -> dict[str, Thread]:
    """Posts by thread, under the id of the post that began it."""
    grouped: dict[str, list[Said]] = defaultdict(list)
    for post in posts:
        grouped[post.root].append(post)
    return {root: Thread(found) for root, found in grouped.items()}
