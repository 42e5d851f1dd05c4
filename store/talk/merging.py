"""Which questions are one question, asked by several people: near in meaning, about one service, in one place.

In the order in which they were asked, each joins the group that it is nearest to, or begins one: who asks later never
moves who asked before. An officer's word goes first: what was set apart stays apart, what was joined stays joined.
Knows nothing of answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np

from store.talk.asked import Question
from store.talk.meaning import Matrix, alike_in_meaning, alike_in_words, question_in
from store.talk.wanted import wanted

WEIGHTS = {
    "words": 15.3,
    "meaning": 11.7,
    "same place": 2.1,
    "other place": -0.45,
    "same ward": 0.85,
    "other service": -1.5,
    "same kind of answer": 1.7,
    "other kind of answer": -3.2,
    "same thread": 6.2,
    "within hours": 2.5,
    "weeks apart": -1.9,
}
"""What speaks for and against two questions being one, by logistic regression on the pairs of three of the labelled
sample's six weeks. Words and meaning are shares from 0 to 1, the others are so or not so."""
UNREAD = 0.8
"""Where the encoder made nothing of one of them (a text in Welsh), so much of its weight goes to the words."""
NEAR = 8.2
"""The least sum of them: chosen on the same weeks."""
HOURS, WEEKS = timedelta(hours=3), timedelta(weeks=3)
FEW = 2
"""Nearness to a group is that to its nearest members, so many at most: people put one question in many ways."""
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
    near = nearness(ordered)
    groups: list[Group] = []
    for index, question in enumerate(ordered):
        group = None if question.post.id in wishes.apart else _nearest(index, groups, near, ordered, wishes)
        if group is None:
            groups.append([index])
        else:
            group.append(index)
    return [[ordered[index] for index in sorted(group)] for group in _joined(groups, ordered, wishes)]


def nearness(questions: Sequence[Question]) -> Matrix:
    """How much speaks for each two questions being one, all told: at least NEAR when they are."""
    words = alike_in_words(questions)
    meaning, known = alike_in_meaning(questions)
    meaning = np.where(np.logical_and.outer(known, known), meaning.clip(0, 1), UNREAD * words)
    marks = {"words": words, "meaning": meaning, **_places(questions), **_services(questions), **_kinds(questions)}
    marks |= _time(questions)
    total = np.zeros_like(words)
    for name, weight in WEIGHTS.items():
        total += weight * marks[name].astype(np.float32)
    return total


def _places(questions: Sequence[Question]) -> dict[str, Matrix]:
    wide = ("ward:", "village:")
    same, other = _compared([{place for place in one.places if not place.startswith(wide)} for one in questions])
    ward, _ = _compared([{place for place in one.places if place.startswith(wide)} for one in questions])
    return {"same place": same, "other place": other, "same ward": ward}


def _services(questions: Sequence[Question]) -> dict[str, Matrix]:
    return {"other service": _compared([set(one.services) for one in questions])[1]}


def _kinds(questions: Sequence[Question]) -> dict[str, Matrix]:
    same, other = _compared([set(wanted(question_in(one.post.text))) for one in questions])
    return {"same kind of answer": same, "other kind of answer": other}


def _time(questions: Sequence[Question]) -> dict[str, Matrix]:
    at = np.array([question.post.happened_at.timestamp() for question in questions])
    apart = np.abs(np.subtract.outer(at, at))
    together = _compared([{question.post.root} for question in questions])[0]
    return {
        "same thread": together,
        "within hours": apart < HOURS.total_seconds(),
        "weeks apart": apart > WEEKS.total_seconds(),
    }


def _compared(named: Sequence[set[str]]) -> tuple[Matrix, Matrix]:
    """Where two name something in common, and where both name something and nothing in common."""
    numbers = {name: at for at, name in enumerate(sorted(set().union(*named)))}
    marks = np.zeros((len(named), max(1, len(numbers))), dtype=np.float32)
    for index, names in enumerate(named):
        marks[index, [numbers[name] for name in names]] = 1
    common, some = marks @ marks.T > 0, marks.any(axis=1)
    return common, np.logical_and.outer(some, some) & ~common


def _nearest(
    index: int, groups: list[Group], near: Matrix, questions: Sequence[Question], wishes: Wishes
) -> Group | None:
    best, found = NEAR, None
    for group in groups:
        reached = _reached(index, group, near, questions, wishes)
        if reached >= best:
            best, found = reached, group
    return found


def _reached(index: int, group: Group, near: Matrix, questions: Sequence[Question], wishes: Wishes) -> float:
    if questions[group[0]].post.id in wishes.apart:
        return NEVER
    if questions[index].post.happened_at - questions[group[-1]].post.happened_at > FAR:
        return NEVER
    nearest = np.sort(near[index, group])[-FEW:]
    return float(nearest.mean())


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
