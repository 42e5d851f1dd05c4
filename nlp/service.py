"""The nlp stage: takes posts off the bus, puts readings on it, and learns what officers correct. Wiring only."""

from __future__ import annotations

from collections.abc import Sequence

from nlp.learning import Guided, Learner
from nlp.models.opening import judges
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
    places, named = Places(context.council_file), judges(context.council_file, context.settings)
    reader = TrainedReader(context.council_file, places=places, judges=named)
    worker = Worker(context.bus, Guided(reader, named.choice), Placing(context.council_file, places).placed)
    learner = Learner(context.bus, worker, reader, named.choice)
    await learner.begin()
    return [Route(READER, POSTS, worker.work, worker.put, patience=patience), learner.run]


def main() -> None:
    """Run the stage until it is told to stop."""
    serve("nlp", build)
