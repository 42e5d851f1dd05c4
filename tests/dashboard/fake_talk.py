"""The store's questions about conversations, answered from the posts of a fake store: each question by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from soundings.council import CouncilFile
from soundings.errors import OursFailed
from store.answers import PostView
from store.conversations import REACH as REACH
from store.promises import Kept, Promise, promise
from store.talk.change import Change, Counted
from store.talk.ends import Decided, End
from store.talk.merging import Wishes
from store.talk.shapes import Agenda, Asking, Conversation, Week
from store.windows import Window, midnight


class Held(Protocol):
    """The part of a fake post that is needed."""

    @property
    def view(self) -> PostView: ...


class FakeTalk:
    """What a fake store adds: it has `posts_held` and `away`."""

    REACH = REACH
    posts_held: Sequence[Held]
    away: bool

    def _there(self) -> None:
        if self.away:
            raise OursFailed("the store does not answer")

    def conversations(self, client: Any, now: datetime, council_file: CouncilFile) -> list[Conversation]:
        self._there()
        asked = [held.view for held in self.posts_held if "question" in held.view.acts]
        return [_conversation(post) for post in sorted(asked, key=lambda post: (post.happened_at, post.id))]

    def thread(self, client: Any, root: str) -> list[PostView]:
        self._there()
        return [held.view for held in self.posts_held if root in (held.view.id, held.view.thread)]

    def weeks(self, client: Any, now: datetime, council_file: CouncilFile, count: int = 6) -> list[Week]:
        self._there()
        zone = council_file.council.zone
        monday = now.astimezone(zone).date() - timedelta(days=now.astimezone(zone).weekday())
        starts = [midnight(monday - timedelta(weeks=back), zone) for back in reversed(range(count))]
        return [Week("", start, 0, 0, 0, 0, 0, None) for start in starts]

    def agenda(self, client: Any, window: Window) -> list[Agenda]:
        self._there()
        return []

    def decisions(self, client: Any) -> tuple[Decided, Wishes]:
        self._there()
        return Decided(), Wishes()


def _conversation(post: PostView) -> Conversation:
    asking = Asking(post.id, post.id, post.source, post.text, post.happened_at, (), End.NOBODY, None, "", "")
    return Conversation(
        id=post.id, text=post.text, asked=(asking,), voices=1, services=post.topics, places=post.places, end=End.NOBODY,
        waiting=1, oldest=post.happened_at, last=post.happened_at, to_council=False, handed_to="", not_ours="", link="",
        suggestion=None,
    )  # fmt: skip


@dataclass
class FakePromises:
    """`store.promises` of a fake store: nothing is written down."""

    store: FakeTalk

    def promises(self, client: Any) -> list[Kept]:
        self.store._there()
        return []

    def promise(self, fields: dict[str, Any]) -> Promise:
        return promise(fields)

    def change(self, client: Any, made: Promise, now: datetime, zone: Any) -> Change:
        nobody = Counted(28, 0, 0, 0, 0)
        return Change(nobody, nobody)
