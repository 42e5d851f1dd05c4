"""Cohen's kappa, by hand and at random."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.measuring.agreement import agreement


def test_kappa_by_hand() -> None:
    """Of 50 texts both say yes to 20 and no to 15; one says yes alone to 5, the other to 10. They agree on 0.7, by
    chance they would on 0.5: kappa 0.4."""
    pairs = [(1, 1)] * 20 + [(0, 0)] * 15 + [(1, 0)] * 5 + [(0, 1)] * 10
    found = agreement(pairs)
    assert found is not None
    assert (found.n, found.same) == (50, 0.7)
    assert found.kappa == pytest.approx(0.4)


def test_without_texts_or_without_choice_there_is_no_kappa() -> None:
    assert agreement([]) is None
    same = agreement([("a", "a")] * 3)
    assert same is not None and (same.same, same.kappa) == (1.0, None)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1, max_size=40))
def test_kappa_is_at_most_what_they_agree_on(pairs: list[tuple[str, str]]) -> None:
    found, turned = agreement(pairs), agreement([(other, one) for one, other in pairs])
    assert found is not None and turned is not None
    assert found == turned
    assert found.kappa is None or -1 <= found.kappa <= found.same <= 1
