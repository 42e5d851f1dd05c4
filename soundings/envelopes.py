"""Envelopes: how lists of messages travel (docs/architecture.md).

At most 200 items and 512 kB of JSON in one; an item above 256 kB is refused. An envelope is known by the
hash of its bytes: a hash of the ids would swallow an edit. Pure functions; knows nothing of the bus.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import SchemaValidator, core_schema

from soundings.errors import OursFailed
from soundings.messages import SCHEMA, Notice, Post, Reading

MAX_ITEMS = 200
MAX_BYTES = 512 * 1024
MAX_ITEM_BYTES = 256 * 1024
READING_BYTES = 32 * 1024
"""What a reading may add to its post: the longest post that comes in must also come out."""
READABLE = frozenset({SCHEMA, SCHEMA - 1} - {0})

T = TypeVar("T")

POSTS: TypeAdapter[Post] = TypeAdapter(Post)
READINGS: TypeAdapter[Reading] = TypeAdapter(Reading)
NOTICES: TypeAdapter[Notice] = TypeAdapter(Notice)


class TooLong(ValueError):
    """One item is above MAX_ITEM_BYTES."""


@dataclass(frozen=True)
class Envelope:
    """The bytes of one bus message, and how many items they hold."""

    body: bytes
    count: int

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes, hex: the value of Nats-Msg-Id."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True)
class Damaged:
    """An item of an envelope that is not what it should be."""

    body: bytes
    reason: str


@dataclass(frozen=True)
class Opened(Generic[T]):
    """An envelope read: what is sound and what is not, each in its order."""

    items: tuple[T, ...]
    damaged: tuple[Damaged, ...] = ()


def encode(item: BaseModel) -> bytes:
    """One item as JSON. Raises TooLong."""
    body = item.model_dump_json(exclude_defaults=False).encode()
    limit = MAX_ITEM_BYTES + (READING_BYTES if isinstance(item, Reading) else 0)
    if len(body) > limit:
        raise TooLong(f"{len(body):,} bytes is longer than the {limit:,} that one post may have")
    return body


def seal(items: Iterable[bytes]) -> Iterator[Envelope]:
    """Encoded items into as few envelopes as the limits allow, in order."""
    held: list[bytes] = []
    size = 0
    for item in items:
        if held and (len(held) == MAX_ITEMS or size + len(item) + 1 > MAX_BYTES - 64):
            yield _envelope(held)
            held, size = [], 0
        held.append(item)
        size += len(item) + 1
    if held:
        yield _envelope(held)


def _envelope(items: list[bytes]) -> Envelope:
    return Envelope(b'{"schema":%d,"items":[%b]}' % (SCHEMA, b",".join(items)), len(items))


def unseal(body: bytes, shape: TypeAdapter[T]) -> Opened[T]:
    """Read an envelope item by item: one damaged item costs the others nothing.

    An envelope of a newer schema is our failure (upgrade store, then nlp, then listeners): OursFailed.
    """
    with suppress(ValidationError):
        outer = _whole(shape).validate_json(body, extra="ignore")
        _check_schema(outer["schema"])
        return Opened(tuple(outer["items"]))
    return _item_by_item(body, shape)


@cache
def _whole(shape: TypeAdapter[Any]) -> SchemaValidator:
    """Reads a whole envelope in one go, when all of it is sound: twice as fast as item by item (measured)."""
    fields = {"schema": core_schema.int_schema(), "items": core_schema.list_schema(shape.core_schema)}
    required = {name: core_schema.typed_dict_field(field) for name, field in fields.items()}
    return SchemaValidator(core_schema.typed_dict_schema(required))


def _check_schema(schema: int) -> None:
    if schema not in READABLE:
        raise OursFailed(
            f"an envelope of schema {schema}, and this version reads {sorted(READABLE)}: upgrade this stage"
        )


def _item_by_item(body: bytes, shape: TypeAdapter[T]) -> Opened[T]:
    try:
        outer = json.loads(body)
        schema, items = outer["schema"], outer["items"]
        if not isinstance(items, list) or not isinstance(schema, int):
            raise TypeError
    except (ValueError, KeyError, TypeError, RecursionError):
        return Opened((), (Damaged(body, "this is not an envelope: it is not JSON with `schema` and `items`"),))
    _check_schema(schema)
    sound: list[T] = []
    damaged: list[Damaged] = []
    for item in items:
        try:
            sound.append(_read(item, shape))
        except ValidationError as error:
            damaged.append(Damaged(json.dumps(item).encode(), explain(error)))
    return Opened(tuple(sound), tuple(damaged))


def _read(item: Any, shape: TypeAdapter[T]) -> T:
    return shape.validate_json(json.dumps(item), extra="ignore")


def explain(error: ValidationError) -> str:
    """The first fault of a validation error in one line, without the value: a value may name a person."""
    first = error.errors(include_input=False, include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "the item"
    return f"{where}: {first['msg'][0].lower()}{first['msg'][1:]}"
