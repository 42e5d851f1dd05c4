"""What a line of `soundings classify` may be, and how lines come out of a pipe."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.lines import CHUNK, MAX_LINE, MAX_TEXT, as_json, lines, parse


def reason(line: bytes) -> str:
    item = parse(line)
    assert item is not None
    return item.rejected


def test_a_sound_line() -> None:
    item = parse(b'{"id": "a1", "text": "Bins?", "more": [1, 2]}')
    assert item is not None
    assert (item.id, item.text, item.rejected) == ('"a1"', "Bins?", "")


@pytest.mark.parametrize("line", [b"", b"  ", b"\r", b"\t\r", b"\xef\xbb\xbf"])
def test_a_blank_line_is_nothing(line: bytes) -> None:
    assert parse(line) is None


def test_windows_ends_and_a_byte_order_mark_are_no_matter() -> None:
    item = parse(b'\xef\xbb\xbf{"id": 1, "text": "Bins?"}\r')
    assert item is not None and item.text == "Bins?"


@pytest.mark.parametrize(
    "written",
    [
        "1",
        "-0",
        "1.0",
        "1.10",
        "1e400",
        "-1E-7",
        "123456789012345678901234567890",
        "9" * 5000,
        "null",
        "true",
        "false",
        '""',
        '"a b"',
        '"\\ud83d"',
        '"caf\\u00e9"',
        '"\\u0000"',
        "[]",
        "{}",
        "[1, [2.50, null]]",
        '{"a": 1.0, "b": [true]}',
    ],
)
def test_an_id_comes_back_as_it_was_written(written: str) -> None:
    item = parse(f'{{"id": {written}, "text": "Bins?"}}'.encode())
    assert item is not None
    assert (item.id, item.rejected) == (written, "")


def test_without_an_id_it_is_null() -> None:
    item = parse(b'{"text": "Bins?"}')
    assert item is not None and item.id == "null"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b'{"id": 1, "text": "Bi', "not JSON"),
        (b"bins", "not JSON"),
        (b'{"id": 1, "text": "a"} {"id": 2}', "not JSON"),
        (b'{"id": NaN, "text": "a"}', "NaN is not a JSON value"),
        (b'{"id": 1, "text": "a", "x": -Infinity}', "-Infinity is not a JSON value"),
        (b'[1, "text"]', "not an object"),
        (b'"text"', "not an object"),
        (b"17", "not an object"),
        (b"\xff\xfe{", "byte 1 of the line is not UTF-8"),
        (b'{"id": 1, "text": "caf\xe9"}', "byte 23 of the line is not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"id": 1}', "no `text`"),
        (b'{"id": 1, "text": null}', "not a string"),
        (b'{"id": 1, "text": 17}', "not a string"),
        (b'{"id": 1, "text": ["a"]}', "not a string"),
        (b'{"id": 1, "text": ""}', "empty"),
        (b'{"id": 1, "text": " \\n\\t"}', "empty"),
        (b'{"id": 1, "text": "a\\u0000b"}', "NUL"),
        (b'{"id": 1, "text": "a\\ud800b"}', "character 2 of `text` is half a character"),
        (b'{"id": 1, "text": "' + b"a" * (MAX_TEXT + 1) + b'"}', "262,145 bytes, more than the 262,144"),
    ],
)
def test_a_bad_line_says_why(line: bytes, says: str) -> None:
    assert says in reason(line)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b"nope", "a value was expected (a text needs double quotes), at character 1"),
        (b"{'id': 1}", "a name in double quotes was expected, at character 2"),
        (b'{"id" 1}', "a colon was expected, at character 7"),
        (b'{"id": 1 "text": "a"}', "a comma or a closing bracket was expected, at character 10"),
        (b'{"text": "Bi', "a text has no closing double quote, at character 10"),
        (b'{"text": "a\tb"}', "a text holds a control character, such as a tab, at character 12"),
        (b'{"text": "a\\qb"}', "a backslash is followed by what JSON does not know, at character 12"),
        (b'{"text": "\\u12"}', "a backslash is followed by what JSON does not know, at character 12"),
        (b'{"text": "a"} {', "there is more after its end, at character 15"),
        (b"\xef\xbb\xbf\xef\xbb\xbf{", "it cannot be understood, at character 1"),
    ],
)
def test_a_line_that_is_not_json_is_told_in_plain_english(line: bytes, says: str) -> None:
    assert reason(line) == f"this is not JSON: {says}"


def test_the_longest_text_is_taken() -> None:
    assert reason(b'{"id": 1, "text": "' + b"a" * MAX_TEXT + b'"}') == ""


def test_the_id_of_a_bad_text_comes_back() -> None:
    item = parse(b'{"id": [1.50], "text": ""}')
    assert item is not None and item.id == "[1.50]"


def test_a_deeply_nested_id_is_turned_away() -> None:
    line = b'{"text": "a", "id": ' + b"[" * 900 + b"]" * 900 + b"}"
    item = parse(line)
    assert item is not None
    assert item.rejected == "" or "deeply" in item.rejected


def test_a_line_too_long_to_hold() -> None:
    item = parse(None)
    assert item is not None and f"{MAX_LINE:,}" in item.rejected


class Pipe:
    """Gives what was written in the pieces in which it was written."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = list(pieces)

    def read1(self, size: int, /) -> bytes:
        return self.pieces.pop(0)[:size] if self.pieces else b""


def test_lines_come_as_they_arrive() -> None:
    assert list(lines(Pipe(b"a\nb\n", b"c", b"d\n", b"e"))) == [[b"a", b"b"], [b"cd"], [b"e"]]


def test_an_empty_file_has_no_lines() -> None:
    assert list(lines(Pipe())) == []


def test_a_line_above_the_limit_is_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nlp.lines.MAX_LINE", 10)
    assert list(lines(Pipe(b"a\n" + b"b" * 11, b"b" * 50, b"b\nc\n"))) == [[b"a"], [None, b"c"]]
    assert list(lines(Pipe(b"b" * 11))) == [[None]]
    assert list(lines(Pipe(b"b" * 11 + b"\n" + b"c" * 10))) == [[None], [b"c" * 10]]


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_answered(line: bytes) -> None:
    item = parse(line)
    if item is not None:
        json.loads(item.id)
        assert bool(item.rejected) != bool(item.text)


@given(st.lists(st.binary(max_size=30).filter(lambda line: b"\n" not in line), max_size=20))
def test_no_line_is_lost_or_split(wanted: list[bytes]) -> None:
    whole = b"".join(line + b"\n" for line in wanted)
    assert [line for group in lines(BytesIO(whole)) for line in group] == wanted


def test_lines_longer_than_a_chunk_are_put_together() -> None:
    long = b"x" * (CHUNK * 3 + 7)
    assert [line for group in lines(BytesIO(long + b"\nshort")) for line in group] == [long, b"short"]


JSON: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_what_goes_out_is_what_came_in(value: Any) -> None:
    item = parse(json.dumps({"id": value, "text": "a"}).encode())
    assert item is not None
    assert json.loads(item.id) == value
    assert json.loads(as_json(value)) == value
