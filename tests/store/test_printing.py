"""Answers on paper: what residents wrote runs neither in a spreadsheet nor in a terminal."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

import pytest

from store.answers import PostView, SourceGap, TopicCount
from store.printing import FORMATS, emit, guarded, shown
from tests.factories import NOON, post_id


def view(text: str) -> PostView:
    return PostView(
        post_id("1"),
        "files",
        "post",
        text,
        NOON,
        NOON,
        "resident",
        ("bins", "parking"),
        "neutral",
        True,
        ("question",),
        ("street:tolgarth-road",),
        "en",
        "",
        "",
        "plain 1",
    )


def printed(rows: object, format_name: str) -> str:
    out = io.StringIO()
    emit(rows, format_name, out)  # type: ignore[arg-type]
    return out.getvalue()


def test_json_is_one_array_of_objects_with_instants_in_utc() -> None:
    [first, second] = json.loads(printed([view("a\x1b[31m\n🗑️"), view("b")], "json"))
    assert first["text"] == "a\x1b[31m\n🗑️" and second["text"] == "b"
    assert first["happened_at"] == "2026-11-10T12:00:00Z" and first["topics"] == ["bins", "parking"]
    assert json.loads(printed([], "json")) == []


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_csv_never_holds_a_formula(text: str) -> None:
    rows = list(csv.DictReader(io.StringIO(printed([view(text), view("plain - text")], "csv"), newline="")))
    assert rows[0]["text"] == "'" + text
    assert rows[1]["text"] == "plain - text"
    assert rows[0]["topics"] == "bins; parking"


def test_csv_keeps_numbers_and_nothing() -> None:
    assert guarded(-5) == -5
    assert printed([], "csv") == ""
    assert printed([SourceGap("feeds", NOON, None, "x")], "csv").splitlines()[1] == "feeds,2026-11-10T12:00:00Z,,x"


@pytest.mark.parametrize("text", ["\x1b[2J\x1b[31mred", "a\x07\x00b", "\x9b31m", "‮evil", "one\ntwo\r\nthree"])
def test_a_terminal_is_never_told_anything(text: str) -> None:
    table = printed([view(text)], "table")
    assert not [character for character in table if character != "\n" and not character.isprintable()]
    assert len(table.splitlines()) == 3
    raw = printed([view(text)], "json")
    assert not [character for character in raw if character != "\n" and not character.isprintable()]


@pytest.mark.parametrize("text", ["short", "a very long text indeed " * 30])
def test_a_table_fits_a_terminal(text: str) -> None:
    for line in printed([view(text)] * 3, "table").splitlines():
        assert len(line) <= 80
    assert printed([], "table") == "Nothing found.\n"


def test_a_table_says_numbers_for_people() -> None:
    assert "12,345" in printed([TopicCount("bins", 12345, 7, 0, 0)], "table")
    assert [shown(value) for value in (None, True, False, 1000)] == ["", "yes", "no", "1,000"]


@pytest.mark.parametrize("format_name", list(FORMATS))
def test_rows_are_written_as_they_come(format_name: str) -> None:
    out = io.StringIO()
    seen: list[int] = []

    def rows() -> Iterator[PostView]:
        for number in range(1000):
            seen.append(len(out.getvalue()))
            yield view(f"post {number}")

    emit(rows(), format_name, out)
    assert seen[-1] > 0
    assert out.getvalue().count("post 999") == 1
