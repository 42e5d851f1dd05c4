"""Figures against hand-computed ones, and what must hold of any."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.measuring.figures import Case, Estimate, by_class, class_figures, macro, mean, share

A, B, C = frozenset("a"), frozenset("b"), frozenset("c")
CLASSES = ("a", "b", "c")
TEN = {Case(A, A): 4, Case(A, B): 1, Case(B, B): 2, Case(B, A): 2, Case(B, C): 1}
"""a: 5 texts, said 6, right 4. b: 5 texts, said 3, right 2. c: no text, said 1."""


def test_precision_recall_and_f1_by_hand() -> None:
    found = by_class(TEN, CLASSES)
    assert (found["a"].precision, found["a"].recall, found["a"].f1) == pytest.approx((4 / 6, 4 / 5, 8 / 11))
    assert (found["b"].precision, found["b"].recall, found["b"].f1) == pytest.approx((2 / 3, 2 / 5, 4 / 8))
    assert (found["c"].precision, found["c"].recall, found["c"].f1) == (0.0, None, None)
    assert [(one.n, one.said, one.right) for one in found.values()] == [(5, 6, 4), (5, 3, 2), (0, 1, 0)]


def test_a_class_that_is_never_said_has_no_precision_and_an_f1_of_nothing() -> None:
    figures = class_figures(3, 0, 0)
    assert (figures.precision, figures.recall, figures.f1) == (None, 0.0, 0.0)


def test_macro_is_the_plain_mean_over_the_classes_that_some_text_has() -> None:
    recall, f1 = macro(TEN, CLASSES)
    assert recall.value == pytest.approx((4 / 5 + 2 / 5) / 2)
    assert f1.value == pytest.approx((8 / 11 + 4 / 8) / 2)


def test_what_people_do_not_agree_on_counts_for_nothing() -> None:
    unsure = {Case(frozenset(), frozenset("ab"), A): 5, Case(B, B): 1}
    found = by_class(unsure, CLASSES)
    assert (found["a"].n, found["a"].said) == (0, 0)
    assert (found["b"].n, found["b"].said, found["b"].right) == (1, 6, 1)


def test_a_share_has_wilsons_interval() -> None:
    """Of 10 texts 8: the textbook's 0.490 to 0.943."""
    found = share(8, 10)
    assert found.value == 0.8
    assert (found.low, found.high) == pytest.approx((0.4902, 0.9433), abs=1e-4)


@pytest.mark.parametrize(("part", "whole"), [(0, 1), (1, 1), (0, 600), (600, 600)])
def test_a_share_of_none_or_all_stays_within_0_and_1(part: int, whole: int) -> None:
    found = share(part, whole)
    assert found.low is not None and found.high is not None and found.value is not None
    assert 0 <= found.low <= found.value <= found.high <= 1
    assert found.low < found.high


def test_nothing_of_nothing_is_not_a_figure() -> None:
    assert share(0, 0) == Estimate(None)
    assert macro({}, CLASSES) == (Estimate(None), Estimate(None))
    assert mean([None, None]) is None
    assert mean([None, 0.5, 1.0]) == 0.75


def test_the_interval_of_a_macro_figure_is_near_the_one_known_for_a_share() -> None:
    """With one class, recall is a share: 80 of 100 has a standard error of 0.04."""
    recall, _ = macro({Case(A, A): 80, Case(A, B): 20}, ("a",))
    assert recall.low == pytest.approx(0.72, abs=0.02)
    assert recall.high == pytest.approx(0.88, abs=0.02)


LABELS = st.frozensets(st.sampled_from(CLASSES))
CASES = st.lists(st.builds(Case, LABELS, LABELS, LABELS), min_size=1, max_size=30)


def counted(cases: list[Case]) -> dict[Case, int]:
    found: dict[Case, int] = {}
    for case in cases:
        found[case] = found.get(case, 0) + 1
    return found


@settings(deadline=None)
@given(CASES)
def test_any_figures_lie_within_their_bounds(cases: list[Case]) -> None:
    for one in by_class(counted(cases), CLASSES).values():
        assert one.right <= min(one.n, one.said) <= len(cases)
        assert all(value is None or 0 <= value <= 1 for value in (one.precision, one.recall, one.f1))
    for estimate in macro(counted(cases), CLASSES):
        if estimate.value is not None:
            assert estimate.low is not None and estimate.high is not None
            assert 0 <= estimate.low <= estimate.value <= estimate.high <= 1


@settings(deadline=None)
@given(CASES, st.randoms())
def test_the_order_of_the_texts_changes_nothing(cases: list[Case], random: object) -> None:
    shuffled = list(cases)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert by_class(counted(shuffled), CLASSES) == by_class(counted(cases), CLASSES)
    assert macro(counted(shuffled), CLASSES) == macro(counted(cases), CLASSES)
