"""What a record of Bluesky says, whatever is in it. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listeners.bluesky_posts import (
    NOT_IN_PUBLIC,
    POST,
    Place,
    answers,
    instant,
    is_silent,
    spoken_to,
    taken_at,
    to_native,
    words,
)
from listeners.native import Native
from soundings.errors import PostFailed
from soundings.messages import Kind
from tests.listeners.jetstream import ANNA, BERT, COUNCIL_DID, answering, record, ref, tid, uri
from tests.listeners.kit import NOON

PLACE = Place(ANNA, "3k1", NOON, NOON)


def native(said: Any) -> Native:
    found = to_native(PLACE, said)
    assert found
    return found


def facet(text: str, shown: str, **feature: Any) -> dict[str, Any]:
    """One feature over the bytes of `shown`."""
    start = len(text[: text.index(shown)].encode())
    return {"index": {"byteStart": start, "byteEnd": start + len(shown.encode())}, "features": [feature]}


def test_a_plain_post() -> None:
    found = native(record("The tip on Tolgarth Road is shut"))
    assert found.native_id == uri(ANNA, "3k1") == f"at://{ANNA}/{POST}/3k1"
    assert (found.account, found.kind, found.text) == (ANNA, Kind.POST, "The tip on Tolgarth Road is shut")
    assert (found.created_at, found.event_at, found.edited_at) == (NOON, NOON, NOON)
    assert found.link == f"https://bsky.app/profile/{ANNA}/post/3k1"
    assert (found.reply_to, found.thread, found.quotes, found.alt, found.no_index) == ("", "", (), (), False)


def test_a_reply_names_what_it_answers_and_speaks_to_its_writer() -> None:
    found = native(record("Yes", reply=answering(ref(BERT, "r"), ref(COUNCIL_DID, "p"))))
    assert (found.kind, found.thread, found.reply_to) == (Kind.REPLY, uri(BERT, "r"), uri(COUNCIL_DID, "p"))
    assert found.mentions == (COUNCIL_DID,)
    assert answers(record("", reply={"parent": ref(BERT, "p")})) == (uri(BERT, "p"), uri(BERT, "p"))
    assert answers(record("", reply={"root": ref(BERT, "p")})) == ("", "")


def test_mentions_tags_and_links() -> None:
    text = "Née @penmarrow.example: see penmarrow.example/bin... and here #Penmarrow"
    said = record(
        text,
        facets=[
            facet(text, "@penmarrow.example", **{"$type": "app.bsky.richtext.facet#mention", "did": COUNCIL_DID}),
            facet(text, "penmarrow.example/bin...", uri="https://www.penmarrow.example/bins/tolgarth-road"),
            facet(text, "here", uri="https://elsewhere.example/hidden"),
            facet(text, "#Penmarrow", tag="Penmarrow"),
            {"index": {"byteStart": 900, "byteEnd": 901}, "features": [{"uri": "https://x.example"}]},
            "nonsense",
        ],
        tags=["Saltings", "penmarrow"],
    )
    found = native(said)
    whole = "https://www.penmarrow.example/bins/tolgarth-road"
    assert found.text == text.replace("penmarrow.example/bin...", whole) + "\n#Saltings"
    assert list(spoken_to(said, uri(BERT, "p"))) == [COUNCIL_DID, BERT] and list(found.mentions) == [COUNCIL_DID]
    assert {"#Penmarrow", "#Saltings", "https://elsewhere.example/hidden"} <= set(words(said))


def test_a_link_that_lies_over_another_changes_nothing() -> None:
    text = "see bins.example/a… now"
    twice = [
        facet(text, "bins.example/a…", uri="https://bins.example/abc"),
        facet(text, "a… now", uri="https://a.example"),
    ]
    assert native(record(text, facets=twice)).text == text
    half = {"index": {"byteStart": 4, "byteEnd": 19}, "features": [{"uri": "https://bins.example/abc"}]}  # within the …
    assert native(record(text, facets=[half])).text == text


def test_pictures_films_pages_and_quotes() -> None:
    images = {"$type": "app.bsky.embed.images", "images": [{"alt": "A full bin"}, {"alt": ""}, {"image": {}}]}
    assert native(record("", embed=images)).alt == ("A full bin",)
    assert native(record("", embed={"$type": "app.bsky.embed.video", "alt": "A flood"})).alt == ("A flood",)
    page = {
        "$type": "app.bsky.embed.external",
        "external": {"uri": "https://x.example", "title": "Penmarrow bridge shut"},
    }
    assert native(record("At last", embed=page)).alt == ("Penmarrow bridge shut",)
    assert native(record("x", embed={"record": ref(BERT, "q")})).quotes == (uri(BERT, "q"),)
    both = {"record": {"record": ref(BERT, "q")}, "media": images}
    assert (native(record("x", embed=both)).quotes, native(record("x", embed=both)).alt) == (
        (uri(BERT, "q"),),
        ("A full bin",),
    )
    assert native(record("x", embed={"record": {"uri": f"at://{BERT}/app.bsky.graph.list/1"}})).quotes == ()


def test_no_words_are_no_post_and_a_text_that_is_none_is_refused() -> None:
    assert to_native(PLACE, record("")) is None
    assert to_native(PLACE, record(" \n", embed={"images": [{"alt": " "}]})) is None
    with pytest.raises(PostFailed, match="no text"):
        to_native(PLACE, {**record(""), "text": 5})


def labels(*values: str) -> dict[str, Any]:
    return {"labels": {"values": [{"val": value} for value in values]}}


def test_who_asks_not_to_be_read_says_so_in_the_record() -> None:
    assert native(record("x", **labels(NOT_IN_PUBLIC))).no_index
    assert not native(record("x", **labels("graphic-media"))).no_index
    assert is_silent({"description": "gardener #nobots"}) and not is_silent({"description": "gardener"})
    odd: list[dict[str, Any]] = [{"labels": 5}, {"labels": {"values": [5]}}, {"description": 5}]
    assert not any(map(is_silent, odd))


@pytest.mark.parametrize(
    "said", ["", "yesterday", 5, None, "2026-11-10T12:00:00", "0001-01-01T00:00:00+14:00", "1985-01-01T00:00:00Z",
             (NOON + timedelta(days=2)).isoformat(), "9999-12-31T23:59:59-23:59"]
)  # fmt: skip
def test_a_date_that_cannot_be_is_none(said: Any) -> None:
    assert native({**record("x"), "createdAt": said}).created_at is None


def test_a_date_keeps_its_instant() -> None:
    said = {**record("x"), "createdAt": "2026-11-10T13:30:00.5+02:00"}
    assert native(said).created_at == datetime(2026, 11, 10, 11, 30, 0, 500_000, tzinfo=UTC)
    assert instant("2026-11-10T12:00:00.123456789Z") == datetime(2026, 11, 10, 12, 0, 0, 123_456, tzinfo=UTC)


@given(st.datetimes(NOON.replace(year=2000, tzinfo=None), NOON.replace(year=2200, tzinfo=None)))
def test_a_revision_holds_its_instant(moment: datetime) -> None:
    moment = moment.replace(tzinfo=UTC)
    found = taken_at(tid(moment))
    assert found and abs(found - moment) < timedelta(milliseconds=1)


@pytest.mark.parametrize("rev", ["", "x", "zzzzzzzzzzzzz", "3MMOOJPAQKN2Z", "3mmoojpaqkn2z0"])
def test_a_revision_that_is_none_holds_nothing(rev: str) -> None:
    assert taken_at(rev) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda one: st.lists(one, max_size=3) | st.dictionaries(st.text(max_size=6), one, max_size=3),
    max_leaves=8,
)
FIELDS = ("createdAt", "reply", "embed", "facets", "labels", "tags", "langs")
DEEP = st.fixed_dictionaries(
    {"text": st.text()},
    optional={
        **dict.fromkeys(FIELDS, JSON),
        "reply": JSON | st.fixed_dictionaries({"parent": JSON | st.fixed_dictionaries({"uri": JSON})}),
        "facets": JSON
        | st.lists(st.fixed_dictionaries({"index": JSON, "features": st.lists(JSON, max_size=2)}), max_size=2),
        "embed": JSON
        | st.fixed_dictionaries({}, optional=dict.fromkeys(("images", "record", "media", "external", "items"), JSON)),
    },
)


@given(DEEP)
def test_no_record_breaks_it(said: dict[str, Any]) -> None:
    found = to_native(PLACE, said)
    assert found is None or said["text"] in found.text or said["text"].strip("\n") in found.text
    assert all(isinstance(one, str) for one in words(said))


@given(
    st.text(max_size=40),
    st.lists(st.tuples(st.integers(-2, 60), st.integers(-2, 60), st.text(max_size=12)), max_size=4),
)
def test_no_facet_breaks_a_text(text: str, places: list[tuple[int, int, str]]) -> None:
    facets = [{"index": {"byteStart": start, "byteEnd": end}, "features": [{"uri": to}]} for start, end, to in places]
    found = to_native(PLACE, record(text, facets=facets))
    assert found is None or found.text.encode()
