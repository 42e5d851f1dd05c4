"""Calibration, coverage and ranking, by hand and at random."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.measuring.confidence import auc, average_precision, coverage, ece, reliability

HEARD = {(0.9, True): 3, (0.9, False): 1, (0.5, True): 1, (0.5, False): 3}
Pairs = list[tuple[float, bool]]


def test_calibration_by_hand() -> None:
    """Four texts at 0.9, of which 3 are right, and four at 0.5, of which 1 is: (4 * 0.15 + 4 * 0.25) / 8."""
    assert ece(HEARD) == pytest.approx(0.2)
    low, high = reliability(HEARD)
    assert (low.n, low.confidence, low.right) == (4, 0.5, 0.25)
    assert (high.n, high.confidence, high.right) == pytest.approx((4, 0.9, 0.75))
    assert (low.low, low.high) == pytest.approx((7 / 15, 8 / 15))


@pytest.mark.parametrize(
    ("confidence", "bin_number"), [(0.0, 0), (0.01, 0), (1 / 15, 0), (0.0667, 1), (0.2, 2), (0.201, 3), (1.0, 14)]
)
def test_a_bin_holds_its_upper_end(confidence: float, bin_number: int) -> None:
    [found] = reliability({(confidence, True): 1})
    assert round(found.low * 15) == bin_number


def test_coverage_by_hand() -> None:
    found = {one.least: (one.share, one.right) for one in coverage(HEARD)}
    assert found[0.5] == (1.0, 0.5)
    assert found[0.6] == found[0.9] == (0.5, 0.75)
    assert coverage({(0.2, True): 1})[-1].right is None


def test_average_precision_by_hand() -> None:
    """Ranked yes, no, yes: precision 1 at the first, 2/3 at the second: (1 + 2/3) / 2."""
    assert average_precision({(0.9, True): 1, (0.8, False): 1, (0.7, True): 1}) == pytest.approx(5 / 6)


def test_ties_count_together() -> None:
    assert average_precision({(0.9, True): 1, (0.9, False): 1}) == 0.5
    assert auc({(0.9, True): 1, (0.9, False): 1}).value == 0.5


def test_auc_by_hand() -> None:
    """Of 2 * 2 pairs, yes is above no in 3, and once they tie: 3.5 / 4 with (0.9, 0.5) against (0.5, 0.1)."""
    found = auc({(0.9, True): 1, (0.5, True): 1, (0.5, False): 1, (0.1, False): 1})
    assert found.value == pytest.approx(3.5 / 4)


def test_without_both_kinds_there_is_no_ranking() -> None:
    assert auc({}).value is None
    assert auc({(0.5, True): 3}).value is None
    assert average_precision({(0.5, False): 3}) is None
    assert ece({}) is None
    assert coverage({}) == []


PAIRS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40)


@settings(deadline=None)
@given(PAIRS)
def test_any_figures_lie_within_their_bounds(pairs: Pairs) -> None:
    heard = Counter(pairs)
    error = ece(heard)
    assert error is not None and 0 <= error <= 1
    assert sum(one.n for one in reliability(heard)) == len(pairs)
    assert all(one.low - 1e-6 <= one.confidence <= one.high + 1e-6 for one in reliability(heard))
    precise, ranked = average_precision(heard), auc(heard)
    assert precise is None or 0 < precise <= 1
    if ranked.value is not None:
        assert ranked.low is not None and ranked.high is not None
        assert 0 <= ranked.low <= ranked.value <= ranked.high <= 1
    shares = [one.share for one in coverage(heard)]
    assert shares == sorted(shares, reverse=True)


@settings(deadline=None)
@given(PAIRS, st.randoms())
def test_the_order_of_the_texts_changes_nothing(pairs: Pairs, random: object) -> None:
    shuffled = list(pairs)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = Counter(pairs), Counter(shuffled)
    assert ece(one) == ece(other)
    assert auc(one) == auc(other)
    assert average_precision(one) == average_precision(other)
    assert coverage(one) == coverage(other)


@settings(deadline=None)
@given(PAIRS)
def test_auc_is_the_share_of_pairs_in_the_right_order(pairs: Pairs) -> None:
    yes = [score for score, well in pairs if well]
    no = [score for score, well in pairs if not well]
    if yes and no:
        wins = sum((high > low) + (high == low) / 2 for high in yes for low in no)
        assert auc(Counter(pairs)).value == pytest.approx(wins / (len(yes) * len(no)))
