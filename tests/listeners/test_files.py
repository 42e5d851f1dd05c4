"""Reading imported files: every line is taken or told, whatever is in it."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from listeners.files import Bad, Format, ImportFile, Item, format_of
from listeners.lines import MAX_LINE
from soundings.errors import BadInput
from soundings.messages import Kind

LONDON = ZoneInfo("Europe/London")


def read(path: Path, body: bytes | str, form: Format = "jsonl", zone: ZoneInfo | None = None) -> list[Item | Bad]:
    path = path / f"given.{form}"
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    return list(ImportFile(path, form, zone).items())


def one(path: Path, body: bytes | str, form: Format = "jsonl", zone: ZoneInfo | None = None) -> Item:
    (item,) = read(path, body, form, zone)
    assert isinstance(item, Item), item
    return item


def reason(path: Path, body: bytes | str, form: Format = "jsonl", zone: ZoneInfo | None = None) -> str:
    bad = read(path, body, form, zone)[-1]
    assert isinstance(bad, Bad), bad
    return bad.reason


def test_every_field(tmp_path: Path) -> None:
    line = {
        "id": 7,
        "title": "Bins",
        "text": "late again",
        "created_at": "2026-03-02T18:30:00+01:00",
        "author": "anna",
        "updated_at": "2026-03-02T18:30:00Z",
        "kind": "report",
        "reply_to": 6,
        "thread": "5",
        "link": "https://x.example/1",
        "alt": ["a bin"],
        "place": "Weir Road",
        "lat": 51.5,
        "lon": "-3.1",
        "campaign": True,
    }
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(line))
    file = ImportFile(path, "jsonl")
    (item,) = file.items()
    assert isinstance(item, Item) and list(file.unknown) == ["campaign"]
    found = item.native
    assert (found.native_id, found.text, found.account, found.kind) == ("7", "Bins\n\nlate again", "anna", Kind.REPORT)
    assert found.created_at == datetime(2026, 3, 2, 17, 30, tzinfo=UTC)
    assert (found.reply_to, found.thread, found.alt, found.point) == ("6", "5", ("a bin",), (51.5, -3.1))


def test_the_same_in_csv(tmp_path: Path) -> None:
    body = (
        'text;id;created_at;lat;lon;deleted;;reply_to\n"one\n""two""; three";7;2026-03-02T18:30:00Z;51.5;-3.1;no;;6\n'
    )
    found = one(tmp_path, body, "csv").native
    assert found.text == 'one\n"two"; three' and found.point == (51.5, -3.1) and found.kind is Kind.REPLY


@pytest.mark.parametrize("start", ["", "\ufeff", "sep=,\n"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_marks_and_line_ends_of_spreadsheets(tmp_path: Path, start: str, end: str) -> None:
    item = one(tmp_path, f"{start}id,text{end}1,hello{end}", "csv")
    assert item.native.text == "hello"


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_separators_are_told_apart_by_the_header(tmp_path: Path, sign: str) -> None:
    assert one(tmp_path, f'ID{sign}Text\n1{sign}"a,b;c\td"\n', "csv").native.text == "a,b;c\td"


def test_a_formula_is_text(tmp_path: Path) -> None:
    assert one(tmp_path, 'id,text\n1,"=HYPERLINK(""http://x"")"\n', "csv").native.text == '=HYPERLINK("http://x")'


def test_an_order_to_remove_needs_no_text(tmp_path: Path) -> None:
    assert one(tmp_path, '{"id": "x", "deleted": true}').deleted
    assert one(tmp_path, "id,text,deleted\nx,,yes\n", "csv").deleted


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('{"id": 1, "text": "cut', "not a complete JSON object"),
        ("[1]", "not an object"),
        ('{"text": "x"}', "has no id"),
        ('{"id": 1}', "has no text"),
        ('{"id": 1, "text": "  "}', "has no text"),
        ('{"id": 1, "text": null}', "has no text"),
        ('{"id": 1.5, "text": "x"}', "'id' should be text or a whole number"),
        ('{"id": true, "text": "x"}', "'id' should be text or a whole number"),
        ('{"id": 1, "text": 5}', "'text' should be text"),
        ('{"id": 1, "text": ["x"]}', "'text' should be text"),
        ('{"id": 1, "text": "x", "created_at": "02/03/2026"}', "day or month first"),
        ('{"id": 1, "text": "x", "created_at": "2.3.26 10:00"}', "day or month first"),
        ('{"id": 1, "text": "x", "created_at": "yesterday"}', "should be a date and time"),
        ('{"id": 1, "text": "x", "created_at": 1772476200}', "'created_at' should be text"),
        ('{"id": 1, "text": "x", "created_at": "2026-02-30T10:00:00Z"}', "not a date of the calendar"),
        ('{"id": 1, "text": "x", "created_at": "2026-03-02T10:00:00"}', "has no offset.*--timezone"),
        ('{"id": 1, "text": "x", "created_at": "2026-03-02"}', "has no offset"),
        ('{"id": 1, "text": "x", "kind": "tweet"}', "'kind' should be one of post, reply"),
        ('{"id": 1, "text": "x", "link": "javascript:alert(1)"}', "'link' should be an address"),
        ('{"id": 1, "text": "x", "lat": 51}', "go together"),
        ('{"id": 1, "text": "x", "lat": "51,5", "lon": 3}', "decimal point"),
        ('{"id": 1, "text": "x", "lat": 95, "lon": 3}', "between -90 and 90"),
        ('{"id": 1, "text": "x", "lat": NaN, "lon": 3}', "between -90 and 90"),
        ('{"id": 1, "text": "x", "alt": [1]}', "'alt' should be"),
        ('{"id": 1, "deleted": "perhaps"}', "'deleted' should be true or false"),
        ("[" * 100_000, "not a complete JSON object"),
        (b'{"id": 1, "text": "caf\xe9"}', "not UTF-8"),
    ],
)
def test_bad_lines_say_why(tmp_path: Path, line: str | bytes, why: str) -> None:
    assert re.search(why, reason(tmp_path, line))


def test_a_local_time_is_taken_with_its_zone(tmp_path: Path) -> None:
    def instant(text: str) -> datetime | None:
        return one(tmp_path, json.dumps({"id": 1, "text": "x", "created_at": text}), zone=LONDON).native.created_at

    assert instant("2026-07-01 12:00") == datetime(2026, 7, 1, 11, tzinfo=UTC)
    assert instant("2026-10-25T01:30:00") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # the first of two
    assert instant("2026-10-25T02:30:00") == datetime(2026, 10, 25, 2, 30, tzinfo=UTC)
    bad = reason(tmp_path, '{"id": 1, "text": "x", "created_at": "2026-03-29T01:30:00"}', zone=LONDON)
    assert "does not exist" in bad


def test_a_giant_line_costs_no_memory_and_no_neighbour(tmp_path: Path) -> None:
    body = '{"id": 1, "text": "a"}\n' + "x" * (MAX_LINE * 3) + '\n{"id": 2, "text": "b"}\n'
    first, giant, last = read(tmp_path, body)
    assert isinstance(giant, Bad) and giant.line.number == 2 and giant.line.raw == b""
    assert giant.line.length == MAX_LINE * 3 + 1 and giant.line.digest
    assert isinstance(first, Item) and isinstance(last, Item) and last.line.number == 3


@pytest.mark.parametrize("tail", ['5,"never closed\n6,fine\n7,fine\n', '5,"never closed\n6,fine\n7,fine'])
def test_an_open_quote_costs_only_its_own_line(tmp_path: Path, tail: str) -> None:
    found = read(tmp_path, "id,text\n4,fine\n" + tail, "csv")
    assert [entry.line.number for entry in found] == [2, 3, 4, 5]
    assert [isinstance(entry, Bad) for entry in found] == [False, True, False, False]


def test_an_open_quote_at_the_start_of_a_long_file(tmp_path: Path) -> None:
    body = 'id,text\n0,"open\n' + "".join(f"{number},fine\n" for number in range(1, 2000))
    found = read(tmp_path, body, "csv")
    assert sum(isinstance(entry, Item) for entry in found) == 1999
    assert [entry.line.number for entry in found if isinstance(entry, Bad)] == [2]


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (b"1,caf\xe9\n", "not UTF-8"),
        (b"1,one, two\n", "3 columns and the first line names 2"),
        (b"1", "ends in the middle"),
        (b"1,\n", "has no text"),
    ],
)
def test_bad_rows_say_why(tmp_path: Path, rows: bytes, why: str) -> None:
    assert why in reason(tmp_path, b"id,text\n" + rows, "csv")


@pytest.mark.parametrize("body", [b"", b"name,age\n1,2\n", b"id,text,text\n", b"\x00\x01\x02", b"\xff\xfei\x00d\x00"])
def test_no_such_file_at_all(tmp_path: Path, body: bytes) -> None:
    with pytest.raises(BadInput):
        read(tmp_path, body, "csv")


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        list(ImportFile(tmp_path / "none.csv", "csv").items())


def test_the_format_by_extension() -> None:
    assert format_of(Path("a.NDJSON")) == "jsonl"
    assert format_of(Path("a.tsv")) == "csv"
    assert format_of(Path("a.xyz"), "csv") == "csv"
    with pytest.raises(BadInput, match="--format"):
        format_of(Path("a.xlsx"))


LINE = st.one_of(
    st.binary(max_size=60),
    st.sampled_from(
        [b'{"id": 1, "text": "x"}', b'{"id": 1, "text": "\\ud800"}', b'1,"a', b'b",c', b'"', b"\xff", b"1,2,3,4"]
    ),
).map(lambda line: line.replace(b"\n", b"").replace(b"\r", b""))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(LINE, max_size=12))
def test_any_json_file_is_read_to_its_end(tmp_path: Path, given_lines: list[bytes]) -> None:
    found = read(tmp_path, b"id\n" + b"\n".join(given_lines))
    filled = [number for number, line in enumerate(given_lines, 2) if line.strip()]
    assert [entry.line.number for entry in found] == [1, *filled]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(LINE, max_size=12))
def test_any_csv_file_is_read_to_its_end(tmp_path: Path, given_lines: list[bytes]) -> None:
    body = b"id,text,note\n" + b"\n".join(given_lines)
    found = read(tmp_path, body, "csv")
    covered: set[int] = set()
    for entry in found:
        covered |= set(
            range(entry.line.number, entry.line.number + entry.line.raw.removesuffix(b"\n").count(b"\n") + 1)
        )
    said = {number for number, line in enumerate(given_lines, 2) if line.strip(b' \t\x0b\x0c,"')}
    assert said <= covered
    assert len({entry.line.number for entry in found}) == len(found)
