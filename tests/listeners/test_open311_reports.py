"""What a GeoReport server says -> a Native: every shape there is, and whatever else may come."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listeners.native import Native
from listeners.open311_reports import ITS_ERROR, NO_LIST, SWELLS, NotReports, Report, read, records
from listeners.open311_settings import Endpoint
from listeners.posting import Poster, Rules
from soundings.errors import PostFailed
from soundings.keys import Keys
from soundings.messages import Kind, Post
from tests.listeners.kit import COUNCIL, NOON
from tests.listeners.open311_far_side import LOCAL, Record, bare, report, within, wrapped, xml

LONDON = ZoneInfo("Europe/London")
ENDPOINT = Endpoint(url="https://reports.example/open311/v2", link="https://reports.example/report/{id}", local=True)
SHAPES = [wrapped, bare, within, xml]


def made(record: dict[str, Any]) -> Native:
    return read(record, ENDPOINT, LONDON, NOON).native


def post(native: Native, folder: Path) -> Post:
    """As it would go on the bus."""
    keys = Keys.open(folder / "keys.json")
    found = Poster("open311", keys, COUNCIL, Rules()).make(native, None, NOON)
    assert found is not None
    return found.post


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_says_the_same(shape: Callable[[list[Record]], bytes]) -> None:
    body = shape([report(7, status="closed", address="by the pump"), report("8-x")])
    first, second = (read(record, ENDPOINT, LONDON, NOON) for record in records(body))
    assert (first.number, first.is_open, second.number, second.is_open) == ("7", False, "8-x", True)
    native = first.native
    assert native.native_id == "reports.example/open311/v2#7" and native.link == "https://reports.example/report/7"
    assert native.text == f"Street light\n\n{LOCAL}" and native.place_hint == "by the pump"
    assert native.point == (51.5012, -3.1791) and native.event_at == NOON - timedelta(hours=1)
    assert (native.kind, native.account, native.alt) == (Kind.REPORT, "", ())


@pytest.mark.parametrize("shape", SHAPES)
def test_an_empty_list_is_a_list(shape: Callable[[list[Record]], bytes]) -> None:
    assert records(shape([])) == []


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ({"title": "Lamp", "description": "Lamp: it is out"}, "Lamp\n\nit is out"),
        ({"title": "Lamp", "detail": "it is out"}, "Lamp\n\nit is out"),
        ({"title": "Lamp", "description": "Lamp"}, "Lamp"),
        ({"title": "Lamp", "description": "Lamp out again"}, "Lamp out again"),
        ({"title": "Lamp"}, "Lamp"),
        ({"description": "it is out"}, "it is out"),
        ({"description": None, "service_name": "Lamps"}, "Lamps"),
        ({"description": "\n", "service_name": "Lamps"}, "Lamps"),
        ({}, ""),
    ],
)
def test_the_title_stands_there_once(said: dict[str, Any], text: str) -> None:
    assert made(said).text == text


def test_who_reported_it_is_dropped_and_masked_where_the_words_repeat_it(tmp_path: Path) -> None:
    native = made(
        report(1, "The lamp is out. Regards, Anna  Tresize, call Anna Tresize", requestor_name="Anna Tresize")
    )
    found = post(native, tmp_path)
    assert found.voice == found.account == "" and "Tresize" not in found.model_dump_json().replace("Anna  Tresize", "")
    assert found.text.endswith("call […]")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-07-10T12:00:00Z", datetime(2026, 7, 10, 12, tzinfo=UTC)),
        ("2026-07-10T12:00:00-08:00", datetime(2026, 7, 10, 20, tzinfo=UTC)),
        ("2026-07-10T12:00:00", datetime(2026, 7, 10, 11, tzinfo=UTC)),
        ("2026-07-10 12:00:00", datetime(2026, 7, 10, 11, tzinfo=UTC)),
        ("2026-01-10T12:00:00", datetime(2026, 1, 10, 12, tzinfo=UTC)),
        ("2026-07-10", datetime(2026, 7, 9, 23, tzinfo=UTC)),
        ("0001-01-01T00:00:00+01:00", None),
        ("9999-12-31T23:59:59-01:00", None),
        ("1970-01-01T00:00:00Z", None),
        ("yesterday", None),
        ("", None),
        (None, None),
        (1767000000, None),
    ],
)
def test_a_date_without_an_offset_is_the_councils(written: Any, meant: datetime | None) -> None:
    native = made(report(1, requested_datetime=written))
    assert native.event_at == native.created_at == meant


@pytest.mark.parametrize(
    ("place", "point"),
    [
        ({"lat": 51.5, "long": -3.25}, (51.5, -3.25)),
        ({"lat": "51.5", "long": " -3.25 "}, (51.5, -3.25)),
        ({"lat": None, "long": None}, None),
        ({"lat": "", "long": "-3.2"}, None),
        ({"lat": "0", "long": 0.0}, None),
        ({"lat": "95", "long": "1"}, None),
        ({"lat": "nan", "long": "inf"}, None),
        ({"lat": True, "long": [1, 2]}, None),
        ({"lat": "317000", "long": "173000"}, None),
    ],
)
def test_a_point_is_there_or_not(place: dict[str, Any], point: tuple[float, float] | None) -> None:
    assert made(report(1, **place)).point == point


def test_the_address_is_a_hint_and_what_names_a_house_is_masked(tmp_path: Path) -> None:
    native = made(report(1, address_string="14 Tolgarth Road, LL12 3AB", address="elsewhere"))
    hint = post(native, tmp_path).place_hint
    assert "Tolgarth Road" in hint and "14" not in hint and "3AB" not in hint


def test_one_id_at_two_endpoints_is_two_reports() -> None:
    others = [
        Endpoint(url="https://reports.example/open311/v2/"),
        Endpoint(url="http://reports.example/open311/v2"),
        Endpoint(url="https://reports.example/open311/v2", jurisdiction_id="north"),
        Endpoint(url="https://other.example/open311/v2"),
    ]
    ids = [read(report(7), one, LONDON, NOON).native.native_id for one in others]
    assert ids[0] == ids[1] == made(report(7)).native_id, "a slash or https makes no other server"
    assert len({*ids}) == 3


BOMB = b"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><service_requests><request><description>&c;</description></request>
</service_requests>"""
OUTSIDE = b"""<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd">]>
<service_requests><request><description>&f;</description></request></service_requests>"""


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", NO_LIST),
        (b"null", NO_LIST),
        (b'"x"', NO_LIST),
        (b"{}", NO_LIST),
        (b'{"service_requests": {"a": 1}}', NO_LIST),
        (b"[" * 100_000, NO_LIST),
        (b"<html><body>Please wait</body></html>", NO_LIST),
        (b"<!DOCTYPE html><html><body>ERROR</body></html>", NO_LIST),
        (b"<service_requests><request>", NO_LIST),
        (b'<?xml version="1.0" encoding="klingon"?><service_requests/>', NO_LIST),
        (b"<requests2/>", NO_LIST),
        (BOMB, SWELLS),
        (OUTSIDE, SWELLS),
        (b"<errors><error><code>404</code><description>gone</description></error></errors>", ITS_ERROR),
        (b'[{"code": 404, "description": "gone"}]', ITS_ERROR),
        (b'{"service_requests": [{"code": "400", "description": "jurisdiction_id"}]}', ITS_ERROR),
    ],
)
def test_what_is_no_list_of_reports_is_told_from_an_empty_one(body: bytes, why: str) -> None:
    with pytest.raises(NotReports) as failed:
        records(body)
    assert str(failed.value) == why


