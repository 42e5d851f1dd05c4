"""Any interleaving of versions, dates, repeats and orders leaves what a plain dictionary would hold (R1, R2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from soundings.messages import Reading, Retraction, RetractionKind
from store import questions as q
from store.archive import Archive
from store.clickhouse import Client
from store.retractions import Registrar
from tests.factories import NOON, make_reading, post_id, voice
from tests.store.conftest import truncate

pytestmark = pytest.mark.servers

EVER = q.Window(NOON - timedelta(days=3650), NOON + timedelta(days=3650))
NAMES, PEOPLE = ("a", "b", "c"), ("anna", "ben")
WRITERS = {"a": "anna", "b": "anna", "c": "ben"}
INSTANTS = [NOON + timedelta(days=days) for days in (-40, -1, 0, 1)]


@dataclass
class Model:
    """What the archive should be."""

    held: dict[str, Reading] = field(default_factory=dict)
    orders: list[Retraction] = field(default_factory=list)

    def take(self, reading: Reading) -> None:
        if any(covers(order, reading) for order in self.orders):
            return
        known = self.held.get(reading.post.id)
        if known is None:
            self.held[reading.post.id] = reading
        elif rank(reading) > rank(known):
            post = reading.post.model_copy(update={"happened_at": known.post.happened_at})
            self.held[reading.post.id] = reading.model_copy(update={"post": post})

    def retract(self, order: Retraction) -> None:
        self.orders.append(order)
        self.held = {name: reading for name, reading in self.held.items() if not covers(order, reading)}


def rank(reading: Reading) -> tuple[int, int]:
    return reading.post.version, reading.reading_version


def covers(order: Retraction, reading: Reading) -> bool:
    post = reading.post
    if order.post_id != post.id and post.voice not in order.voices:
        return False
    match order.kind:
        case RetractionKind.BLOCKED:
            return True
        case RetractionKind.HIDDEN:
            return post.collected_at <= order.observed_at
        case RetractionKind.GONE:
            return bool(order.post_id) or min(post.happened_at, post.collected_at) <= order.observed_at


READINGS = st.builds(
    lambda name, happened, collected, version, reading: make_reading(
        name,
        happened_at=happened,
        collected_at=collected,
        version=version,
        reading_version=reading,
        voice=voice(WRITERS[name]),
        text=f"{name} {version} {reading}",
    ),
    st.sampled_from(NAMES),
    st.sampled_from(INSTANTS),
    st.sampled_from(INSTANTS),
    st.integers(0, 2),
    st.integers(0, 1),
)
ORDERS = st.builds(
    lambda named, kind, observed: Retraction(source="files", kind=kind, observed_at=observed, reason="x", **named),
    st.one_of(
        st.sampled_from(NAMES).map(lambda name: {"post_id": post_id(name)}),
        st.sampled_from(PEOPLE).map(lambda name: {"voices": (voice(name), voice("of another quarter"))}),
    ),
    st.sampled_from(list(RetractionKind)),
    st.sampled_from(INSTANTS),
)
STEPS = st.lists(st.one_of(st.lists(READINGS, min_size=1, max_size=4), ORDERS), min_size=1, max_size=6)


@settings(max_examples=35, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_order_of_events_leaves_what_a_dictionary_has(
    writer: Client, reader: Client, steps: list[list[Reading] | Retraction], tmp_path: Path
) -> None:
    truncate(writer)
    archive, registrar, model = Archive(writer), Registrar(writer, tmp_path), Model()
    for step in steps:
        if isinstance(step, Retraction):
            registrar.retract([step])
            model.retract(step)
        else:
            archive.take(step)
            for reading in step:
                model.take(reading)
    expected = {(post_id_, r.post.text, r.post.happened_at) for post_id_, r in model.held.items()}
    assert {(view.id, view.text, view.happened_at) for view in q.newest(reader)} == expected
    assert (
        q.totals(reader).stored
        == q.mood(reader, EVER).posts
        == sum(s.posts for s in q.sources(reader))
        == len(expected)
    )
    originals = {row[0] for row in writer.query("SELECT DISTINCT id FROM originals").result_rows}
    assert originals == set(model.held)
