"""Eastings and northings become latitude and longitude to 5 m, held to points that Ordnance Survey publishes."""

from __future__ import annotations

from math import cos, hypot, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soundings.gathering import MARGIN
from soundings.national_grid import on_grid, roughly, to_degrees

PUBLISHED = [
    (49.92226394, -6.29977752, 91492.146, 11318.804),
    (50.43885826, -4.10864564, 250359.811, 62016.569),
    (50.57563665, -1.29782277, 449816.371, 75335.861),
    (51.37447026, 1.44454730, 639821.835, 169565.858),
    (51.48936565, -0.11992557, 530624.974, 178388.464),
    (51.85890896, -4.30852477, 241124.584, 220332.641),
    (52.25529382, -2.15458614, 389544.190, 261912.153),
    (53.34480280, -2.64049321, 357455.843, 383290.436),
    (54.97912274, -1.61657685, 424639.355, 565012.703),
    (55.92478266, -3.29479219, 319188.434, 670947.534),
    (57.48625001, -4.21926399, 267056.768, 846176.972),
    (57.81351838, -8.57854456, 9587.909, 899448.996),
    (60.13308092, -2.07382823, 395999.668, 1138728.951),
]
"""Of the test points of OSTN15 (Ordnance Survey, OSTN15_OSGM15_TestOutput): TP01, 03, 04, 07, 09, 10, 12, 16, 25, 27,
30, 31 and 40."""
METRES = 111_320


@pytest.mark.parametrize(("latitude", "longitude", "east", "north"), PUBLISHED)
def test_a_published_point_is_met_within_five_metres(
    latitude: float, longitude: float, east: float, north: float
) -> None:
    found = to_degrees(east, north)
    off = hypot((found[0] - latitude) * METRES, (found[1] - longitude) * METRES * cos(radians(latitude)))
    assert off < 5


@given(st.floats(1, 699_999), st.floats(1, 1_299_999))
def test_the_rough_way_leaves_out_nothing_that_is_near(east: float, north: float) -> None:
    exact, rough = to_degrees(east, north), roughly(east, north)
    assert abs(exact[0] - rough[0]) < MARGIN
    assert abs(exact[1] - rough[1]) < MARGIN


@pytest.mark.parametrize(("one", "other"), [(-2.5, 53.4), (53.4, -2.5), (0.0, 51.5), (-300_000, 6_500_000), (1e9, 5e5)])
def test_degrees_and_other_grids_are_not_the_national_grid(one: float, other: float) -> None:
    assert not on_grid(one, other)
    assert on_grid(357455, 383290)
