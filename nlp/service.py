"""The nlp stage: takes posts off the bus, puts readings on it. Wiring only."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.encoder import Encoder
from nlp.models.opening import judges
from nlp.plain import PlainReader
from nlp.worker import Worker, patience
from soundings.envelopes import POSTS, Envelope
from soundings.messages import Post
from soundings.stage import Context, Route, serve
from soundings.streams import READER


def build(context: Context) -> Sequence[Route[Post, list[Envelope]]]:
    """The stage's one route: posts, read by the reader of this council."""
    named = judges(context.council_file, context.settings)
    worker = Worker(context.bus, PlainReader(context.council_file, Encoder(), named))
    return [Route(READER, POSTS, worker.work, worker.put, patience=patience)]


def main() -> None:
    """Run the stage until it is told to stop."""
    serve("nlp", build)
