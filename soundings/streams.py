"""Every stream on the bus, named and declared once (docs/architecture.md).

Work-queue streams drop a message when it is acknowledged and refuse new ones when full: that is the
back-pressure. Knows nothing of what the messages mean.
"""

from __future__ import annotations

from dataclasses import dataclass

from nats.js.api import ConsumerConfig, DiscardPolicy, RetentionPolicy, StorageType, StreamConfig

MEBIBYTE = 1024 * 1024
DAY = 24 * 3600
ACK_WAIT = 10.0
"""Seconds the server waits for an ack or an in-progress before it delivers again."""


@dataclass(frozen=True)
class Stream:
    """A stream: its name, the subjects it takes, and its limits."""

    name: str
    share: float = 1.0
    """Its part of what the setting `stream_megabytes` allows."""
    work_queue: bool = True
    max_age: int = 0
    """Seconds; 0 keeps until acknowledged."""
    latest_only: bool = False
    """One message for each subject: a repeat replaces the one before."""

    @property
    def subjects(self) -> str:
        """All subjects of the stream."""
        return f"{self.name}.>"

    def subject(self, *parts: str | int) -> str:
        """A subject of this stream, such as `posts.feeds.17` (source, number of posts in the envelope)."""
        return ".".join([self.name, *(str(part) for part in parts)])

    def limit(self, megabytes: int) -> int:
        """Bytes that it may hold: always enough for an envelope."""
        return max(MEBIBYTE, int(megabytes * self.share * MEBIBYTE))

    def config(self, replicas: int, megabytes: int) -> StreamConfig:
        """The declaration for the server."""
        return StreamConfig(
            name=self.name,
            subjects=[self.subjects],
            retention=RetentionPolicy.WORK_QUEUE if self.work_queue else RetentionPolicy.LIMITS,
            discard=DiscardPolicy.NEW if self.work_queue else DiscardPolicy.OLD,
            storage=StorageType.FILE,
            max_bytes=self.limit(megabytes),
            max_age=self.max_age,
            max_msgs_per_subject=1 if self.latest_only else -1,
            duplicate_window=120,
            num_replicas=replicas,
        )


POSTS = Stream("posts")
READINGS = Stream("readings")
NOTICES = Stream("notices", share=1 / 8)
REJECTED = Stream("rejected", share=1 / 8, work_queue=False, max_age=7 * DAY, latest_only=True)
ALL = (POSTS, READINGS, NOTICES, REJECTED)

GUIDANCE = "guidance"
"""Key-value bucket: orders to forget, and orders to hear posts once more."""
CORRECTIONS = "corrections"
"""Key-value bucket with one key: what officers corrected (`soundings/guidance.py`). The other half of what is called
guidance, by itself because it must be erased: in a bucket, what was replaced stays in the file beside what is kept."""
ATTEMPTS = "attempts"
"""Key-value bucket: how often a post was tried alone. It finds the post that kills its reader."""


@dataclass(frozen=True)
class Consumer:
    """A durable consumer: who reads a stream. One durable, any number of workers."""

    stream: Stream
    durable: str
    batch: int = 1
    """Envelopes taken at a time."""

    def config(self) -> ConsumerConfig:
        """Never limits deliveries: what is given up is rejected and terminated by us."""
        return ConsumerConfig(ack_wait=ACK_WAIT, max_deliver=-1, max_ack_pending=max(64, self.batch * 4))


READER = Consumer(POSTS, "nlp")
ARCHIVIST = Consumer(READINGS, "store", batch=20)
REGISTRAR = Consumer(NOTICES, "store-notices")
