"""How well questions are heard, merged and followed to their end, held to what was reached (`make hearing` prints it).

The floors lie a little below the figures of the day: a change that hears clearly worse must say so.
"""

from __future__ import annotations

import pytest

from store.talk.asked import questions
from store.talk.merging import grouped, in_order, nearness
from store.talk.said import threads
from tests.hearing import Heard, held_out, labels, measure, said
from tests.store.talk.test_merging import plainly

pytestmark = pytest.mark.service  # the encoder reads 2,847 texts


@pytest.fixture(scope="module")
def everything() -> Heard:
    return measure(said(), labels())


@pytest.fixture(scope="module")
def unseen() -> Heard:
    """The two weeks that nothing was tuned on."""
    return measure([one for one in said() if held_out(one)], labels())


def test_questions_are_heard(unseen: Heard, everything: Heard) -> None:
    assert unseen.questions.precision >= 0.72 and unseen.questions.recall >= 0.82
    assert everything.questions.precision >= 0.76 and everything.questions.recall >= 0.88


def test_whether_the_council_answered_is_known(unseen: Heard) -> None:
    assert unseen.answered >= 0.97
    assert unseen.ends >= 0.82


def test_the_same_question_in_other_words_is_one(unseen: Heard, everything: Heard) -> None:
    assert everything.pairs.precision >= 0.45 and everything.pairs.recall >= 0.42
    assert unseen.pairs.precision >= 0.35 and unseen.pairs.recall >= 0.30


def test_what_very_many_ask_is_mostly_in_one_place(everything: Heard) -> None:
    asked, together = everything.largest
    assert together >= 0.6 * asked >= 10


def test_the_quick_way_of_merging_makes_the_same_conversations() -> None:
    asked = in_order(questions(threads(said())))
    near, at, alone = nearness(asked), [one.post.happened_at for one in asked], [False] * len(asked)
    assert grouped(near, at, alone) == plainly(near, at, alone)
