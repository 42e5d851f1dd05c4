"""Each question joins the group that it is nearest to: the quick way against the plain one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from store.talk.meaning import Matrix
from store.talk.merging import FAR, FEW, NEAR, grouped
from tests.factories import NOON

VALUES = [NEAR - 4, NEAR - 0.5, NEAR, NEAR + 0.5, NEAR + 0.5, NEAR + 4]
"""Few, so that many are equal."""


def plainly(near: Matrix, at: Sequence[datetime], alone: Sequence[bool]) -> list[list[int]]:
    """The same, short enough to be believed by reading it."""
    groups: list[list[int]] = []
    for index, moment in enumerate(at):
        best, found = NEAR, None
        for group in groups:
            if alone[index] or alone[group[0]] or moment - at[group[-1]] > FAR:
                continue
            reached = float(np.sort(near[index, group])[-FEW:].mean())
            if reached >= best:
                best, found = reached, group
        if found is None:
            groups.append([index])
        else:
            found.append(index)
    return groups


@st.composite
def asked(draw: st.DrawFn) -> tuple[Matrix, list[datetime], list[bool]]:
    count = draw(st.integers(0, 14))
    near = np.zeros((count, count), dtype=np.float32)
    for one in range(count):
        for other in range(one):
            near[one, other] = near[other, one] = draw(st.sampled_from(VALUES))
    days = sorted(draw(st.lists(st.integers(0, 100), min_size=count, max_size=count)))
    alone = draw(st.lists(st.booleans(), min_size=count, max_size=count))
    return near, [NOON + timedelta(days=day) for day in days], alone


@given(asked())
def test_the_quick_way_makes_the_same_groups(asked: tuple[Matrix, list[datetime], list[bool]]) -> None:
    assert grouped(*asked) == plainly(*asked)
