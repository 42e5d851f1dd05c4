"""Threads in a few words: `say("anna", "When is bin day?", "question")`, and what comes of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from store.talk.asked import Question, questions
from store.talk.said import Said, threads
from tests.factories import NOON

MINUTE = timedelta(minutes=1)
ROADS = "PenmarrowRoads"


class Talk:
    """What people say, one after another, a minute apart."""

    def __init__(self) -> None:
        self.said: list[Said] = []

    def say(
        self,
        who: str,
        text: str,
        acts: str = "other",
        to: Said | None = None,
        topics: str = "roads",
        places: str = "",
        at: datetime | None = None,
        addressed: Sequence[str] = (),
        kind: str = "",
    ) -> Said:
        """A post, or a reply `to` one. Whoever is called Penmarrow... is an account of the council."""
        ours = who.startswith("Penmarrow")
        post = Said(
            id=f"files:{len(self.said):032x}",
            source="files",
            kind=kind or ("reply" if to else "post"),
            text=text,
            happened_at=at or NOON + len(self.said) * MINUTE,
            author_kind="council" if ours else "resident",
            account=who if ours else "",
            voice=who,
            reply_to=to.id if to else "",
            thread=to.root if to else "",
            addressed_to=tuple(addressed),
            topics=tuple(topics.split()),
            acts=tuple(acts.split()),
            places=tuple(places.split()),
        )
        self.said.append(post)
        return post

    def ask(self, who: str, text: str = "When is it mended?", **more: object) -> Said:
        """A question."""
        return self.say(who, text, "question", **more)  # type: ignore[arg-type]

    def questions(self) -> list[Question]:
        """Every question of a council's concern, oldest first."""
        return found(self.said)

    def question(self, post: Said) -> Question:
        """What is known of one."""
        return next(one for one in self.questions() if one.post.id == post.id)


def found(said: Iterable[Said]) -> list[Question]:
    """The questions among some posts, oldest first."""
    return sorted(questions(threads(said)), key=lambda one: one.post.happened_at)
