"""What a stage counts for Prometheus: the one registry of this process, and its page docs/metrics.md.

Labels name queues, sources, stages and reasons: never a person, a post or a text. Counters are of one process and
begin at 0 with it; the totals of `soundings status` come from what is durable.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

from soundings.queues import Queue
from soundings.waits import HERE

REGISTRY = CollectorRegistry()
MINUTE, HOUR = 60.0, 3600.0
LAGS = (1, 2, 5, 10, 30, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 6 * HOUR, 24 * HOUR, 48 * HOUR)
_PAGE: list[tuple[str, str, tuple[str, ...], str]] = []


def _counter(name: str, about: str, *labels: str) -> Counter:
    _PAGE.append((f"{name}_total", "counter", labels, about))
    return Counter(name, about, labels, registry=REGISTRY)


def _gauge(name: str, about: str, *labels: str) -> Gauge:
    _PAGE.append((name, "gauge", labels, about))
    return Gauge(name, about, labels, registry=REGISTRY)


def _histogram(name: str, about: str) -> Histogram:
    _PAGE.append((name, "histogram", (), about))
    return Histogram(name, about, buckets=LAGS, registry=REGISTRY)


COLLECTED = _counter("soundings_posts_collected", "Posts that a source offered and that were new or changed.", "source")
CUT = _counter("soundings_replies_cut", "Replies left out: their thread has become too old or too long.", "source")
PUBLISHED = _counter("soundings_published", "Items in envelopes that the bus acknowledged.", "queue")
READ = _counter("soundings_posts_read", "Posts that were read, their readings on the bus.")
STORED = _counter("soundings_posts_stored", "Posts that the store took.")
NOTED = _counter("soundings_notices_taken", "Removals and gaps that the store took.")
REJECTED = _counter("soundings_rejected", "Things that could not be taken.", "stage")
RETRIES = _counter("soundings_retries", "Tries that failed for want of something of ours, by what it was.", "reason")
IN_HAND = _gauge("soundings_in_hand", "Posts that this process holds: not published or not acknowledged yet.", "by")
WAITED = _gauge("soundings_waiting_seconds", "How long this process has waited for something of ours; 0: it does not.")
QUEUED = _gauge("soundings_queue_items", "Posts or notices that wait in a queue.", "queue")
ENVELOPES = _gauge("soundings_queue_envelopes", "Envelopes that wait in a queue.", "queue")
BYTES = _gauge("soundings_queue_bytes", "What a queue holds.", "queue")
LIMIT = _gauge("soundings_queue_limit_bytes", "What a queue may hold.", "queue")
OLDEST = _gauge("soundings_queue_oldest_seconds", "How long the oldest thing in a queue has waited; 0: empty.", "queue")
LAG = _histogram("soundings_lag_seconds", "Seconds from the moment a post was collected until it was stored.")

WAITED.set_function(lambda: HERE.lasted(HERE.longest()))
ProcessCollector(registry=REGISTRY)

DONE = {"nlp": READ, "store": STORED, "store-notices": NOTED}
"""What an acknowledged envelope counts as, by its consumer."""


def worked(consumer: str, count: int) -> None:
    """So many items were worked, and acknowledged."""
    if consumer in DONE:
        DONE[consumer].inc(count)


@contextmanager
def in_hand(by: str, count: int) -> Iterator[None]:
    """So many items are in hand as long as this lasts."""
    IN_HAND.labels(by).inc(count)
    try:
        yield
    finally:
        IN_HAND.labels(by).dec(count)


def queue(seen: Queue, age: float) -> None:
    """What a queue of the bus was seen to hold, and for how long its oldest."""
    QUEUED.labels(seen.name).set(seen.items)
    ENVELOPES.labels(seen.name).set(seen.envelopes)
    BYTES.labels(seen.name).set(seen.bytes)
    LIMIT.labels(seen.name).set(seen.limit)
    OLDEST.labels(seen.name).set(age)


def describe() -> str:
    """The page docs/metrics.md."""
    lines = [
        "# Metrics",
        "",
        "Made by `make docs` from `soundings/metrics.py`; do not edit. Each stage answers at `/metrics` below the",
        "address that `soundings status --json` names as its `health`.",
        "",
        "Counters are of one process and begin at 0 with it; `soundings import` is a process of its own, and has none.",
        "The totals of `soundings status` come from what is durable. Every stage on the bus gives the same figures for",
        "the queues: take one of them, not the sum. Beside these there are Prometheus' own for a process, such as",
        "`process_resident_memory_bytes` (Linux).",
        "",
        "| metric | kind | labels | what it says |",
        "|---|---|---|---|",
    ]
    lines += [f"| `{name}` | {kind} | {', '.join(labels)} | {about} |" for name, kind, labels, about in _PAGE]
    return "\n".join(lines) + "\n"
