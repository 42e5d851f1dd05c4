"""How long Conversations take, beside plainly reading the same posts: the sample's six weeks, and 3,000 questions."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

from soundings.council import CouncilFile
from soundings.messages import ActGuess, AuthorKind, PlaceGuess, Reading, SpeechAct, TopicGuess
from store import questions as q
from store.archive import Archive
from store.clickhouse import Client, connect
from store.rows import chunks
from store.talk.said import Said
from store.talk.shapes import MOST
from tests.factories import make_reading, make_understanding, post_id, voice
from tests.hearing import said
from tests.store.conftest import truncate
from tests.store.serving import StoreServer

COPIES = 8
"""How often the sample is said over to make 3,000 questions of it."""
LATER = timedelta(hours=5)
ROUNDS = 3
BATCH = 500


def reading(post: Said, copy: int) -> Reading:
    """A post of the sample for the store; its copies are other people's, some hours later."""
    ours = post.author_kind == AuthorKind.COUNCIL.value
    return make_reading(
        f"{copy} {post.id}",
        text=post.text,
        kind=post.kind,
        happened_at=post.happened_at + copy * LATER,
        author_kind=AuthorKind(post.author_kind),
        account=post.account,
        voice="" if ours else voice(f"{copy} {post.voice}"),
        reply_to=post_id(f"{copy} {post.reply_to}") if post.reply_to else None,
        thread=post_id(f"{copy} {post.thread}") if post.thread else None,
        addressed_to=post.addressed_to,
        understood=make_understanding(
            topics=tuple(TopicGuess(slug=slug, confidence=0.9) for slug in post.topics),
            speech_acts=tuple(ActGuess(slug=SpeechAct(act), confidence=0.9) for act in post.acts),
            places=tuple(PlaceGuess(id=place, name=place, score=1, found_by="gazetteer") for place in post.places),
            embedding=post.embedding,
        ),
    )


def seconds(run: Callable[[], object]) -> float:
    """Median seconds of some runs."""
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        run()
        times.append(time.perf_counter() - begun)
    return median(times)


def sentences(writer: Client, reader: Client) -> Iterator[str]:
    """What is measured, in words, for one and for many copies of the sample."""
    for copies in (1, COPIES):
        truncate(writer)
        posts = [reading(post, copy) for copy in range(copies) for post in said()]
        for part in chunks(posts, BATCH):
            Archive(writer).take(part)
        yield sentence(reader, max(one.post.happened_at for one in posts) + LATER, len(posts))


def sentence(reader: Client, now: datetime, posts: int) -> str:
    """The two times for what the store holds."""
    whole = q.Window.last(now, timedelta(days=120))
    found = q.conversations(reader, now, CouncilFile(None))
    asked = sum(len(one.asked) for one in found)
    talk = seconds(lambda: q.conversations(reader, now, CouncilFile(None)))
    plain = seconds(lambda: list(q.posts(reader, whole.start, whole.end)))
    return (
        f"conversations of {asked:,} questions among {posts:,} posts take {talk:.1f} s, {talk / plain:.1f} times "
        f"reading the posts plainly (claim: {MOST:,} questions in under 10 s)"
    )


def main() -> None:
    """Print both."""
    with tempfile.TemporaryDirectory() as folder:
        server = StoreServer(Path(folder))
        server.start()
        try:
            for line in sentences(connect(server.settings, "writer"), connect(server.settings, "reader")):
                print(line)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
