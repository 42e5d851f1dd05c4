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
from store.talk.meaning import Matrix, alike_in_meaning, alike_in_words

NEAR = 0.40
"""Nearness from which two questions are one. This and the weights below were chosen on half of the labelled sample."""
WORDS = 0.45
"""Share of the words in nearness; the rest is the encoder's."""
SAME_PLACE, OTHER_PLACE = 0.10, -0.30
"""Added when both name one street or building; when they name different ones."""
OTHER_SERVICE = -0.08
"""Added when both are about services, and none is the same: the reader may err."""
FEW = 3
"""Nearness to a group is that to its nearest members, so many at most: people put one question in many ways."""
FAR = timedelta(days=45)
"""A question that nobody asked for so long begins anew: last year's bin day is another one."""
NEVER = -9.0


@dataclass(frozen=True)
class Wishes:
    """What officers said about groups: ids of questions."""

    apart: frozenset[str] = frozenset()
    """These stand alone."""
    together: Mapping[str, str] = field(default_factory=dict)
    """Id -> id of a question that it belongs with."""


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
    """How near each two questions are, all told: about 0 for strangers, above NEAR for the same question."""
    words = alike_in_words(questions)
    meaning, known = alike_in_meaning(questions)
    both = np.logical_and.outer(known, known)
    near = np.where(both, WORDS * words + (1 - WORDS) * meaning, words).astype(np.float32)
    return near + _places(questions) + _services(questions)


def _places(questions: Sequence[Question]) -> Matrix:
    named = [{place for place in one.places if not place.startswith(("ward:", "village:"))} for one in questions]
    return _compared(named, SAME_PLACE, OTHER_PLACE)


def _services(questions: Sequence[Question]) -> Matrix:
    return _compared([set(one.services) for one in questions], 0.0, OTHER_SERVICE)


def _compared(named: Sequence[set[str]], same: float, other: float) -> Matrix:
    """`same` where two name something in common, `other` where both name something and nothing in common, else 0."""
    all_names = {name: at for at, name in enumerate(sorted(set().union(*named)))} if named else {}
    marks = np.zeros((len(named), max(1, len(all_names))), dtype=np.float32)
    for index, names in enumerate(named):
        marks[index, [all_names[name] for name in names]] = 1
    common, some = marks @ marks.T > 0, marks.any(axis=1)
    return np.where(common, same, np.where(np.logical_and.outer(some, some), other, 0.0)).astype(np.float32)


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
