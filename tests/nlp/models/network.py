"""A network small enough to be written by hand, so that what runs a model is tested where nothing can make one.

Its answer to a text is the mean of a row of numbers for each piece. Written as the bytes of an ONNX file.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from nlp.models.shelf import NETWORK, TOKENIZER, Made, Shelf, sha256

FLOAT, INT64, INT, INTS = 1, 7, 2, 7
"""ONNX's numbers for kinds of tensors and of attributes."""
SPECIAL = {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3}
WORDS: Mapping[str, Sequence[float]] = {"good": (0, 0, 9), "bad": (9, 0, 0), "bins": (0, 9, 0), "@user": (0, 0, 90)}
"""What each word adds for the first, the second and the third label."""


def _number(value: int) -> bytes:
    found = b""
    while value > 127:
        found += bytes([value & 127 | 128])
        value >>= 7
    return found + bytes([value])


def _field(at: int, value: int | str | bytes) -> bytes:
    """One field of a protocol buffer."""
    if isinstance(value, int):
        return _number(at << 3) + _number(value)
    body = value.encode() if isinstance(value, str) else value
    return _number(at << 3 | 2) + _number(len(body)) + body


def _node(kind: str, inputs: Sequence[str], output: str, *attributes: bytes) -> bytes:
    ends = b"".join(_field(1, one) for one in inputs) + _field(2, output) + _field(4, kind)
    return _field(1, ends + b"".join(_field(5, attribute) for attribute in attributes))


def _value(name: str, kind: int, sizes: Sequence[str | int]) -> bytes:
    dims = b"".join(_field(1, _field(1 if isinstance(size, int) else 2, size)) for size in sizes)
    return _field(1, name) + _field(2, _field(1, _field(1, kind) + _field(2, dims)))


AXIS_1 = _field(1, "axes") + _field(8, 1) + _field(20, INTS)


def network(rows: Sequence[Sequence[float]]) -> bytes:
    """The bytes of an ONNX file with these rows, one for each piece."""
    wide = len(rows[0])
    raw = struct.pack(f"<{len(rows) * wide}f", *(value for row in rows for value in row))
    table = _field(1, len(rows)) + _field(1, wide) + _field(2, FLOAT) + _field(8, "rows") + _field(9, raw)
    graph = (
        _node("Gather", ["rows", "input_ids"], "each", _field(1, "axis") + _field(3, 0) + _field(20, INT))
        + _node("ReduceMean", ["each"], "logits", AXIS_1, _field(1, "keepdims") + _field(3, 0) + _field(20, INT))
        + _field(2, "graph")
        + _field(5, table)
        + b"".join(_field(11, _value(name, INT64, ["texts", "pieces"])) for name in ("input_ids", "attention_mask"))
        + _field(12, _value("logits", FLOAT, ["texts", wide]))
    )
    return _field(1, 8) + _field(7, graph) + _field(8, _field(2, 13))


def tokenizer() -> Tokenizer:
    """Cuts at spaces, and knows WORDS only."""
    found = Tokenizer(models.WordLevel({**SPECIAL, **{word: at for at, word in enumerate(WORDS, 4)}}, "[UNK]"))
    found.normalizer = normalizers.Lowercase()
    found.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    found.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", SPECIAL["[CLS]"]), ("[SEP]", SPECIAL["[SEP]"])]
    )
    return found


def shelve(shelf: Shelf, model: str = "owner/model", commit: str = "c" * 40, **changes: object) -> Made:
    """A model of this kind on a shelf, as if it had been fetched and converted."""
    aside = shelf.aside("making")
    (aside / NETWORK).write_bytes(network([(0, 0, 0)] * len(SPECIAL) + list(WORDS.values())))
    tokenizer().save(str(aside / TOKENIZER))
    settings = {
        "model": model, "commit": commit, "source": "5" * 64, "labels": ("negative", "neutral", "positive"),
        "longest": 12, "bits": 8, "at": datetime(2026, 11, 22, tzinfo=UTC),
        "files": {name: sha256(aside / name) for name in (NETWORK, TOKENIZER)},
    }  # fmt: skip
    made = Made.model_validate(settings | changes)
    shelf.place(made, aside)
    return made
