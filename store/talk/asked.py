"""Which posts are questions that a council should hear: asked by people, about a service, to the council or to nobody.

Whether a text asks at all is the reader's to say (the speech act `question`); here it is about to whom, and about what.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from soundings.words import Kind, SpeechAct
from store.talk.concern import personal, public, to_all
from store.talk.said import Said, Thread

ASKING = (Kind.POST.value, Kind.REPLY.value, Kind.REPORT.value)
"""A repost repeats somebody else's question; an article and a petition ask nobody."""


@dataclass(frozen=True)
class Question:
    """A post that asks, with what its thread tells about it."""

    post: Said
    thread: Thread
    services: tuple[str, ...]
    """What it is about: its own topics, else those of the post that it replies to, else of the thread."""
    places: tuple[str, ...]
    """Likewise."""

    @property
    def above(self) -> tuple[Said, ...]:
        """The post that it replies to and the one that its thread began with: what "it" may mean."""
        found = (self.thread.parent(self.post), self.thread.root)
        return tuple({one.id: one for one in found if one is not None and one.id != self.post.id}.values())

    @property
    def to_council(self) -> bool:
        """Whether it speaks to the council: by name, or below one of its posts."""
        return bool(self.post.addressed_to) or any(one.by_council for one in self.above)

    @property
    def concerns(self) -> bool:
        """Whether it is for a council to hear: put to it, or about public life and meant for whoever knows.

        Below a neighbour's post it has to say so itself: "which street is that?" is about the road, and for one person.
        """
        if self.to_council:
            return True
        text, parent = self.post.text, self.thread.parent(self.post)
        own = bool(self.post.services) or public(text)
        if parent is None or not parent.by_people:
            return own or bool(self.services)
        return not personal(text) and (own or (bool(self.services) and to_all(text)))

    @property
    def accounts(self) -> tuple[str, ...]:
        """Handles of the council's accounts that it speaks to."""
        return tuple(dict.fromkeys([*self.post.addressed_to, *(one.account for one in self.above if one.account)]))


def questions(threads: Mapping[str, Thread]) -> Iterator[Question]:
    """Every question about a service, thread by thread."""
    for thread in threads.values():
        for post in thread.posts:
            if asks(post):
                question = _question(post, thread)
                if question.concerns:
                    yield question


def asks(post: Said) -> bool:
    """Whether somebody asks here, and does not rather suggest: that is for the ideas."""
    if not post.by_people or post.kind not in ASKING or not post.does(SpeechAct.QUESTION):
        return False
    return post.acts[0] != SpeechAct.IDEA.value


def _question(post: Said, thread: Thread) -> Question:
    bare = Question(post, thread, (), ())
    told = [post, *bare.above]
    return replace(bare, services=_first([one.services for one in told]), places=_first([one.places for one in told]))


def _first(found: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    return next((one for one in found if one), ())
