"""Rows of OS Open Names: what is a place, what it is called, and what is left out with its reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from soundings.errors import BadInput
from soundings.open_names import Named, Rows, files_in
from tests.soundings.maps import row, write_rows


def read(tmp_path: Path, *rows: list[str], within: str = "") -> tuple[list[Named], Rows]:
    found = Rows([write_rows(tmp_path / "SX06.csv", list(rows))], within)
    return list(found), found


@pytest.mark.parametrize(
    ("local", "kind"),
    [
        ("Named Road", "street"), ("Section Of Named Road", "street"), ("Suburban Area", "village"),
        ("Hamlet", "village"),
        ("Primary Education", "school"), ("Urban Greenspace", "park"), ("Hospital", "landmark"),
    ],
)  # fmt: skip
def test_types_that_residents_name_are_kept(tmp_path: Path, local: str, kind: str) -> None:
    (one,), _ = read(tmp_path, row("Merrow", local, town="Penmarrow"))
    assert (one.kind, one.name, one.where, one.east, one.north) == (kind, "Merrow", "Penmarrow", 207450, 66250)


def test_the_rest_is_left_out_and_counted(tmp_path: Path) -> None:
    found, rows = read(tmp_path, row("PL1 1AA", "Postcode"), row("PL1 1AB", "Postcode"), row("A30", "Numbered Road"))
    assert found == []
    assert rows.left_out == {"of the type Postcode": 2, "of the type Numbered Road": 1}


@pytest.mark.parametrize(
    ("names", "name", "also", "welsh"),
    [
        ({"name": "Swansea Road", "name2": "Heol Abertawe", "language": "eng", "language2": "cym"},
         "Swansea Road", (), "Heol Abertawe"),
        ({"name": "Heol Abertawe", "name2": "Swansea Road", "language": "cym", "language2": "eng"},
         "Swansea Road", (), "Heol Abertawe"),
        ({"name": "Heol  Fawr", "language": "cym"}, "Heol Fawr", (), ""),
        ({"name": "Main Road", "name2": "The Strand"}, "Main Road", ("The Strand",), ""),
    ],
)  # fmt: skip
def test_of_two_names_the_welsh_one_is_known_by_its_language(
    tmp_path: Path, names: dict[str, str], name: str, also: tuple[str, ...], welsh: str
) -> None:
    (one,), _ = read(tmp_path, row(**names))
    assert (one.name, one.also, one.welsh) == (name, also, welsh)


def test_a_station_has_the_towns_name_and_is_called_a_station(tmp_path: Path) -> None:
    (one, two), _ = read(tmp_path, row("Merrow", "Railway Station"), row("Whey Bus Station", "Bus Station"))
    assert (one.name, one.also) == ("Merrow station", ("Merrow railway station", "Merrow train station"))
    assert (two.name, two.also) == ("Whey Bus Station", ())


def test_a_district_or_county_can_be_asked_for(tmp_path: Path) -> None:
    found, rows = read(
        tmp_path, row("In Road", district="Merrow"), row("Also Road", county="MERROW"), row("Out Road"), within="Merrow"
    )
    assert [one.name for one in found] == ["In Road", "Also Road"]
    assert rows.left_out == {"outside Merrow": 1}


def test_bad_lines_cost_the_others_nothing(tmp_path: Path) -> None:
    lost = row("Lost Road")
    lost[8] = "here"
    nowhere = row("Nowhere Road")
    nowhere[8], nowhere[9] = "-4.7", "50.4"
    found, rows = read(tmp_path, row("Good Road"), ["short"], lost, nowhere, row(" "), row("x" * 130), row("Last Road"))
    assert [one.name for one in found] == ["Good Road", "Last Road"]
    assert rows.left_out == {
        "lines with another number of columns than 34, such as SX06.csv line 2": 1,
        "without a sound name or position": 4,
    }


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="first line has 2 columns, not 34"):
        read(tmp_path, ["name", "ward"])
    (tmp_path / "latin.csv").write_bytes(b"\xe9,\xe8\n")
    with pytest.raises(BadInput, match="not UTF-8"):
        list(Rows([tmp_path / "latin.csv"]))
    with pytest.raises(BadInput, match="cannot be read"):
        list(Rows([tmp_path / "none.csv"]))
    (tmp_path / "null.csv").write_text("a" * 200_000 + ",b\n")
    with pytest.raises(BadInput, match="not a CSV file"):
        list(Rows([tmp_path / "null.csv"]))


def test_a_header_is_passed_over_and_a_folder_is_all_its_files(tmp_path: Path) -> None:
    header = ["ID", "NAMES_URI", "NAME1", *[""] * 31]
    (tmp_path / "Data").mkdir()
    write_rows(tmp_path / "Data" / "SX06.csv", [header, row("Whey Lane")])
    write_rows(tmp_path / "OS_Open_Names_Header.csv", [header])
    files = files_in([tmp_path])
    assert [path.name for path in files] == ["SX06.csv"]
    assert [one.name for one in Rows(files)] == ["Whey Lane"]
