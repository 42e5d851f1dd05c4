"""The gazetteer beside the council file: it comes back as it was written, quickly, and what is damaged is said."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from soundings import council, gazetteers
from soundings.area import Place
from soundings.errors import BadInput
from soundings.gazetteers import Gazetteer, Head, Layer, together

HELD = Gazetteer(
    Head(layers=(Layer(what="ward shapes", files=("wards.geojson",), count=1, licence="Contains OS data."),
                 Layer(what="OS Open Names", count=2, licence="Contains OS data."))),
    (Place(name="Saltings", kind="ward", welsh="Y Morfa", point=(50.47, -4.71)),
     Place(name="Whey Lane", kind="street", ward="Saltings"),
     Place(name="Merrow", kind="village", also=("the Merrow",))),
)  # fmt: skip
COUNCIL = """\
[area]
gazetteer = "places.jsonl"

[[area.places]]
name = "Saltings"
kind = "ward"
also = ["top Saltings"]
"""


def test_it_comes_back_as_it_was_written(tmp_path: Path) -> None:
    gazetteers.write(tmp_path, HELD)
    assert gazetteers.read(tmp_path) == HELD
    assert gazetteers.head_of(tmp_path) == HELD.head
    assert [(layer.what, len(places)) for layer, places in HELD.layers()] == [("ward shapes", 1), ("OS Open Names", 2)]
    assert HELD.head.licences == ("Contains OS data.",)


def test_the_council_files_own_places_come_first_and_learn_what_the_import_knows(tmp_path: Path) -> None:
    (tmp_path / "council.toml").write_text(COUNCIL)
    gazetteers.write(tmp_path, HELD)
    file = council.load(tmp_path / "council.toml")
    assert [place.id for place in file.places] == ["ward:saltings", "street:whey-lane", "village:merrow"]
    own = file.places[0]
    assert (own.also, own.welsh, own.point) == (("top Saltings",), "Y Morfa", (50.47, -4.71))
    assert len(file.area.places) == 1  # what decides whether a post is about the area is written by people


def test_without_an_import_there_is_nothing_to_read(tmp_path: Path) -> None:
    (tmp_path / "council.toml").write_text("")
    file = council.load(tmp_path / "council.toml")
    assert (file.places, file.gazetteer.head.licences) == ((), ())
    assert together(HELD.places, ()) == HELD.places


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda text: "", "no gazetteer of Soundings"),
        (lambda text: "not json\n", "no gazetteer of Soundings"),
        (lambda text: text.rsplit("\n", 2)[0] + "\n", "2 places are left of it"),
        (lambda text: text[: len(text) - 12], "is damaged"),
        (lambda text: text.replace('"street"', '"planet"'), "is damaged"),
        (lambda text: text.replace('"format":1', '"format":2'), "newer Soundings"),
    ],
)
def test_a_damaged_one_is_said(tmp_path: Path, damage: Callable[[str], str], says: str) -> None:
    gazetteers.write(tmp_path, HELD)
    path = tmp_path / gazetteers.FILE
    path.write_text(damage(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(BadInput, match=says):
        gazetteers.read(tmp_path)


def test_a_lost_one_is_said_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "council.toml").write_text(COUNCIL)
    with pytest.raises(BadInput, match="soundings area import"):
        _ = council.load(tmp_path / "council.toml").places
    with pytest.raises(BadInput, match="cannot be read"):
        gazetteers.head_of(tmp_path)


def test_the_council_file_can_name_no_other_file(tmp_path: Path) -> None:
    (tmp_path / "council.toml").write_text('[area]\ngazetteer = "/etc/passwd"\n')
    with pytest.raises(BadInput, match=r"line 2: 'gazetteer'"):
        council.load(tmp_path / "council.toml")


def test_fifty_thousand_places_are_read_in_a_moment(tmp_path: Path) -> None:
    many = tuple(Place(name=f"Zed{number} Road", kind="street", ward="Saltings") for number in range(50_000))
    gazetteers.write(tmp_path, Gazetteer(Head(layers=(Layer(what="x", count=len(many)),)), many))
    begun = time.perf_counter()
    assert len(together((), gazetteers.read(tmp_path).places)) == len(many)
    assert time.perf_counter() - begun < 10  # 0.4 s on a quiet machine
