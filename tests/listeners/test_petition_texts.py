"""What a petitions site says -> a Native, whatever comes; and which petitions are worth asking about."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listeners.petition_texts import NotPetitions, Signed, page, read, signed, single
from listeners.petitions_local import ALL, Signatures
from listeners.petitions_settings import PetitionsSettings
from listeners.posting import Poster, Rules
from soundings.errors import PostFailed
from soundings.keys import Keys
from soundings.messages import AuthorKind, Kind
from tests.listeners.kit import COUNCIL, NOON
from tests.listeners.petitions_far_side import EAST, LOCAL, WEST, petition

SITE = "https://petitions.example"


@pytest.fixture(scope="module")
def poster(tmp_path_factory: pytest.TempPathFactory) -> Poster:
    return Poster("petitions", Keys.open(tmp_path_factory.mktemp("keys") / "keys.json"), COUNCIL, Rules())


def test_a_petition_is_read_and_names_nobody(poster: Poster) -> None:
    entry = petition(7, additional_details="Ask Anna Tresize.", creator_name=" Anna  Tresize")
    found = read(entry, SITE)
    assert (found.number, found.state, found.signatures) == ("7", "open", 100)
    native = found.native
    assert (native.native_id, native.link) == ("petitions.example/petitions/7", f"{SITE}/petitions/7")
    assert native.text == f"{LOCAL}\n\nIt matters.\n\nAsk Anna Tresize."
    assert native.event_at == NOON - timedelta(days=3) and native.edited_at == NOON
    made = poster.make(native, None, NOON)
    assert made is not None and "Tresize" not in made.post.model_dump_json()
    assert (made.post.kind, made.post.voice, made.post.author_kind) == (Kind.PETITION, "", AuthorKind.UNKNOWN)


def test_what_is_said_twice_stands_there_once() -> None:
    assert read(petition(1, background=LOCAL, additional_details=None), SITE).native.text == LOCAL


@pytest.mark.parametrize(
    ("number", "read_as"), [(7, "7"), ("7", "7"), (True, ""), (None, ""), ("../7", ""), (7.5, ""), (-7, ""), ("٧", "")]
)
def test_an_id_is_a_whole_number(number: Any, read_as: str) -> None:
    assert read(petition(number), SITE).number == read_as


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-03-02T18:30:00.000Z", datetime(2026, 3, 2, 18, 30, tzinfo=UTC)),
        ("2026-03-02", datetime(2026, 3, 2, tzinfo=UTC)),
        ("1066-10-14", None),
        ("soon", None),
        (None, None),
        (5, None),
    ],
)
def test_a_date_is_there_or_not(written: Any, meant: datetime | None) -> None:
    assert read(petition(1, opened_at=written), SITE).native.event_at == meant


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"{}", b'{"data": {}}', b'{"data": 1}', b"<html/>", b"[" * 10**5]
)
def test_what_is_no_page_is_told_from_an_empty_one(body: bytes) -> None:
    with pytest.raises(NotPetitions):
        page(body)
    with pytest.raises(NotPetitions):
        single(body)
    assert page(b'{"data": []}') == ([], False)


NAMES = st.sampled_from([*petition(1)["attributes"], "data", "links", "next", "id", "attributes", "name", "ons_code"])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["\0", "\ud800", "1"])
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=4))
ENTRY = st.fixed_dictionaries(
    {}, optional={"id": VALUES, "attributes": VALUES | st.dictionaries(NAMES, VALUES, max_size=6)}
)


@given(st.binary(max_size=200))
def test_any_bytes_are_petitions_or_none(body: bytes) -> None:
    for reader in (page, single):
        try:
            reader(body)
        except NotPetitions as none:
            assert "no petitions" in str(none)


@given(entry=ENTRY, rows=VALUES | st.lists(st.dictionaries(NAMES, VALUES, max_size=3), max_size=3))
def test_any_json_is_a_post_or_refused(poster: Poster, entry: dict[str, Any], rows: Any) -> None:
    body = json.dumps({"data": [entry], "links": {"next": "x"}}).encode()
    (found,), more = page(body)
    petition_read = read(found, SITE)
    assert more and petition_read.signatures >= 0
    Signatures(PetitionsSettings(), {}).reason(
        petition_read, signed({"attributes": {"signatures_by_constituency": rows}})
    )
    try:
        poster.make(petition_read.native, None, NOON)
    except PostFailed as refused:
        assert str(refused)


def signatures(**known: list[int]) -> Signatures:
    table = PetitionsSettings(constituencies=("penmarrow west", EAST.lower()), least_share=0.1, least_signatures=20)
    return Signatures(table, {name.lstrip("n"): counts for name, counts in known.items()})


@pytest.mark.parametrize(
    ("west", "east", "total", "why"),
    [
        (30, 0, 100, "30% of its signatures come from Penmarrow West"),
        (10, 10, 200, "10% of its signatures come from Penmarrow East and Penmarrow West"),
        (19, 0, 20, ""),
        (300, 0, 100_000, ""),
        (0, 0, 0, ""),
    ],
)
def test_it_is_local_by_share_and_by_number(west: int, east: int, total: int, why: str) -> None:
    rows = [Signed(WEST, "x", west), Signed("Penmarrow East", EAST, east), Signed("Leeds", "y", 10**6)]
    assert signatures().reason(read(petition(1, signature_count=total), SITE), rows) == why


@pytest.mark.parametrize(
    ("known", "now", "asked"),
    [
        ([0, 0], 19, False),
        ([0, 0], 20, True),
        ([100, 0], 100, False),
        ([100, 15], 104, False),
        ([100, 15], 105, True),
        ([10_000, 50], 11_000, False),
        ([10_000, 50], 11_100, True),
        ([100, 0], 90, False),
    ],
)
def test_one_is_asked_about_when_it_could_be_local_by_now(known: list[int], now: int, asked: bool) -> None:
    """Each signature since then may be from here: with fewer it cannot be enough."""
    assert signatures(n7=known).may_be_local(read(petition(7, signature_count=now), SITE)) is asked


def test_without_constituencies_none_is_asked_about() -> None:
    assert not Signatures(PetitionsSettings(), {}).may_be_local(read(petition(7, signature_count=10**6), SITE))


def test_a_constituency_that_nobody_knows_is_noticed() -> None:
    found = signatures()
    everywhere = [Signed(f"Place {number}", f"E{number}", 1) for number in range(ALL)]
    found.reason(read(petition(1), SITE), [Signed(WEST, "x", 1)])
    assert found.unknown == set(), "few signed it"
    found.reason(read(petition(2), SITE), [*everywhere, Signed(WEST, "x", 1)])
    assert found.unknown == {EAST.lower()}


def test_what_is_no_longer_listed_is_forgotten() -> None:
    found = signatures(n7=[1, 2], n8=[3, 4])
    found.keep(["8", "9"])
    assert found.known == {"8": [3, 4]}
