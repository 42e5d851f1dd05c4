"""Lines in, items out: what one line of `soundings classify` may be, and why it is turned away.

An id is given back letter for letter, so numbers in it are never made into numbers. Knows nothing of readers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn, Protocol

MAX_TEXT = 256 * 1024
"""Bytes of one text: the limit for a post on the bus (soundings.envelopes)."""
MAX_LINE = 16 * 1024 * 1024
"""Bytes of one line. A longer one is never held, and its id is not known."""
CHUNK = 64 * 1024


class Source(Protocol):
    """A file or a pipe of bytes."""

    def read1(self, size: int, /) -> bytes:
        """What is there by now, at most `size` bytes; empty at the end."""


class Written(str):
    """A number exactly as it was written."""


@dataclass(frozen=True)
class Item:
    """A text to read, or the reason why not. `id` is JSON."""

    id: str
    text: str = ""
    rejected: str = ""


def lines(source: Source) -> Iterator[list[bytes | None]]:
    """Groups of lines as they arrive, so that someone who waits gets an answer. None: above MAX_LINE."""
    held: list[bytes] = []
    size = 0
    while chunk := source.read1(CHUNK):
        first, *more = chunk.split(b"\n")
        held.append(first)
        size += len(first)
        if size > MAX_LINE:
            held = []  # counted and not kept
        if not more:
            continue
        *whole, last = more
        yield [b"".join(held) if size <= MAX_LINE else None, *whole]
        held, size = [last], len(last)
    if size:
        yield [b"".join(held) if size <= MAX_LINE else None]


def parse(line: bytes | None) -> Item | None:
    """What a line asks for; None for a blank one. Never raises."""
    value = fields(line)
    if value is None:
        return None
    return Item("null", rejected=value) if isinstance(value, str) else _item(value)


def fields(line: bytes | None) -> dict[str, Any] | str | None:
    """The names and values of a line, or why it has none; None for a blank one. Never raises."""
    if line is None:
        return f"the line is longer than {MAX_LINE:,} bytes"
    if not line.strip(b" \t\r\n\f\v\xef\xbb\xbf"):
        return None
    try:
        value = json.loads(line.decode("utf-8-sig"), parse_int=Written, parse_float=Written, parse_constant=_not_json)
    except UnicodeDecodeError as error:
        return f"byte {error.start + 1} of the line is not UTF-8"
    except ValueError as error:
        return f"this is not JSON: {_fault(error)}"
    except RecursionError:
        return "the line is nested too deeply"
    return value if isinstance(value, dict) else 'the line is not an object: write {"id": ..., "text": "..."}'


FAULTS = {
    "Expecting value": "a value was expected (a text needs double quotes)",
    "Expecting property name": "a name in double quotes was expected",
    "Expecting ':'": "a colon was expected",
    "Expecting ','": "a comma or a closing bracket was expected",
    "Illegal trailing comma": "a comma stands before a closing bracket",
    "Unterminated string": "a text has no closing double quote",
    "Invalid control character": "a text holds a control character, such as a tab",
    "Invalid \\": "a backslash is followed by what JSON does not know",
    "Extra data": "there is more after its end",
}
"""How Python's words for what is wrong begin -> ours."""


def _fault(error: ValueError) -> str:
    """`a colon was expected, at character 9`."""
    if not isinstance(error, json.JSONDecodeError):
        return str(error)
    ours = [plain for theirs, plain in FAULTS.items() if error.msg.startswith(theirs)]
    return f"{ours[0] if ours else 'it cannot be understood'}, at character {error.pos + 1:,}"


def _not_json(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON value")


def _item(value: dict[str, Any]) -> Item:
    try:
        name = as_json(value.get("id"))
    except RecursionError:
        return Item("null", rejected="the id is nested too deeply")
    if "text" not in value:
        return Item(name, rejected="there is no `text`")
    text = value["text"]
    if not isinstance(text, str) or isinstance(text, Written):
        return Item(name, rejected="`text` is not a string")
    return Item(name, rejected=reason) if (reason := unreadable(text)) else Item(name, text)


def unreadable(text: str) -> str:
    """Why a text cannot be read; empty when it can."""
    if not text.strip():
        return "`text` is empty"
    if "\0" in text:
        return "`text` holds a NUL character"
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        return f"character {error.start + 1} of `text` is half a character (a lone surrogate)"
    return f"`text` has {size:,} bytes, more than the {MAX_TEXT:,} that one post may have" if size > MAX_TEXT else ""


def as_json(value: Any) -> str:
    """JSON of a parsed value, in ASCII, with every number as it was written."""
    if isinstance(value, Written):
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)}: {as_json(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_json, value)) + "]"
    return json.dumps(value)
