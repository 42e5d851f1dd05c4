"""The nlp stage: takes posts off the bus, puts readings on it. Wiring only."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.places import Places
from nlp.placing import Placing
from nlp.trained import TrainedReader
from nlp.worker import Worker, patience
from soundings.envelopes import POSTS, Envelope
from soundings.messages import Post
from soundings.stage import Context, Route, serve
from soundings.streams import READER


def build(context: Context) -> Sequence[Route[Post, list[Envelope]]]:
    """The stage's one route: posts, read by the reader of this council."""
    places = Places(context.council_file)
    reader = TrainedReader(context.council_file, places=places)
    worker = Worker(context.bus, reader, Placing(context.council_file, places).placed)
    return [Route(READER, POSTS, worker.work, worker.put, patience=patience)]


def main() -> None:
    """Run the stage until it is told to stop."""
    serve("nlp", build)
