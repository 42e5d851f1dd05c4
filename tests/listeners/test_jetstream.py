"""Our Jetstream of the tests speaks the real one's schema, by the models that atproto makes of its lexicon."""

from __future__ import annotations

import json
from typing import Any

import pytest
from atproto_client.models.utils import get_model_as_dict, get_or_create
from atproto_jetstream.models import _SUBSCRIBE_EVENTS_MESSAGE_TYPE_TO_MODEL, parse_frame

from listeners.bluesky_posts import Place, to_native
from listeners.bluesky_stream import _Client
from tests.listeners.jetstream import (
    ANNA,
    BERT,
    METHOD,
    Event,
    account,
    answering,
    commit,
    framed,
    post,
    profile,
    record,
    ref,
    removal,
)
from tests.listeners.kit import NOON

IMAGES = {"$type": "app.bsky.embed.record", "record": ref(BERT, "q")}
FACETS = [
    {
        "index": {"byteStart": 0, "byteEnd": 4},
        "features": [
            {"$type": "app.bsky.richtext.facet#mention", "did": BERT},
            {"$type": "app.bsky.richtext.facet#link", "uri": "https://x.example/a"},
            {"$type": "app.bsky.richtext.facet#tag", "tag": "Penmarrow"},
        ],
    }
]
EVENTS = [
    post(ANNA, "3k1", "Penmarrow"),
    post(ANNA, "3k1", "Look", reply=answering(ref(BERT, "3k2")), embed=IMAGES, facets=FACETS, tags=["Saltings"]),
    commit(ANNA, "3k1", record("Penmarrow"), "update"),
    removal(ANNA, "3k1"),
    profile(ANNA, NOON, "!no-unauthenticated"),
    account(ANNA, "deactivated"),
    account(ANNA),
    {"$type": f"{METHOD}#info", "name": "OutdatedCursor", "message": "x"},
]
REQUIRED = {
    "commit": {"seq", "did", "time", "rev", "operation", "collection", "rkey"},
    "account": {"seq", "did", "time", "account"},
    "info": {"name"},
}
"""As network.bsky.jetstream.subscribeEvents says it."""


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event["$type"].rpartition("#")[2])
def test_every_invented_event_is_as_the_schema_says(event: Event) -> None:
    assert set(event) >= REQUIRED[event["$type"].rpartition("#")[2]]
    model = _SUBSCRIBE_EVENTS_MESSAGE_TYPE_TO_MODEL[event["$type"]]
    assert get_or_create(event, model, strict_string_format=True)
    frame: Any = parse_frame(framed(event))
    assert frame.payload == event


@pytest.mark.parametrize("event", EVENTS[:4])
def test_the_library_and_we_read_the_same(event: Event) -> None:
    """What we are given is the event as it was sent; what the library makes of it says the same."""
    client = _Client({"kinds": ["commit"]}, base_uri="ws://127.0.0.1:9", compress=False)
    payload: Any = client._decode_frame(framed({**event, "seq": 1}))
    assert payload == {**event, "seq": 1}
    if "record" in event:
        model: Any = get_or_create(event, _SUBSCRIBE_EVENTS_MESSAGE_TYPE_TO_MODEL[event["$type"]])
        place = Place(ANNA, "3k1", NOON)
        assert to_native(place, get_model_as_dict(model)["record"]) == to_native(place, payload["record"])


def test_what_was_given_before_is_not_given_again_on_the_same_connection() -> None:
    client = _Client({"kinds": ["commit"]}, base_uri="ws://127.0.0.1:9", compress=False)
    frame = framed({**EVENTS[0], "seq": 5})
    assert client._decode_frame(frame) and client._decode_frame(frame) is None
    assert json.loads(frame)["payload"]["seq"] == client.cursor
