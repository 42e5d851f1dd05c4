"""/health and /metrics as a monitor meets them."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from soundings import metrics
from soundings.health import served
from soundings.lacks import Lack
from soundings.queues import READ_BY, Queue
from soundings.settings import Settings
from soundings.streams import ARCHIVIST, READER, REGISTRAR
from soundings.vitals import Vitals
from soundings.waits import HERE, LONG, Waiting

LABELS = {"source", "queue", "stage", "reason", "by", "le"}
"""What a metric may be split by. Never a person, a post or a text."""


@pytest.fixture
def vitals(settings: Settings) -> Iterator[Vitals]:
    with served("nlp", settings) as answering:
        yield answering


def ask(vitals: Vitals, path: str, method: str = "GET") -> httpx.Response:
    return httpx.request(method, vitals.health + path, trust_env=False)


@pytest.mark.servers
def test_a_stage_that_is_well_answers_200(vitals: Vitals) -> None:
    answer = ask(vitals, "/health")
    assert answer.status_code == 200
    assert answer.json()["well"]
    assert vitals.health.startswith("http://127.0.0.1:")


@pytest.mark.servers
def test_a_stage_that_waits_long_answers_503_and_says_for_what(vitals: Vitals, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = Waiting(HERE)
    waiting.lacks(Lack.POSTS_FULL)
    try:
        assert ask(vitals, "/health").status_code == 200, "not long yet"
        monkeypatch.setattr(HERE, "lasted", lambda wait: LONG if wait else 0.0)
        answer = ask(vitals, "/health")
    finally:
        waiting.ended()
    assert answer.status_code == 503
    assert answer.json()["waiting_for"]["who"] == "nlp"
    assert "its queue is full" in answer.json()["says"][0]


@pytest.mark.servers
def test_metrics_are_what_their_page_says(vitals: Vitals) -> None:
    metrics.queue(Queue("posts", 1, 200, 1000, 5000, None), 0.0)
    families = list(text_string_to_metric_families(ask(vitals, "/metrics").text))
    shown = {family.name for family in families}
    assert {"soundings_posts_read", "soundings_lag_seconds", "process_resident_memory_bytes"} <= shown
    page = metrics.describe()
    for family in families:
        if family.name.startswith("soundings_") and not family.name.endswith("_created"):
            name = f"{family.name}_total" if family.type == "counter" else family.name
            assert f"| `{name}` | {family.type} |" in page


@pytest.mark.servers
def test_no_label_carries_a_person_a_post_or_a_text(vitals: Vitals) -> None:
    families = text_string_to_metric_families(ask(vitals, "/metrics").text)
    labels = {label for family in families for sample in family.samples for label in sample.labels}
    assert labels <= LABELS


@pytest.mark.servers
@pytest.mark.parametrize(("path", "method"), [("/", "GET"), ("/health", "POST"), ("/health/../etc/passwd", "GET")])
def test_there_is_nothing_else(vitals: Vitals, path: str, method: str) -> None:
    assert ask(vitals, path, method).status_code == 404


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


@pytest.mark.servers
def test_with_a_fixed_port_each_stage_has_its_own(settings: Settings) -> None:
    first = next(port for port in range(21_000, 30_000, 2) if is_free(port) and is_free(port + 1))
    fixed = settings.model_copy(update={"health_port": first})
    with served("listeners", fixed) as listeners, served("nlp", fixed) as nlp:
        assert listeners.health.endswith(f":{first}")
        assert nlp.health.endswith(f":{first + 1}")


@pytest.mark.servers
def test_a_port_that_is_taken_does_not_stop_a_stage(settings: Settings) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        fixed = settings.model_copy(update={"health_port": other.getsockname()[1]})
        with served("listeners", fixed) as vitals:
            assert ask(vitals, "/health").status_code == 200


def test_an_address_that_is_not_ours_does_not_stop_a_stage(settings: Settings) -> None:
    elsewhere = settings.model_copy(update={"health_address": "192.0.2.1"})
    with served("nlp", elsewhere) as vitals:
        assert vitals.health == ""


def test_every_consumer_is_counted() -> None:
    assert set(metrics.DONE) == {READER.durable, ARCHIVIST.durable, REGISTRAR.durable}
    assert set(READ_BY) == {READER.stream.name, ARCHIVIST.stream.name, REGISTRAR.stream.name}


def test_an_answer_is_json(settings: Settings) -> None:
    assert json.loads(json.dumps(Vitals("nlp", settings).report()))["stage"] == "nlp"
