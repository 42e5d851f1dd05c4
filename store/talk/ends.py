"""How a question ended: answered by the council, replied to, answered by neighbours, or by nobody.

Only what may be shown counts, so a deleted answer un-answers. What an officer said goes before what was worked out:
a link to the published answer, a neighbour's answer that was right or wrong, a question that is somebody else's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from soundings.words import SpeechAct
from store.talk.asked import Question, asks
from store.talk.replies import answers
from store.talk.said import Said


class End(StrEnum):
    """The ends of a question, and of a conversation."""

    ANSWERED = "answered"
    """By the council: one of its accounts in the thread, or a published answer that an officer linked."""
    NOT_OURS = "not-ours"
    """Somebody else's service: an officer said whose."""
    REPLIED = "replied"
    """The council replied without answering: "please DM us"."""
    NEIGHBOURS = "neighbours"
    NOBODY = "nobody"

    @property
    def waits(self) -> bool:
        """Whether the council still owes an answer."""
        return self not in (End.ANSWERED, End.NOT_OURS)


@dataclass(frozen=True)
class Decided:
    """What officers decided, by the id of the post that it is about. Only the latest word counts."""

    links: Mapping[str, tuple[str, datetime]] = field(default_factory=dict)
    """Question -> address of the published answer, and when it was linked."""
    not_ours: Mapping[str, str] = field(default_factory=dict)
    """Question -> whose it is."""
    handed_to: Mapping[str, str] = field(default_factory=dict)
    """Question -> who at the council is to answer it."""
    neighbours: Mapping[str, str] = field(default_factory=dict)
    """A neighbour's answer -> `right` or `wrong`."""


@dataclass(frozen=True)
class Ended:
    """How one question ended."""

    end: End
    at: datetime | None = None
    """When it was answered, or replied to."""
    by: str = ""
    """Id of the post that did, when one did."""
    account: str = ""
    """Handle of the council's account that did."""


def ended(question: Question, decided: Decided) -> Ended:
    """The end of a question: the best that happened to it, and of that the first."""
    post = question.post
    if post.id in decided.links:
        return Ended(End.ANSWERED, decided.links[post.id][1])
    told = list(_council_after(question))
    answer = next((one for one in told if answers(one.text)), None)
    if answer:
        return Ended(End.ANSWERED, answer.happened_at, answer.id, answer.account)
    if post.id in decided.not_ours:
        return Ended(End.NOT_OURS)
    if told:
        return Ended(End.REPLIED, told[0].happened_at, told[0].id, told[0].account)
    neighbour = next((one for one in neighbours(question) if _helps(one, decided)), None)
    return Ended(End.NEIGHBOURS, neighbour.happened_at, neighbour.id) if neighbour else Ended(End.NOBODY)


def _council_after(question: Question) -> Iterator[Said]:
    """What the council said to the asker: below the question, or beside it before anybody else asked there.

    On platforms that know no replies to replies a thread is flat: the answer then hangs below the first post.
    """
    post, thread = question.post, question.thread
    below = {one.id for one in thread.below(post)}
    since = [one for one in thread.posts if (one.happened_at, one.id) > (post.happened_at, post.id)]
    others = 0
    for one in since:
        if one.by_council and (one.id in below or (not others and one.reply_to and one.reply_to == post.reply_to)):
            yield one
        others += asks(one) and one.id not in below and one.voice != post.voice


def neighbours(question: Question) -> Iterator[Said]:
    """What other people said below a question, oldest first."""
    post = question.post
    for one in question.thread.below(post):
        if one.by_people and (one.voice != post.voice or not one.voice):
            yield one


def _helps(reply: Said, decided: Decided) -> bool:
    word = decided.neighbours.get(reply.id)
    return word == "right" or (word != "wrong" and reply.does(SpeechAct.ANSWER))
