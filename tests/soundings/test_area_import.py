"""`soundings area import`, end to end: what is said, what is written, and that nothing is lost when it goes wrong."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from soundings import council, gazetteers, outlines
from soundings.cli import main
from soundings.settings import load
from tests.soundings.maps import EAST, IN_WEST, feature, row, wards, write, write_rows

OWN = """\
# Ours.
[council]
name = "Penmarrow Council"   # kept

[area]   # our patch
names = ["Penmarrow"]

# Places that people wrote.
[[area.places]]
name = "Saltings"
kind = "ward"
also = ["top Saltings"]
"""


@pytest.fixture
def toml() -> Path:
    path = load().council_path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(OWN, encoding="utf-8")
    return path


@pytest.fixture
def geojson(tmp_path: Path) -> Path:
    return write(tmp_path / "wards.geojson", wards())


@pytest.fixture
def names(tmp_path: Path) -> Path:
    rows = [
        row("Whey Lane", town="Merrow"), row("Merrow", "Village", "east"), row("Far Road", at="outside"),
        row("PL1 1AA", "Postcode"),
    ]  # fmt: skip
    return write_rows(tmp_path / "SX06.csv", rows)


def run(*arguments: str | Path) -> int:
    return main(["area", "import", *map(str, arguments)])


def contents(toml: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(toml.parent.iterdir()) if path.is_file()}


def test_wards_come_in_and_the_council_file_names_them(
    toml: Path, geojson: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(geojson) == 0
    out = capsys.readouterr().out
    assert "2 wards kept, 1 with a Welsh name of its own." in out
    assert 'council.toml names it now: `gazetteer = "places.jsonl"`.' in out
    text = toml.read_text(encoding="utf-8")
    assert text == OWN.replace("# our patch\n", '# our patch\ngazetteer = "places.jsonl"\n')
    file = council.load(toml)
    assert [(place.name, place.welsh) for place in file.places] == [("Saltings", "Y Morfa"), ("Carrowside", "")]
    assert outlines.read(toml.parent).holding(IN_WEST) == "Saltings"
    assert "Office for National Statistics" in file.gazetteer.head.licences[0]


def test_the_same_twice_changes_nothing(toml: Path, geojson: Path, names: Path) -> None:
    assert run(geojson) == run(names) == 0
    before = contents(toml)
    assert run(names) == run(geojson) == 0
    assert contents(toml) == before
    assert list(before) == ["council.toml", "places.jsonl", "places.wards.json"]


def test_names_are_kept_inside_the_wards(
    toml: Path, geojson: Path, names: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(geojson) == run(names) == 0
    out = capsys.readouterr().out
    assert "1 file of OS Open Names: 1 street, 1 village kept." in out
    assert "left out: 1 outside your wards" in out
    assert "left out: 1 of the type Postcode" in out
    assert "holds 2 wards, 1 street, 1 village." in out
    places = {place.id: place.ward for place in council.load(toml).places}
    assert places["street:whey-lane"] == "Saltings"
    assert places["village:merrow"] == "Carrowside"


def test_new_wards_take_the_place_of_the_old_ones(
    toml: Path, geojson: Path, names: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(geojson) == run(names) == 0
    assert run(write(tmp_path / "new.json", feature("Newfield", EAST))) == 0
    assert "Of OS Open Names, imported before: 1 outside your wards, left out now." in capsys.readouterr().out
    places = {place.id: place.ward for place in council.load(toml).places}
    assert places == {"ward:saltings": "", "ward:newfield": "", "village:merrow": "Newfield"}


def test_names_without_wards_need_a_district(toml: Path, names: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = contents(toml)
    assert run(names) == 2
    assert "Import your wards first" in capsys.readouterr().err
    assert contents(toml) == before
    assert run("--within", "quernshire", names) == 0
    assert "2 streets, 1 village kept" in capsys.readouterr().out


def test_shapes_of_another_kind_and_a_licence_of_its_own(
    toml: Path, geojson: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parks = write(tmp_path / "parks.geojson", feature("Hensholt Common", EAST) | {
        "properties": {"name": "Hensholt Common"}})  # fmt: skip
    assert run(geojson) == 0
    assert run("--kind", "park", parks) == 0
    assert "No licence is known for it" in capsys.readouterr().out
    assert run("--kind", "park", "--licence", "© Penmarrow Council (CC BY 4.0)", parks) == 0
    assert council.load(toml).gazetteer.head.licences[1] == "© Penmarrow Council (CC BY 4.0)"
    assert len(outlines.read(toml.parent).wards) == 2
    assert {place.id: place.ward for place in council.load(toml).places}["park:hensholt-common"] == "Carrowside"


def test_names_that_came_before_the_wards_get_them(
    toml: Path, geojson: Path, names: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--within", "quernshire", names) == run(geojson) == 0
    assert "Import OS Open Names again: then its streets have their wards too." in capsys.readouterr().out
    places = {place.id: place.ward for place in council.load(toml).places}
    assert places["village:merrow"] == "Carrowside"
    assert run(names) == run(geojson) == 0
    assert "again" not in capsys.readouterr().out
    assert {place.id: place.ward for place in council.load(toml).places}["street:whey-lane"] == "Saltings"


@pytest.mark.parametrize(
    ("content", "says"),
    [("{", "not valid JSON"), ("{}", "no GeoJSON"), ('{"type": "Feature", "properties": {"name": "a"}}', "no shape")],
)
def test_a_bad_file_changes_nothing(
    toml: Path, geojson: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, says: str
) -> None:
    assert run(geojson) == 0
    before = contents(toml)
    assert run(write(tmp_path / "bad.geojson", content)) == 2
    assert says in capsys.readouterr().err
    assert contents(toml) == before


def test_what_else_is_refused(toml: Path, geojson: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(geojson, geojson) == 2
    assert run(tmp_path) == 2
    assert run(write(tmp_path / "points.geojson", {"type": "Feature", "properties": {"name": "a"}, "geometry": {
        "type": "Point", "coordinates": [-4.7, 50.47]}})) == 2  # fmt: skip
    assert run(geojson) == 0
    assert run(write_rows(tmp_path / "far.csv", [row("Far Road", at="outside")])) == 2
    err = capsys.readouterr().err
    for said in (
        "One file of shapes at a time",
        "holds no CSV files",
        "no outlines of wards",
        "Nothing is left to import",
    ):
        assert said in err
    toml.unlink()
    assert run(geojson) == 2
    assert "There is no council file" in capsys.readouterr().err


@pytest.mark.parametrize("damaged", gazetteers.FILES)
def test_a_damaged_file_is_not_written_over_and_what_is_said_mends_it(
    toml: Path, geojson: Path, names: Path, capsys: pytest.CaptureFixture[str], damaged: str
) -> None:
    assert run(geojson) == run(names) == 0
    before, path = contents(toml), toml.parent / damaged
    path.write_text("precious")
    assert run(geojson) == run(names) == 2
    assert "Move it away, then import all again with `soundings area import`" in capsys.readouterr().err
    assert path.read_text() == "precious"
    path.unlink()
    assert run(geojson) == run(names) == 0
    assert contents(toml) == before


def test_a_folder_that_cannot_be_written_is_said(
    toml: Path, geojson: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a container, where the council file is mounted to be read."""
    before = contents(toml)

    def refuse(*_: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(outlines, "write_private", refuse)
    assert run(geojson) == 2
    err = capsys.readouterr().err
    assert f"{toml.parent} cannot be written (read-only file system)" in err
    assert "import on the machine that has the council file, or name another copy of it with --council" in err
    assert contents(toml) == before


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", '\n\n[area]\ngazetteer = "places.jsonl"\n'),
        ('[[area.places]]\nname = "a"\nkind = "ward"\n', '\n\n[area]\ngazetteer = "places.jsonl"\n'),
        ("[area]\r\nnames = []\r\n", '[area]\r\ngazetteer = "places.jsonl"\r\nnames = []\r\n'),
    ],
)
def test_the_line_is_put_where_it_belongs(toml: Path, geojson: Path, text: str, line: str) -> None:
    toml.write_bytes(text.encode())
    assert run(geojson) == 0
    assert line in toml.read_bytes().decode()
    assert council.load(toml).area.gazetteer == gazetteers.FILE


def test_where_no_line_can_be_put_it_is_said(toml: Path, geojson: Path, capsys: pytest.CaptureFixture[str]) -> None:
    toml.write_text('area = { names = ["Penmarrow"] }\n')
    assert run(geojson) == 0
    assert 'Add the line `gazetteer = "places.jsonl"` under `[area]`' in capsys.readouterr().out
    assert toml.read_text() == 'area = { names = ["Penmarrow"] }\n'


def test_check_says_what_the_gazetteer_holds(
    toml: Path, geojson: Path, names: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(geojson) == run(names) == 0
    capsys.readouterr()
    assert main(["check"]) == 0
    assert (
        "ready  gazetteer: 2 ward, 1 street, 1 village; outlines of 2 wards. "
        "Imported: ward shapes (2 from wards.geojson); OS Open Names (2 from SX06.csv)"
    ) in capsys.readouterr().out
    (toml.parent / gazetteers.FILE).unlink()
    assert main(["check"]) == 2
    assert "cannot be read" in capsys.readouterr().out
