"""Labelled files: JSON lines and CSV, and every way in which a line can be wrong."""

from __future__ import annotations

import io
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.measuring.records import Columns, Record, Turned, records
from soundings.errors import BadInput


def read(data: bytes, name: str, **columns: str) -> list[Record | Turned]:
    return list(records(io.BytesIO(data), name, Columns(**columns)))


def test_json_lines() -> None:
    data = b'{"text": "a", "label": "negative"}\n\n{"text": "b", "labels": [{"acts": []}]}\n'
    assert read(data, "x.jsonl") == [Record(1, "a", "negative"), Record(3, "b", [{"acts": []}], several=True)]


def test_a_named_field_comes_before_labels() -> None:
    data = b'{"t": "a", "y": 1, "labels": [], "label": "x"}\n'
    assert read(data, "-", text="t", label="y") == [Record(1, "a", "1")]
    assert read(data, "-", text="t") == [Record(1, "a", "x")]


def test_csv_with_quotes_line_breaks_and_a_mark_at_its_start() -> None:
    data = '\ufefftext,y\r\n"one, ""two""\r\nthree",roads\r\n\r\nfour,parks\r\n'.encode()
    assert read(data, "x.csv", label="y") == [Record(2, 'one, "two"\r\nthree', "roads"), Record(5, "four", "parks")]


@pytest.mark.parametrize("between", [";", "\t"])
def test_other_delimiters(between: str) -> None:
    assert read(f"text{between}label\na, b{between}roads\n".encode(), "x.csv") == [Record(2, "a, b", "roads")]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"nope", "this is not JSON"),
        (b"[]", "not an object"),
        (b"\xff", "not UTF-8"),
        (b'{"text": "a"}', "there is no `label`; the line has `text`"),
        (b'{"label": "a"}', "there is no `text`"),
        (b"{}", "the line has nothing"),
        (b'{"text": "", "label": "a"}', "`text` is empty"),
        (b'{"text": ["a"], "label": "a"}', "is not a string"),
        (b'{"text": "\\ud800", "label": "a"}', "half a character"),
    ],
)
def test_a_wrong_json_line(line: bytes, reason: str) -> None:
    [turned, record] = read(line + b'\n{"text": "a", "label": "b"}\n', "x.jsonl")
    assert isinstance(turned, Turned) and reason in turned.reason
    assert record == Record(2, "a", "b")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"a", "1 columns and the first line 2"),
        (b"a,b,c", "3 columns"),
        (b"\xff,b", "not UTF-8"),
        (b" ,b", "`text` is empty"),
        (b"a\x00,b", "NUL"),
        (b"a\rb,c", "a line break stands in a value without quotes"),
    ],
)
def test_a_wrong_row(line: bytes, reason: str) -> None:
    [turned, record] = read(b"text,label\n" + line + b"\na,b\n", "x.csv")
    assert isinstance(turned, Turned) and reason in turned.reason
    assert record == Record(3, "a", "b")


def test_a_quote_that_is_never_closed_does_not_swallow_the_file() -> None:
    found = read(b'text,label\n"a,b\n' + b"c,d\n" * 200_000, "x.csv")
    assert isinstance(found[0], Turned) and "a quote in it is never closed" in found[0].reason
    assert sum(isinstance(one, Record) for one in found) > 100_000


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"text,y\na,b\n", "has no column `label`. It has: text, y. Name the column with --label"),
        (b"post,label\na,b\n", "has no column `text`. It has: post, label. Name the column with --text"),
        (b"", "is empty"),
        ("text,label\na,b\n".encode("utf-16"), "is not UTF-8"),
        (b"text,label\xff\na,b\n", "is not UTF-8"),
        (b"text,label\ra,b\r", "its first line is no row of column names"),
    ],
)
def test_a_csv_file_that_cannot_be_used(data: bytes, says: str) -> None:
    with pytest.raises(BadInput) as raised:
        read(data, "x.csv")
    assert says in str(raised.value)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    for start, name in ((b"", "x.jsonl"), (b"text,label\n", "x.csv")):
        assert all(isinstance(one, Record | Turned) for one in read(start + data, name))
    with suppress(BadInput):
        read(data, "x.csv")
