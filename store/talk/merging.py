"""Which questions are one question, asked by several people: near in meaning, about one service, in one place.

In the order in which they were asked, each joins the group that it is nearest to, or begins one: who asks later never
moves who asked before. An officer's word goes first: what was set apart stays apart, what was joined stays joined.
Knows nothing of answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from store.talk.asked import Question
from store.talk.meaning import Matrix, alike_in_meaning, alike_in_words, question_in
from store.talk.wanted import wanted

WEIGHTS = {
    "words": 9.16,
    "meaning": 12.52,
    "same place": 1.31,
    "other place": -0.42,
    "same ward": 0.17,
    "other service": -1.41,
    "same kind of answer": 2.23,
    "other kind of answer": -2.69,
    "same thread": 5.34,
    "within hours": 0.8,
    "weeks apart": -1.36,
}
"""What speaks for and against two questions being one, by logistic regression on the pairs of three of the labelled
sample's six weeks (tests/merging_weights.py). Words and meaning are shares from 0 to 1, the others so or not so."""
UNREAD = 0.8
"""Where the encoder made nothing of one of them (a text in Welsh), so much of its weight goes to the words."""
NEAR = 8.2
"""The least sum of them: chosen on the same weeks."""
HOURS, WEEKS = timedelta(hours=3), timedelta(weeks=3)
FEW = 2
"""Nearness to a group is that to its two nearest members, or its only one: people put one question in many ways."""
FAR = timedelta(days=45)
"""A question that nobody asked for so long begins anew: last year's bin day is another one."""
NEVER = -1000.0


@dataclass(frozen=True)
class Wishes:
    """What officers said about groups: ids of questions."""

    apart: frozenset[str] = frozenset()
    """These stand alone."""
    together: Mapping[str, str] = field(default_factory=dict)
    """Id -> id of a question that it belongs with: goes before `apart`, so without those that were parted since."""


NO_WISHES = Wishes()
Group = list[int]


def in_order(questions: Iterable[Question]) -> list[Question]:
    """As they were asked."""
    return sorted(questions, key=lambda question: (question.post.happened_at, question.post.id))


def merge(questions: Iterable[Question], wishes: Wishes = NO_WISHES) -> list[list[Question]]:
    """Groups of questions, each oldest first, in the order of their first."""
    ordered = in_order(questions)
    at = [question.post.happened_at for question in ordered]
    groups = grouped(nearness(ordered), at, [question.post.id in wishes.apart for question in ordered])
    return [[ordered[index] for index in sorted(group)] for group in _joined(groups, ordered, wishes)]


def nearness(questions: Sequence[Question]) -> Matrix:
    """How much speaks for each two questions being one, all told: at least NEAR when they are."""
    total: Matrix = np.zeros((len(questions), len(questions)), dtype=np.float32)
    for name, mark in _marks(questions):  # one at a time: each has as many numbers as there are pairs
        total += np.float32(WEIGHTS[name]) * mark
    return total


def _marks(questions: Sequence[Question]) -> Iterator[tuple[str, Matrix]]:
    words = alike_in_words(questions)
    yield "words", words
    meaning, known = alike_in_meaning(questions)
    yield "meaning", np.where(np.logical_and.outer(known, known), meaning.clip(0, 1), np.float32(UNREAD) * words)
    del words, meaning
    yield from _places(questions)
    yield from _services(questions)
    yield from _kinds(questions)
    yield from _time(questions)


def _places(questions: Sequence[Question]) -> Iterator[tuple[str, Matrix]]:
    wide = ("ward:", "village:")
    same, other = _compared([{place for place in one.places if not place.startswith(wide)} for one in questions])
    yield "same place", same
    yield "other place", other
    yield "same ward", _compared([{place for place in one.places if place.startswith(wide)} for one in questions])[0]


def _services(questions: Sequence[Question]) -> Iterator[tuple[str, Matrix]]:
    yield "other service", _compared([set(one.services) for one in questions])[1]


def _kinds(questions: Sequence[Question]) -> Iterator[tuple[str, Matrix]]:
    same, other = _compared([set(wanted(question_in(one.post.text))) for one in questions])
    yield "same kind of answer", same
    yield "other kind of answer", other


def _time(questions: Sequence[Question]) -> Iterator[tuple[str, Matrix]]:
    yield "same thread", _compared([{question.post.root} for question in questions])[0]
    at = np.array([question.post.happened_at.timestamp() for question in questions])
    apart = np.subtract.outer(at, at)
    np.abs(apart, out=apart)
    yield "within hours", apart < HOURS.total_seconds()
    yield "weeks apart", apart > WEEKS.total_seconds()


def _compared(named: Sequence[set[str]]) -> tuple[Matrix, Matrix]:
    """Where two name something in common, and where both name something and nothing in common."""
    numbers = {name: at for at, name in enumerate(sorted(set().union(*named)))}
    marks = np.zeros((len(named), max(1, len(numbers))), dtype=np.float32)
    for index, names in enumerate(named):
        marks[index, [numbers[name] for name in names]] = 1
    common, some = marks @ marks.T > 0, marks.any(axis=1)
    return common, np.logical_and.outer(some, some) & ~common


def grouped(near: Matrix, at: Sequence[datetime], alone: Sequence[bool]) -> list[Group]:
    """Groups of questions that come in the order of asking: by how near each two are, when each was asked, and which
    stand alone. Of two groups that are equally near the younger is joined.

    Kept for each group is how near its nearest and its second nearest member are to every question, so that each
    question is compared with all groups at once.
    """
    count = len(at)
    asked = np.array([(one - at[0]) // timedelta(microseconds=1) for one in at], dtype=np.int64)
    far = FAR // timedelta(microseconds=1)
    nearest, second = (np.full((count, count), NEVER, dtype=np.float32) for _ in range(2))  # question by group
    last = np.zeros(count, dtype=np.int64)
    groups: list[Group] = []
    for index in range(count):
        young = index + 1  # of the questions before, nobody asks again
        chosen = (
            len(groups)
            if alone[index]
            else _chosen(
                nearest[index, : len(groups)], second[index, : len(groups)], asked[index] - last[: len(groups)] > far
            )
        )
        if chosen == len(groups):
            groups.append([])
        groups[chosen].append(index)
        last[chosen] = asked[index]
        if not alone[groups[chosen][0]]:
            second[young:, chosen] = np.maximum(
                second[young:, chosen], np.minimum(nearest[young:, chosen], near[young:, index])
            )
            nearest[young:, chosen] = np.maximum(nearest[young:, chosen], near[young:, index])
    return groups


def _chosen(nearest: Matrix, second: Matrix, over: Matrix) -> int:
    """The group that a question joins; their number when it begins one."""
    reached = np.where(second > NEVER, (nearest + second) / np.float32(FEW), nearest)
    reached[over] = NEVER
    best = len(reached) - 1 - int(reached[::-1].argmax()) if len(reached) else 0
    return best if len(reached) and float(reached[best]) >= NEAR else len(reached)


def _joined(groups: list[Group], questions: Sequence[Question], wishes: Wishes) -> list[Group]:
    """The groups after officers put some together. A wish about a question that is gone is about nothing."""
    of = {questions[index].post.id: group for group in groups for index in group}
    for one, other in wishes.together.items():
        first, second = of.get(one), of.get(other)
        if first is not None and second is not None and first is not second:
            first += second
            of.update({questions[index].post.id: first for index in second})
    left = {id(group): group for group in of.values()}
    return sorted(left.values(), key=min)
