"""Named shapes from GeoJSON: fields are found, wrong projections are said or converted, and nothing else breaks it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soundings import shapes
from soundings.errors import BadInput
from tests.soundings.maps import EAST, WEST, feature, wards, write


def read(tmp_path: Path, document: Any, **fields: str) -> shapes.Shapes:
    return shapes.read(write(tmp_path / "a.geojson", document), **fields)


def test_wards_come_with_their_names_rings_and_middle(tmp_path: Path) -> None:
    found = read(tmp_path, wards())
    assert [(shape.name, shape.welsh, len(shape.rings)) for shape in found.kept] == [
        ("Saltings", "Y Morfa", 2),
        ("Carrowside", "", 1),
    ]
    assert found.kept[0].point == (50.47, -4.71)
    assert (found.official, found.converted, found.left_out.total()) == (True, False, 0)


@pytest.mark.parametrize("name", ["WD13NM", "WD24NM", "wd21nm", "name", "Name", "ward_name", "WARD"])
def test_the_name_is_found_whatever_it_is_called(tmp_path: Path, name: str) -> None:
    one = feature("x", WEST) | {"properties": {"OBJECTID": 1, "code": "9", name: "Abram Ward"}}
    assert [shape.name for shape in read(tmp_path, one).kept] == ["Abram"]


def test_a_field_can_be_said(tmp_path: Path) -> None:
    one = feature("x", WEST, label="Abram", other="Abram Gymraeg")
    (shape,) = read(tmp_path, one, name_field="label", welsh_field="other").kept
    assert (shape.name, shape.welsh) == ("Abram", "Abram Gymraeg")


def test_a_ward_in_two_features_or_pieces_is_one(tmp_path: Path) -> None:
    both = {"type": "FeatureCollection", "features": [feature("Both", WEST), feature("Both", EAST)]}
    assert [len(shape.rings) for shape in read(tmp_path, both).kept] == [2]
    pieces = feature("Both") | {"geometry": {"type": "MultiPolygon", "coordinates": [[WEST], [EAST]]}}
    assert [len(shape.rings) for shape in read(tmp_path, pieces).kept] == [2]


def test_positions_in_the_national_grid_are_converted(tmp_path: Path) -> None:
    square = [[207000, 66000], [208000, 66000], [208000, 67000], [207000, 67000], [207000, 66000]]
    found = read(tmp_path, feature("Saltings", square))
    latitude, longitude = found.kept[0].point
    assert found.converted
    assert (round(latitude, 2), round(longitude, 2)) == (50.47, -4.71)


SWAPPED = [[y, x] for x, y in WEST]
MERCATOR = [[x * 111_000, y * 128_000] for x, y in WEST]
NOT_CLOSED = WEST[:2]


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ("", "line 1: this is not valid JSON"),
        ("[" * 100_000, "too deep"),
        ('{"type": "FeatureCollection", "features": []}', "no GeoJSON with shapes"),
        ({"type": "Topology"}, "no GeoJSON with shapes"),
        ([1, 2], "no GeoJSON with shapes"),
        (feature("x", WEST) | {"properties": {"code": "E1", "size": 3}}, "--name-field; there are: code, size"),
        (feature("x", WEST) | {"properties": None}, "there are: none at all"),
        (feature("x", SWAPPED), "latitude stands before longitude"),
        (feature("x", MERCATOR), "not degrees .* EPSG:4326"),
        (feature("x", NOT_CLOSED), "no shape that can be used"),
        (feature("x", [["a", "b"]] * 4), "no shape that can be used"),
        (feature("x") | {"geometry": None}, "no shape that can be used"),
    ],
)
def test_what_cannot_be_understood_is_said(tmp_path: Path, document: Any, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        read(tmp_path, document)


def test_an_unknown_field_and_a_file_that_is_not_there_are_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"no property 'ward_nm' .--name-field.; there are: WD24CD, WD24NM"):
        read(tmp_path, wards(), name_field="ward_nm")
    with pytest.raises(BadInput, match="cannot be read"):
        shapes.read(tmp_path / "none.geojson")
    (tmp_path / "latin.geojson").write_bytes(b'{"a": "\xe9"}')
    with pytest.raises(BadInput, match="not UTF-8"):
        shapes.read(tmp_path / "latin.geojson")


def test_what_has_no_name_or_no_shape_is_left_out_and_counted(tmp_path: Path) -> None:
    more = [feature("Good", WEST), feature(None, WEST), feature("Bad", [[1, 2]]), feature("x" * 121, WEST), 7]
    found = read(tmp_path, {"type": "FeatureCollection", "features": more})
    assert [shape.name for shape in found.kept] == ["Good"]
    assert found.left_out == {"without a name": 2, "with a name longer than 120 letters": 1,
                              "without a shape that can be used": 1}  # fmt: skip


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
POSITION = st.lists(st.floats(-10, 10) | JSON, min_size=2, max_size=3)
GEOMETRY = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["Polygon", "MultiPolygon", "Point", "LineString", "GeometryCollection"]) | JSON,
        "coordinates": JSON | POSITION | st.lists(st.lists(POSITION, max_size=6), max_size=3),
    }
)
FEATURE = st.fixed_dictionaries(
    {
        "properties": st.dictionaries(st.sampled_from(["name", "WD24NM", "WD24NMW", "x"]), JSON) | JSON,
        "geometry": GEOMETRY,
    }
)


@settings(max_examples=300, deadline=None)
@given(
    st.fixed_dictionaries({"type": st.just("FeatureCollection"), "features": st.lists(FEATURE | JSON, max_size=4)})
    | JSON
)
def test_anything_like_geojson_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, document: Any) -> None:
    path = tmp_path_factory.mktemp("shapes") / "any.geojson"
    path.write_text(json.dumps(document), encoding="utf-8")
    try:
        found = shapes.read(path)
    except BadInput:
        return
    assert all(shape.name and -90 <= shape.point[0] <= 90 and -180 <= shape.point[1] <= 180 for shape in found.kept)
