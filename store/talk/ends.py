"""How a question ended: answered by the council, replied to, answered by neighbours, or by nobody.

Only what may be shown counts, so a deleted answer un-answers. What an officer said goes before what was worked out:
a link to the published answer, a neighbour's answer that was right or wrong, a question that is somebody else's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from soundings.words import AuthorKind, SpeechAct
from store.talk.asked import Question, asks
from store.talk.helping import helps
from store.talk.numbered import goes_on
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
    """The end of a question: the best that happened to it, and of that the first.

    An answer in the thread stays the answer when an officer links the published one for everybody who asked: by it is
    known who answered, when, and what may be told the others.
    """
    post = question.post
    told = list(_council_after(question))
    answer = next((one for one in told if answers(one.text)), None)
    if answer:
        return Ended(End.ANSWERED, answer.happened_at, answer.id, answer.account)
    if post.id in decided.links:
        return Ended(End.ANSWERED, decided.links[post.id][1])
    if post.id in decided.not_ours:
        return Ended(End.NOT_OURS)
    if told:
        return Ended(End.REPLIED, told[0].happened_at, told[0].id, told[0].account)
    neighbour = next((one for one in neighbours(question) if _helped(question, one, decided)), None)
    return Ended(End.NEIGHBOURS, neighbour.happened_at, neighbour.id) if neighbour else Ended(End.NOBODY)


def _council_after(question: Question) -> Iterator[Said]:
    """What the council said to the asker."""
    return (one for one in _after(question) if one.by_council)


def neighbours(question: Question) -> Iterator[Said]:
    """What others than the council said to the asker or below, oldest first. The press tells what it wants to tell."""
    voice = question.post.voice
    for one in _after(question):
        if not one.by_council and one.author_kind != AuthorKind.PRESS.value and (one.voice != voice or not voice):
            yield one


def _after(question: Question) -> Iterator[Said]:
    """What was said below a question, or beside it before anybody else asked there, oldest first.

    On platforms that know no replies to replies a thread is flat: the answer then hangs below the first post. Where
    replies do have replies, the council answers below the question; neighbours put theirs anywhere. Of two who ask
    without a name nobody knows whether they are one: the second counts as somebody else.
    """
    post, thread = question.post, question.thread
    below = {one.id for one in thread.below(post)}
    since = [one for one in thread.posts if (one.happened_at, one.id) > (post.happened_at, post.id)]
    others = False
    for one in since:
        if one.id in below or (not others and _beside(question, one)):
            yield one
        others = others or (asks(one) and one.id not in below and (one.voice != post.voice or not post.voice))


def _beside(question: Question, one: Said) -> bool:
    """Whether it hangs where the question hangs, and does not just go on with what stands above both."""
    above = question.thread.parent(question.post)
    if not one.reply_to or one.reply_to != question.post.reply_to:
        return False
    if one.by_council and not question.thread.flat:
        return False
    return above is None or above.account != one.account or not goes_on(above.text, one.text)


def _helped(question: Question, reply: Said, decided: Decided) -> bool:
    """Whether a neighbour told the asker. What neighbours say to each other further down is for them."""
    word = decided.neighbours.get(reply.id)
    if word:
        return word == "right"
    asker, spoken_to = question.post, question.thread.parent(reply)
    to_asker = spoken_to is not None and (spoken_to.id == asker.id or spoken_to.voice == asker.voice != "")
    if spoken_to is not None and reply.reply_to == asker.reply_to:
        # beside the question: below our own posts that is a remark to us, below a neighbour's it may be the answer
        return spoken_to.by_people and not asks(reply) and helps(reply.text)
    return reply.does(SpeechAct.ANSWER) or (to_asker and helps(reply.text))
