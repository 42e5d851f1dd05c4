"""The council file: what is wrong is said in plain English, with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soundings import council
from soundings.council import CouncilFile, Place, load
from soundings.errors import BadInput
from soundings.toml_lines import line_of

GOOD = """\
[council]
name = "Testford Council"

[area]
names = ["Testford"]

[[area.places]]
name = "Mill Lane"
kind = "street"

[[area.places]]
name = "St Ann's"
kind = "ward"
"""


@pytest.fixture(autouse=True)
def _no_stages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(council, "VALIDATORS", {"sources": "tests.soundings.test_council:own_problems"})


def own_problems(table: object) -> list[council.Problem]:
    return [council.Problem(("sources", "feeds", "url"), "'url' must begin with https://")]


def read(tmp_path: Path, text: str) -> CouncilFile:
    path = tmp_path / "council.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def test_a_good_file(tmp_path: Path) -> None:
    file = read(tmp_path, GOOD)
    assert file.council.name == "Testford Council"
    assert [place.id for place in file.area.places] == ["street:mill-lane", "ward:st-ann-s"]


def test_no_file_is_the_defaults(tmp_path: Path) -> None:
    assert load(tmp_path / "none.toml") == CouncilFile(None)


@pytest.mark.parametrize(
    ("wrong", "line", "says"),
    [
        (GOOD.replace('"Testford Council"', "Testford Council"), 2, "Text needs quotes"),
        (GOOD.replace('"ward"', '"moon"'), 13, "should be 'ward', 'street'"),
        (
            GOOD.replace("names =", "nmaes ="),
            5,
            "'nmaes' is not something that can be set here; there are: gazetteer, names",
        ),
        (GOOD.replace('name = "Mill Lane"\n', ""), 7, "'name' is missing"),
        (GOOD.replace("[area]", 'timezone = "London"\n[area]'), 4, "for the United Kingdom write 'Europe/London'"),
        (GOOD.replace("[area]", 'purpose = "enforcement of fines"\n[area]'), 4, "may not be used for enforcement"),
        (GOOD + "[weather]\n", 14, "there is no table 'weather'; there are: council, area"),
        (GOOD + '[sources.feeds]\nurl = "ftp://x"\n', 15, "'url' must begin with https://"),
        ("[council", 1, "not valid TOML"),
        ('[council]\nname = ""\n', 2, "at least 1 character"),
        ("[council]\noffice_hours = { days = [] }\n", 2, "name at least one day"),
        ('[council]\noffice_hours = { close = "08:30" }\n', 2, "closing (08:30) should be later than opening (09:00)"),
        ('[council]\n[council.office_hours]\nopen = "17:00"\n', 2, "closing (17:00) should be later"),
        ("[council]\noffice_hours = { open = 09:00:00, close = 08:00:00 }\n", 2, "should be later"),
        ('[council]\noffice_hours = { open = "09:00Z", close = "08:00" }\n', 2, "should be later"),
        ("[council]\nname = 3\n", 2, "put quotation marks around it"),
        ("# ours\n[source.bluesky]\n", 2, "there is no table 'source' (did you mean 'sources'?); there are"),
        ("council = 3\n", 1, "should be a table"),
        ("[council]\nname = " + "9" * 5000, 2, "a number is too long"),
        ("a = " + "[" * 3000, 1, "too deep"),
        (GOOD.replace('["Testford"]', '"Testford"'), 5, "should be a list in square brackets"),
        (GOOD.replace("names =", "places = [3]\nnames =").partition("[[")[0], 5, "a line `[[area.places]]` and lines"),
        ('[council]\ninvented = "perhaps"\n', 2, "write true or false, without quotation marks"),
        (GOOD.replace("St Ann's", "Mill lane").replace("ward", "street"), 4, "tell them apart in `name`"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, wrong: str, line: int, says: str) -> None:
    with pytest.raises(BadInput) as caught:
        read(tmp_path, wrong)
    assert f"council.toml line {line}: " in str(caught.value)
    assert says in str(caught.value)


def test_all_problems_are_listed_at_once(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        read(tmp_path, GOOD.replace('"ward"', '"moon"').replace("names =", "nmaes ="))
    assert len(str(caught.value).splitlines()) == 2


def test_a_mark_at_the_beginning_is_taken_as_no_text(tmp_path: Path) -> None:
    """Windows' Notepad writes one."""
    assert read(tmp_path, "\ufeff" + GOOD).council.name == "Testford Council"


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "council.toml"
    path.write_bytes('[council]\nname = "Mône"\n'.encode("latin-1"))
    with pytest.raises(BadInput, match="is not UTF-8"):
        load(path)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_with_a_line(text: str) -> None:
    for line in (line_of(text, ("area", "places", 3, "kind")), line_of(text, ())):
        assert 1 <= line <= max(1, len(text.splitlines()))


def test_a_place_needs_no_ward() -> None:
    assert Place(name="The Pier", kind="landmark").ward == ""
