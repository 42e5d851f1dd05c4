"""The nlp stage: takes posts off the bus, puts readings on it, and learns what officers correct. Wiring only."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.learning import Guided, Learner
from nlp.places import Places
from nlp.placing import Placing
from nlp.trained import TrainedReader
from nlp.worker import Worker, patience
from soundings.envelopes import POSTS, Envelope
from soundings.messages import Post
from soundings.stage import Context, Job, Route, serve
from soundings.streams import READER


async def build(context: Context) -> Sequence[Route[Post, list[Envelope]] | Job]:
    """The stage's one route: posts, read by the reader of this council. Beside it what it learns from officers."""
    places = Places(context.council_file)
    reader = TrainedReader(context.council_file, places=places)
    worker = Worker(context.bus, Guided(reader), Placing(context.council_file, places).placed)
    learner = Learner(context.bus, worker, reader)
    await learner.begin()
    return [Route(READER, POSTS, worker.work, worker.put, patience=patience), learner.run]


def main() -> None:
    """Run the stage until it is told to stop."""
    serve("nlp", build)