def test_a_namespace_and_a_mark_before_the_first_character_do_no_harm() -> None:
    body = b'\xef\xbb\xbf <r:service_requests xmlns:r="urn:r"><r:request><r:description>x</r:description></r:request>'
    assert records(body + b"</r:service_requests>") == [{"description": "x"}]


NAMES = st.sampled_from([*report(1), "address", "address_string", "requestor_name", "code"])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["\0", "\ud800", "1"])
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=3))
ENTRIES = st.lists(st.dictionaries(NAMES, VALUES, max_size=6) | VALUES, max_size=3)


def _reports(body: bytes) -> list[Report]:
    try:
        return [read(record, ENDPOINT, LONDON, NOON) for record in records(body)]
    except NotReports:
        return []


@pytest.fixture(scope="module")
def poster(tmp_path_factory: pytest.TempPathFactory) -> Poster:
    return Poster("open311", Keys.open(tmp_path_factory.mktemp("keys") / "keys.json"), COUNCIL, Rules())


def taken_or_refused(poster: Poster, found: list[Report]) -> None:
    for one in found:
        try:
            poster.make(one.native, None, NOON)
        except PostFailed as refused:
            assert str(refused)


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_reports_or_none(body: bytes) -> None:
    _reports(body)
    _reports(b"<service_requests><request>" + body + b"</request></service_requests>")


@given(entries=ENTRIES, shape=st.sampled_from(["service_requests", "requests", ""]))
def test_any_json_is_a_post_or_refused(poster: Poster, entries: list[Any], shape: str) -> None:
    body = json.dumps({shape: entries} if shape else entries).encode()
    taken_or_refused(poster, _reports(body))


@given(st.lists(st.dictionaries(NAMES, st.text(max_size=20), max_size=6), max_size=3))
def test_any_xml_is_a_post_or_refused(poster: Poster, entries: list[Record]) -> None:
    taken_or_refused(poster, _reports(xml(entries)))
