"""Answers on paper: what residents wrote runs neither in a spreadsheet nor in a terminal."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from store.answers import PlaceCount, PostView, ReaderCount, SourceGap, TopicCount, TopicMood
from store.printing import FORMATS, Page, emit, guarded, shown
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


def page(kind: type = PostView, **names: str) -> Page:
    return Page(kind, ZoneInfo("Europe/Paris"), NOON, names)


def printed(rows: list[Any], format_name: str, **names: str) -> str:
    out = io.StringIO()
    emit(rows, page(type(rows[0]) if rows else PostView, **names), format_name, out)
    return out.getvalue()


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


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
    assert printed([], "csv") == ",".join(field.name for field in fields(PostView)) + "\r\n"
    assert printed([SourceGap("feeds", NOON, None, "x")], "csv").splitlines()[1] == "feeds,2026-11-10T12:00:00Z,,x"


@pytest.mark.parametrize("text", ["\x1b[2J\x1b[31mred", "a\x07\x00b", "\x9b31m", "‮evil", "one\ntwo\r\nthree"])
def test_a_terminal_is_never_told_anything(text: str) -> None:
    table = printed([view(text)], "table")
    assert not [character for character in table if character != "\n" and not character.isprintable()]
    assert len(table.partition("\n\nFor the")[0].splitlines()) == 3
    raw = printed([view(text)], "json")
    assert not [character for character in raw if character != "\n" and not character.isprintable()]


@pytest.mark.parametrize("text", ["short", "a very long text indeed " * 30])
def test_a_table_fits_a_terminal(text: str) -> None:
    for line in printed([view(text)] * 3, "table").splitlines():
        assert len(line) <= 80
    assert printed([], "table") == "Nothing found.\n"


@pytest.mark.parametrize("columns", [80, 100, 120, 139, 140, 200])
def test_the_text_has_what_the_other_columns_leave(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    table = printed([view("brown bins " * 30)], "table")
    header, dashes, line = table.splitlines()[:3]
    start = header.index("text")
    assert dashes[start:].index(" ") >= 40
    assert columns - 8 <= len(dashes) <= columns and len(line) <= columns
    assert "post id" not in header or header.endswith("post id")


def test_a_wide_terminal_has_the_ids_whole_and_a_narrow_one_says_where_they_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = [view("bins"), replace(view("bins"), id=post_id("2", "a-longer-source"))]
    assert printed(rows, "table").splitlines()[-1].startswith("For the ids, ")
    monkeypatch.setenv("COLUMNS", "139")
    assert printed(rows, "table").endswith("\n\nFor the ids: --format json\n")
    monkeypatch.setenv("COLUMNS", "140")
    lines = printed(rows, "table").splitlines()
    assert [line.split()[-1] for line in lines[2:]] == [row.id for row in rows]


def test_a_table_tells_times_by_the_clock_of_the_council() -> None:
    table = printed([view("bins"), replace(view("old"), happened_at=NOON.replace(year=2025))], "table")
    assert "10 Nov 13:00" in table and "10 Nov 2025 13:00" in table


def test_a_mood_that_is_not_clear_is_not_told() -> None:
    table = printed([replace(view("bins"), clear=False)], "table")
    assert "unclear" in table and "neutral" not in table


def test_what_a_row_is_about_comes_first() -> None:
    assert printed([TopicMood(5, 1, 2, 1, 1, "parking")], "table", slug="topic").split()[:2] == ["topic", "posts"]
    assert printed([TopicMood(5, 1, 2, 1, 1, "parking")], "table").splitlines()[2].startswith("parking")
    assert "plain 1" in printed([ReaderCount("plain 1", 7)], "table")
    assert "street:whey-lane" in printed([PlaceCount("street:whey-lane", 7, 7)], "table", id="place")


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

    emit(rows(), page(), format_name, out)
    assert seen[-1] > 0
    assert out.getvalue().count("post 999") == 1
