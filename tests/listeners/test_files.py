"""Reading imported files: every line is taken or told, whatever is in it."""

from __future__ import annotations

import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from listeners.fields import KNOWN, Dates
from listeners.files import Bad, Format, ImportFile, Item, format_of
from listeners.lines import BOM, CHUNK, MAX_LINE
from listeners.posting import Poster, Rules
from listeners.report import summary
from soundings.errors import BadInput, PostFailed
from soundings.keys import Keys
from soundings.messages import AreaMatch, Kind
from tests.listeners.kit import COUNCIL, NOON

LONDON = ZoneInfo("Europe/London")


def read(path: Path, body: bytes | str, form: Format = "jsonl", zone: ZoneInfo | None = None) -> list[Item | Bad]:
    path = path / f"given.{form}"
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    return list(ImportFile(path, form, Dates(zone)).items())


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
        ('{"id": 1, "text": "x", "lat": Infinity, "lon": 3}', "between -90 and 90"),
        ('{"id": 1, "text": "x", "lat": %s, "lon": 3}' % ("9" * 400), "between -90 and 90"),
        ('{"id": 1, "text": "x", "lat": true, "lon": 3}', "between -90 and 90"),
        ('{"id": %s, "text": "x"}' % ("9" * 5000), "not a complete JSON object"),
        ('{"id": 1, "text": "x", "alt": [1]}', "'alt' should be"),
        ('{"id": 1, "text": "x", "alt": ["\\ud800"]}', "'alt' holds half a character"),
        ('{"id": 1, "text": "x", "reply_to": true}', "'reply_to' should be"),
        ('{"id": 1, "text": "x", "reply_to": "\\u0000"}', "NUL"),
        ('{"id": "\\ud800", "deleted": true}', "'id' holds half a character"),
        ('{"id": 1, "deleted": []}', "'deleted' should be true or false"),
        ('{"id": 1, "deleted": "perhaps"}', "'deleted' should be true or false"),
        ("[" * 100_000, "not a complete JSON object"),
        (b'{"id": 1, "text": "caf\xe9"}', "not UTF-8"),
    ],
)
def test_bad_lines_say_why(tmp_path: Path, line: str | bytes, why: str) -> None:
    assert re.search(why, reason(tmp_path, line))


@pytest.mark.parametrize(
    "name",
    [
        "id",
        "text",
        "title",
        "author",
        "author_name",
        "created_at",
        "updated_at",
        "kind",
        "reply_to",
        "thread",
        "link",
        "alt",
        "place",
    ],
)
def test_half_a_character_is_told_in_every_field(tmp_path: Path, name: str) -> None:
    line = json.dumps({"id": 1, "text": "x"} | {name: "https://x.example/\ud800"})
    assert f"'{name}' holds half a character" in reason(tmp_path, line)


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
    "tail",
    [
        '5,"never closed,anna\n6,"all well",bob\n7,fine,carl\n',
        '5,"never closed,anna\n6,hello,bob\n7,fine,"carl"\n',
        '5,"never closed,anna\n6,he said ""no"",bob\n7,fine,carl\n',
        '5,"never closed,anna\n6,hello,bob"\n7,fine,carl\n',
        '5,"closed" too early,anna\n6,hello,bob\n7,fine,carl\n',
        '5,"never closed,anna\n6,hello,"bob\n",\n7,fine,carl\n',
    ],
)
def test_an_open_quote_never_joins_the_rows_of_two_people(tmp_path: Path, tail: str) -> None:
    found = read(tmp_path, "id,text,author\n4,fine,zoe\n" + tail, "csv")
    assert isinstance(found[0], Item) and isinstance(found[1], Bad) and isinstance(found[-1], Item)
    assert found[1].line.number == 3 and found[1].line.raw.count(b"\n") == 1
    taken = [entry.native for entry in found if isinstance(entry, Item)]
    assert not any("\n" in native.text and len(native.text) > 3 for native in taken)
    assert [native.native_id for native in taken][-1] == "7"
    assert "carl" not in "".join(native.account for native in taken[:-1])


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


@pytest.mark.parametrize(
    "body",
    [
        b"name,age\n1,2\n",
        b"id,text,text\n",
        b"\x00\x01\x02",
        b"id,\rtext\n1,2\n",
        b"id," + b"x" * 300_000 + b"\n1,2\n",
        b"id," + b"x" * (MAX_LINE * 3) + b"\n1,2\n",
    ],
)
def test_no_such_file_at_all(tmp_path: Path, body: bytes) -> None:
    with pytest.raises(BadInput, match="the first line"):
        read(tmp_path, body, "csv")


def test_a_header_with_a_very_long_name_is_read(tmp_path: Path) -> None:
    assert one(tmp_path, "id,text," + "x" * 300_000 + "\n1,hello,\n", "csv").native.text == "hello"


