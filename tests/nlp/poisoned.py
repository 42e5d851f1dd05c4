"""The nlp stage with a reader that some texts break: `python -m tests.nlp.poisoned`. Else it is the real one.

`TEST_PATIENCE`: seconds for a post alone, on the wall, and half as many of processor time. `TEST_BAD_DEPLOY`: every
text breaks it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from nlp.trained import TrainedReader
from nlp.worker import Worker, patience
from soundings.envelopes import POSTS, Envelope
from soundings.errors import SoundingsError
from soundings.messages import Post, Understanding
from soundings.patience import Patience
from soundings.stage import Context, Route, serve
from soundings.streams import READER
from tests.poison import hurry, meet


class PoisonedReader(TrainedReader):
    """The real reader, until it meets poison."""

    def warm_up(self) -> None:
        """Load what is loaded when it is first asked, so that a test's short patience is for the text alone."""
        super().read(["The bins of number 7 again"])  # not so plainly English that no model is needed

    def read(self, texts: Sequence[str]) -> list[Understanding]:
        if os.environ.get("TEST_BAD_DEPLOY"):
            raise ImportError
        for text in texts:
            meet(text)
        return super().read(texts)


def patience_here(count: int) -> Patience:
    """The real one, or that of the environment."""
    if seconds := float(os.environ.get("TEST_PATIENCE", 0)):
        wall = seconds + 0.3 * count
        return Patience(wall / 2, wall)
    return patience(count)


def build(context: Context) -> Sequence[Route[Post, list[Envelope]]]:
    """The stage's one route."""
    reader = PoisonedReader(context.council_file)
    reader.warm_up()
    worker = Worker(context.bus, reader)
    return [Route(READER, POSTS, worker.work, worker.put, patience=patience_here)]


if __name__ == "__main__":
    hurry()
    try:
        serve("nlp", build)
    except SoundingsError as error:
        sys.exit(error.exit_code)
