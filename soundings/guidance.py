"""What officers corrected, on its way back to the readers: the one value of the bucket `corrections`, and its shape.

The store alone writes it and nlp alone learns from it. Knows nothing of topics, and nothing of how they are learnt.

The shape (schema 1) is one line of JSON, a line end, and bytes:

    {"schema": 1, "number": 17, "groups": [{"slug": "roads", "reader": "trained 4", "size": 384, "count": 2}, ...]}

Of each group follow `count` embeddings of `size` whole numbers of 8 bits with a sign. An embedding means something to
the reader that made it, so that reader is named. A post that an officer put under two topics stands in two groups.
`number` only grows, also over a bus that was lost (`store/teaching.py`), and becomes part of what a reading's version
is (`nlp/learning.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Annotated

from nats.js.errors import KeyNotFoundError
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from soundings.bus import Bus
from soundings.messages import Slug
from soundings.streams import CORRECTIONS

SCHEMA = 1
KEY = "topics"
STREAM = f"KV_{CORRECTIONS}"
"""Where the server keeps the bucket."""
MOST = 2000
"""Corrections that are told, the newest: with 384 bytes each they fit into one message of the bus (1 MB)."""
NUMBERS = 1_000_000
"""Below this a number stays."""


class Unreadable(ValueError):
    """The value is damaged, or of a newer version."""


@dataclass(frozen=True)
class Correction:
    """A topic that an officer gave to a post: what the post means, and to which reader."""

    slug: str
    reader: str
    embedding: bytes
    """Whole numbers of 8 bits with a sign."""


@dataclass(frozen=True)
class Guidance:
    """All that officers corrected as far as it is told."""

    number: int
    corrections: tuple[Correction, ...]
    """In the order of `ordered`."""


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, populate_by_name=True)


class _Group(_Shape):
    slug: Slug
    reader: Annotated[str, Field(min_length=1, max_length=80)]
    size: Annotated[int, Field(ge=1, le=4096)]
    count: Annotated[int, Field(ge=1, le=MOST)]


class _Head(_Shape):
    schema_: Annotated[int, Field(alias="schema", ge=1)]
    number: Annotated[int, Field(ge=1, lt=NUMBERS)]
    groups: tuple[_Group, ...]


class _Schema(_Shape):
    schema_: Annotated[int, Field(alias="schema")]


def ordered(corrections: Iterable[Correction]) -> tuple[Correction, ...]:
    """The same ones always in the same order: equal guidance is equal bytes."""
    return tuple(sorted(corrections, key=lambda one: (one.slug, one.reader, len(one.embedding), one.embedding)))


def encode(guidance: Guidance) -> bytes:
    """Guidance as it lies in the bucket."""
    groups = [
        _Group(slug=slug, reader=reader, size=size, count=len(list(same)))
        for (slug, reader, size), same in groupby(guidance.corrections, key=_group)
    ]
    head = _Head(schema_=SCHEMA, number=guidance.number, groups=tuple(groups))
    body = b"".join(one.embedding for one in guidance.corrections)
    return head.model_dump_json(by_alias=True).encode() + b"\n" + body


def _group(one: Correction) -> tuple[str, str, int]:
    return one.slug, one.reader, len(one.embedding)


def decode(value: bytes) -> Guidance:
    """The guidance in a value. Raises Unreadable, which never repeats the value."""
    line, _, body = value.partition(b"\n")
    try:
        if (schema := _Schema.model_validate_json(line).schema_) > SCHEMA:
            raise Unreadable(f"it is of schema {schema}, and this version reads {SCHEMA}: upgrade this stage")
        head = _Head.model_validate_json(line)
    except ValidationError as error:
        fields = ", ".join(sorted({".".join(map(str, one["loc"])) or "JSON" for one in error.errors()}))
        raise Unreadable(f"it is not in its shape ({fields[:200]})") from None
    if len(body) != sum(group.size * group.count for group in head.groups):
        raise Unreadable("it is cut off, or has more bytes than it says")
    found, at = [], 0
    for group in head.groups:
        for _ in range(group.count):
            found.append(Correction(group.slug, group.reader, body[at : at + group.size]))
            at += group.size
    return Guidance(head.number, tuple(found))


async def read(bus: Bus) -> bytes | None:
    """What the bucket has; None when nothing was told yet. Raises what the bus raises."""
    try:
        return (await (await bus.bucket(CORRECTIONS)).get(KEY)).value
    except KeyNotFoundError:
        return None


async def write(bus: Bus, value: bytes) -> None:
    """Put a value in the place of the one before, whose bytes leave the disk: a post that they told of may be gone.

    Raises what the bus raises; nothing may then be there, and nobody unlearns anything for that.
    """
    bucket = await bus.bucket(CORRECTIONS)
    await bus.jetstream.purge_stream(STREAM)  # a mere replacement leaves the old bytes in the file (measured)
    await bucket.put(KEY, value)


async def mark(bus: Bus) -> tuple[str, int]:
    """Another one means that another value may be there, or another bus. Cheap. Raises what the bus raises."""
    info = await bus.info(STREAM)
    return str(info.created), info.state.last_seq