@pytest.mark.parametrize("form", ["csv", "jsonl"])
@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf\r\n", "the file is empty"),
        (b"\xff\xfei\x00d\x00", "UTF-16"),
        (b"PK\x03\x04\x14\x00", "spreadsheet"),
        (b"id,text\r1,hello\r2,again\r", "old Macs"),
    ],
)
def test_what_is_no_such_text(tmp_path: Path, body: bytes, why: str, form: Format) -> None:
    with pytest.raises(BadInput, match=why) as told:
        read(tmp_path, body, form)
    assert "\n" not in str(told.value)


def test_a_folder_and_a_missing_file_are_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"none.csv cannot be read: No such file"):
        list(ImportFile(tmp_path / "none.csv", "csv").items())
    with pytest.raises(BadInput, match="this is a folder"):
        list(ImportFile(tmp_path, "csv").items())
    with pytest.raises(BadInput, match="cannot be read"):
        list(ImportFile(tmp_path / ("x" * 5000), "csv").items())
    with pytest.raises(BadInput, match="cannot be read"):
        list(ImportFile(Path("a\0b.csv"), "csv").items())


def test_a_file_name_that_is_not_utf_8(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.jsonl")
    path.write_text("bad\n")
    (bad,) = ImportFile(path, "jsonl").items()
    reject = bad.line.reject("files", "why", NOON)
    assert reject.file == "caf\\udce9.jsonl" and reject.model_dump_json()


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


ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(10**300, 10**310),
    st.floats(),
    st.text(st.characters(categories=None), max_size=8),
    st.sampled_from(
        [
            "\ud800",
            "\0",
            "1",
            "x",
            "https://x.example/",
            "post",
            "reply",
            "51.5",
            "2026-03-02T18:30:00Z",
            "0001-01-01T00:00:00+14:00",
            "9999-12-31T23:59:59-14:00",
            "1e999",
            "٣",
        ]
    ),
)
VALUES = st.one_of(ODD, st.lists(ODD, max_size=3), st.dictionaries(st.text(max_size=3), ODD, max_size=2))
RECORDS = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(sorted(KNOWN | {"quotes", "aliases", "mentions"}), VALUES)
).map(lambda record: {"id": 1, "text": "x"} | record)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(RECORDS)
def test_any_object_is_taken_or_told_with_its_line(tmp_path: Path, record: dict[str, object]) -> None:
    keys = Keys.open(tmp_path / "keys.json")
    poster = Poster("files", keys, COUNCIL, Rules(chosen=AreaMatch(reason="imported by an officer")))
    first, entry = read(tmp_path, '{"id": 0, "text": "x"}\n' + json.dumps(record), zone=LONDON)
    assert isinstance(first, Item) and entry.line.number == 2
    if isinstance(entry, Bad):
        assert entry.line.reject("files", entry.reason, NOON).model_dump_json()
        return
    poster.id(entry.native.native_id).encode()
    try:
        made = poster.make(entry.native, None, NOON)
    except PostFailed:
        return
    if made:
        made.post.model_dump_json()


def test_objects_in_objects_without_end(tmp_path: Path) -> None:
    for depth in (50, 400, 900, 5_000, 100_000):
        for name in ("id", "text", "alt", "deleted", "lat", "campaign"):
            deep = f'{{"id": 1, "text": "x", "{name}": {"[" * depth}{"]" * depth}}}'
            first, last = read(tmp_path, deep + '\n{"id": 2, "text": "x"}')
            assert isinstance(last, Item) and (isinstance(first, Bad) or name == "campaign")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("02/03/2026", datetime(2026, 3, 2, tzinfo=LONDON)),
        ("2/3/26 9:05", datetime(2026, 3, 2, 9, 5, tzinfo=LONDON)),
        ("31.10.2026 18:30:15", datetime(2026, 10, 31, 18, 30, 15, tzinfo=LONDON)),
    ],
)
def test_day_first_dates_are_read_when_that_is_said(tmp_path: Path, written: str, meant: datetime) -> None:
    path = tmp_path / "given.csv"
    path.write_text(f"id,text,created_at\n1,late,{written}\n")
    (item,) = ImportFile(path, "csv", Dates(LONDON, day_first=True)).items()
    assert isinstance(item, Item), item
    assert item.native.created_at == meant


@pytest.mark.parametrize("written", ["13/13/2026", "02/03/2026 25:00"])
def test_a_day_that_is_none_is_refused(tmp_path: Path, written: str) -> None:
    path = tmp_path / "given.csv"
    path.write_text(f"id,text,created_at\n1,late,{written}\n")
    (bad,) = ImportFile(path, "csv", Dates(LONDON, day_first=True)).items()
    assert isinstance(bad, Bad)
    assert "not a date of the calendar" in bad.reason


