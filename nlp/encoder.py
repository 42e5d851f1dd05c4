"""What a text means, as 384 small numbers: texts that mean alike lie near each other (docs/model-card.md).

A sentence encoder (MiniLM-L6, 23 MB, 8 bit) that comes with the package and runs on the processor, one text at a time:
neither order nor company changes an answer. Knows nothing of topics and of what is made of the numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import as_file, files
from typing import Any

import numpy as np
import onnxruntime as ort
from tokenizers import Tokenizer

LONGEST = 256
"""Word pieces that are read of a text, some 200 words: what it was trained on."""
SCALE = 127
"""A component of 1.0 as a number of 8 bits."""
SIZE = 384


class Encoder:
    """The encoder, loaded. One process has one."""

    def __init__(self) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1  # a worker uses one core; more workers use more
        options.log_severity_level = 3
        with as_file(files("nlp") / "model") as folder:
            self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
            self._session: Any = ort.InferenceSession(
                str(folder / "encoder.onnx"), options, providers=["CPUExecutionProvider"]
            )
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(LONGEST)

    def encode(self, texts: Sequence[str]) -> list[tuple[int, ...]]:
        """The meaning of each text: SIZE numbers from -127 to 127, of length 1 but for rounding."""
        return [self._one(text) for text in texts]

    def _one(self, text: str) -> tuple[int, ...]:
        pieces = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        [found] = self._session.run(None, {"input_ids": pieces, "attention_mask": np.ones_like(pieces)})
        return tuple(int(number) for number in np.rint(found[0] * SCALE))
