"""Envelopes hold what they are given, within their limits, and one damaged item costs the others nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from soundings.envelopes import (
    MAX_BYTES,
    MAX_ITEM_BYTES,
    MAX_ITEMS,
    NOTICES,
    POSTS,
    READABLE,
    READINGS,
    TooLong,
    encode,
    seal,
    unseal,
)
from soundings.errors import OursFailed
from soundings.messages import Retraction
from tests.factories import NOON, make_post, post_id


@given(st.lists(st.integers(1, MAX_ITEM_BYTES), max_size=30), st.integers(0, 450))
def test_no_envelope_passes_a_limit_and_nothing_is_lost(sizes: list[int], small: int) -> None:
    items = [b"1" * size for size in sizes] + [b"7"] * small
    envelopes = list(seal(items))
    assert all(len(envelope.body) <= MAX_BYTES and 0 < envelope.count <= MAX_ITEMS for envelope in envelopes)
    held = b",".join(envelope.body.partition(b'"items":[')[2][:-2] for envelope in envelopes)
    assert held == b",".join(items)


@given(st.text(max_size=200))
def test_a_post_comes_out_as_it_went_in(text: str) -> None:
    post = make_post(text=text)
    (envelope,) = seal([encode(post)])
    assert unseal(envelope.body, POSTS).items == (post,)


def test_an_edit_makes_another_envelope() -> None:
    """A hash of the ids would be the same for both, and JetStream would swallow the edit."""
    (first,) = seal([encode(make_post(version=1))])
    (second,) = seal([encode(make_post(version=2, text="corrected"))])
    assert first.digest != second.digest


def test_a_post_that_is_too_long_is_refused() -> None:
    with pytest.raises(TooLong, match="is longer than"):
        encode(make_post(text="a" * MAX_ITEM_BYTES))


def test_what_a_newer_version_added_is_ignored() -> None:
    (envelope,) = seal([encode(make_post())])
    outer = json.loads(envelope.body)
    outer["items"][0]["added_later"] = {"a": 1}
    outer["items"][0]["area_match"]["added_too"] = 2
    assert unseal(json.dumps(outer).encode(), POSTS).items == (make_post(),)


def test_an_envelope_of_a_newer_schema_is_our_failure_not_the_posts() -> None:
    with pytest.raises(OursFailed, match="upgrade this stage"):
        unseal(b'{"schema": 99, "items": []}', POSTS)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_found_damaged(body: bytes) -> None:
    try:
        opened = unseal(body, POSTS)
    except OursFailed:
        return
    assert not opened.items


def test_a_reason_never_repeats_the_value() -> None:
    (envelope,) = seal([json.dumps({**json.loads(encode(make_post())), "voice": "Jane Doe"}).encode()])
    (damaged,) = unseal(envelope.body, POSTS).damaged
    assert damaged.reason.startswith("voice: ")
    assert "Jane" not in damaged.reason


@pytest.mark.parametrize(("name", "shape"), [("posts", POSTS), ("readings", READINGS), ("notices", NOTICES)])
@pytest.mark.parametrize("schema", sorted(READABLE))
def test_what_the_last_version_left_on_the_bus_is_read(name: str, shape: TypeAdapter[Any], schema: int) -> None:
    """The files were written by that version and are never made anew: a shape that changes brings a file of its own."""
    body = (Path(__file__).parent / "envelopes" / f"{name}-{schema}.json").read_bytes()
    assert json.loads(body)["schema"] == schema
    opened = unseal(body, shape)
    assert len(opened.items) == len(json.loads(body)["items"]) and not opened.damaged


def test_an_order_names_a_post_of_its_own_source() -> None:
    """The store keeps tombstones by source: under another one the post would come back with its next edit."""
    right = Retraction(source="feeds", post_id=post_id("1", "feeds"), reason="x", observed_at=NOON)
    with pytest.raises(ValidationError, match="another source"):
        Retraction.model_validate(right.model_dump() | {"source": "files"})
    (envelope,) = seal([encode(right).replace(b'"source":"feeds"', b'"source":"files"'), encode(right)])
    opened = unseal(envelope.body, NOTICES)
    assert opened.items == (right,) and len(opened.damaged) == 1