def test_a_date_under_another_name_is_not_lost_in_silence(tmp_path: Path) -> None:
    body = "id,text,Date\n1,late,2026-03-02T10:00:00Z\n"
    assert "there is no 'created_at', but there is 'date'" in reason(tmp_path, body, "csv")
    path = tmp_path / "given.csv"
    file = ImportFile(path, "csv", Dates(none=True))
    assert all(isinstance(item, Item) for item in file.items())
    assert not file.dated


@pytest.mark.parametrize("column", ["id", "reply_to", "thread", "author"])
@pytest.mark.parametrize("shortened", ["1.23457E+17", "1,23457e+17", "2E+05"])
def test_what_a_spreadsheet_shortened_is_no_id(tmp_path: Path, column: str, shortened: str) -> None:
    """Three people's lines would become one post, or one voice."""
    said = reason(tmp_path, json.dumps({"id": "7", "text": "x", column: shortened}))
    assert said.startswith(f"a spreadsheet shortened its '{column}'") and shortened not in said
    assert one(tmp_path, json.dumps({"id": "7", "text": "x", column: "7E"})).native


def test_a_long_first_line_is_one_line_also_behind_a_byte_order_mark(tmp_path: Path) -> None:
    line = json.dumps({"id": "1", "text": "x" * CHUNK}).encode()
    for mark in (b"", BOM):
        items = read(tmp_path, mark + line + b"\n" + json.dumps({"id": "2", "text": "y"}).encode())
        assert [item.native.native_id for item in items if isinstance(item, Item)] == ["1", "2"], mark


HEADER = "id,created_at,author,text,place,link\n"
NOW = "2026-03-02T18:30:00Z"


def outcomes(path: Path, *rows: str, header: str = HEADER) -> list[str]:
    """`ok` or the reason for each row."""
    return ["ok" if isinstance(one, Item) else one.reason for one in read(path, header + "\n".join(rows) + "\n", "csv")]


def test_a_text_that_a_line_break_cut_is_not_taken_for_whole(tmp_path: Path) -> None:
    """Nobody quoted it: the row ends too early, and the rest of the text stands on the next line as a row."""
    first, rest, good = outcomes(
        tmp_path, "7,Hello world", f"more of my text,{NOW},anna", f"8,x,{NOW},bob", header="id,text,created_at,author\n"
    )
    assert "2 values" in first and "4 columns" in first and rest != "ok" and good == "ok"
    for end in ("more of it", "more of it,Weir Road,", "more,of,it"):
        first, rest, good = outcomes(tmp_path, f"7,{NOW},anna,Hello", end, f"8,{NOW},bob,x,,")
        assert "line break" in first and rest != "ok" and good == "ok"


def test_a_spreadsheet_may_leave_out_the_commas_at_the_end(tmp_path: Path) -> None:
    rows = [f"{number},{NOW},anna,text" for number in range(3)]
    assert outcomes(tmp_path, *rows, f"4,{NOW},anna,text,,", rows[0]) == ["ok"] * 5


@pytest.mark.parametrize(
    "dated",
    [{"Date": "2020-01-01"}, {"created_at": None, "date": "2020-01-01"}, {"createdAt": "2020-01-01T00:00:00Z"},
     {"created_at": "", "Posted At": "1 May"}, {"TIMESTAMP": 1577836800}],
)  # fmt: skip
def test_a_date_under_a_name_near_by_is_not_passed_over(tmp_path: Path, dated: dict[str, object]) -> None:
    line = json.dumps({"id": 1, "text": "x"} | dated)
    assert "there is no 'created_at', but there is" in reason(tmp_path, line)
    path = tmp_path / "given.jsonl"
    (item,) = ImportFile(path, "jsonl", Dates(none=True)).items()
    assert isinstance(item, Item)


def test_how_many_lines_have_no_date_is_counted(tmp_path: Path) -> None:
    lines = [{"id": 1, "text": "x"}, {"id": 2, "text": "x", "created_at": NOW}, {"id": 3, "deleted": True}]
    path = tmp_path / "given.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    file = ImportFile(path, "jsonl")
    list(file.items())
    assert (file.dated, file.undated) == (1, 1)
    assert "1 line does not say when it was written" in summary(file, 3, {"new": 2}, [])


def test_the_first_line_of_a_file_without_names_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="4 columns") as told:
        read(tmp_path, "7,My neighbour Anna Smith,anna_s,2026-01-01\n", "csv")
    assert "nna" not in str(told.value)
    with pytest.raises(BadInput, match="3 columns, among them id, date"):
        read(tmp_path, "id,date,Anna Smith\n", "csv")
