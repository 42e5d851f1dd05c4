"""In which ward a point lies: holes, islands and borders."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soundings import outlines
from soundings.errors import BadInput
from soundings.outlines import Outline, Outlines
from tests.soundings.maps import EAST, IN_EAST, IN_POND, IN_WEST, OUTSIDE, POND, WEST


def ring(given: list[list[float]]) -> outlines.Ring:
    return tuple((x, y) for x, y in given)


WARDS = Outlines(
    (Outline(name="Saltings", rings=(ring(WEST), ring(POND))), Outline(name="Carrowside", rings=(ring(EAST),)))
)


@pytest.mark.parametrize(
    ("point", "ward"), [(IN_WEST, "Saltings"), (IN_EAST, "Carrowside"), (IN_POND, ""), (OUTSIDE, ""), ((0.0, 0.0), "")]
)
def test_a_point_is_in_its_ward(point: tuple[float, float], ward: str) -> None:
    assert WARDS.holding(point) == ward


def test_a_ward_in_two_pieces_is_one() -> None:
    both = Outlines((Outline(name="Both", rings=(ring(WEST), ring(EAST))),))
    assert both.holding(IN_WEST) == both.holding(IN_EAST) == "Both"


@given(st.floats(50.461, 50.479), st.floats(-4.719, -4.681))
def test_wards_side_by_side_leave_nothing_between_them(latitude: float, longitude: float) -> None:
    side_by_side = Outlines((Outline(name="w", rings=(ring(WEST),)), Outline(name="e", rings=(ring(EAST),))))
    assert side_by_side.holding((latitude, longitude)) == ("w" if longitude < -4.70 else "e")


def test_no_wards_hold_nothing() -> None:
    assert Outlines().holding(IN_WEST) == ""
    assert Outlines((Outline(name="empty", rings=()),)).holding(IN_WEST) == ""


def test_they_come_back_as_they_were_written(tmp_path: Path) -> None:
    outlines.write(tmp_path, WARDS.wards)
    assert outlines.read(tmp_path) == WARDS
    assert outlines.read(tmp_path / "none") == Outlines()


def test_a_damaged_file_is_said(tmp_path: Path) -> None:
    (tmp_path / outlines.FILE).write_text('{"wards": [')
    with pytest.raises(BadInput, match="is damaged"):
        outlines.read(tmp_path)


@pytest.mark.parametrize("rings", ["[]", "[[]]", "[[[1, 2], [3, 4]]]"])
def test_a_ward_that_holds_nothing_is_damage(tmp_path: Path, rings: str) -> None:
    """Else the first question for what holds all wards would be answered by a traceback."""
    (tmp_path / outlines.FILE).write_text(f'{{"wards": [{{"name": "Saltings", "rings": {rings}}}]}}')
    with pytest.raises(BadInput, match=r"'Saltings' has no outline. Move it away, then import all again"):
        outlines.read(tmp_path)


def test_a_file_that_cannot_be_read_is_not_called_damaged(tmp_path: Path) -> None:
    (tmp_path / outlines.FILE).mkdir()
    with pytest.raises(BadInput, match=r"cannot be read \(is a directory\)"):
        outlines.read(tmp_path)
