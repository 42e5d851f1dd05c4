"""How fast the reader is beside its own model alone, and that its memory stays flat: `python -m tests.bench_reading`.

`--posts 100000` sends that many varied posts through one worker of the stage, as the bus would.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import resource
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

from nlp.encoder import encoder
from nlp.trained import TrainedReader
from nlp.training.data import own
from nlp.worker import Worker
from soundings.envelopes import MAX_ITEMS
from soundings.messages import Post
from tests.factories import make_post
from tests.nlp.councils import council
from tests.nlp.fakes import FakeBus

ROUNDS = 5
TEXTS = 1_000
ENDS = (
    "",
    "!",
    " pls",
    " 🙄",
    " #Tolgarth",
    " on Castle St",
    " @council",
    " https://example.org/x",
    "\n\nThanks",
    " :(",
)


def varied(count: int, seed: int = 1) -> Iterator[str]:
    """Texts of people: those written for the project, and ever new ones put together from two of them."""
    chance = random.Random(seed)
    known = [example.raw for example in own()]
    for at in range(count):
        text = chance.choice(known)
        yield text if at % 3 else f"{text} {chance.choice(known)}{chance.choice(ENDS)}"


def beside_the_model() -> float:
    """Seconds of the model alone by those of the whole reader, on the same texts, in turns."""
    reader, texts = TrainedReader(council()), list(varied(TEXTS))
    reader.read(texts[:50])  # what is loaded when first asked
    alone, whole = [], []
    for _ in range(ROUNDS):
        begun = time.process_time()
        for text in texts:
            encoder().hear(text)
        between = time.process_time()
        reader.read(texts)
        alone.append(between - begun)
        whole.append(time.process_time() - between)
    print(
        f"  {TEXTS / median(alone):,.0f} texts a second by the model alone, {TEXTS / median(whole):,.0f} by the reader"
    )
    return median(alone) / median(whole)


def megabytes() -> float:
    """Memory of this process now."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize() / 1e6


async def through_a_worker(count: int) -> None:
    """Print memory at each tenth of the way, and whether every post has its reading."""
    read, marks = 0, []
    batch: list[Post] = []
    reader = TrainedReader(council())
    for at, text in enumerate(varied(count)):
        batch.append(make_post(f"bench {at}", text=text))
        if len(batch) == MAX_ITEMS or at == count - 1:
            read += await _taken(reader, batch)
            batch = []
        if (at + 1) % max(1, count // 10) == 0:
            marks.append(megabytes())
            print(f"  {at + 1:,} posts: {marks[-1]:,.0f} MB", flush=True)
    print(
        f"{read:,} readings of {count:,} posts; memory grew by {marks[-1] - marks[1]:,.0f} MB after a fifth of the way"
    )


async def _taken(reader: TrainedReader, posts: Sequence[Post]) -> int:
    bus = FakeBus()
    worker = Worker(bus, reader)
    await worker.put(await worker.work(posts))
    return len(bus.readings)


def main() -> None:
    """Print the ratio; with `--posts`, memory too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=0)
    posts = parser.parse_args().posts if __name__ == "__main__" else 0
    print(f"reader: {beside_the_model():.2f} of its model alone (goal: 0.6 or more)")
    if posts:
        asyncio.run(through_a_worker(posts))


if __name__ == "__main__":
    main()
