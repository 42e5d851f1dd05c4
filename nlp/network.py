"""How a network and its tokenizer are opened: the same for the model that ships and for those that a council names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import onnxruntime as ort
from tokenizers import Tokenizer


def session(path: Path) -> Any:
    """The network, on one core: more workers use more."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def tokenizer(path: Path, longest: int) -> Any:
    """What cuts a text into pieces, at most `longest` with the two ends."""
    found: Any = Tokenizer.from_file(str(path))
    found.no_padding()
    found.enable_truncation(longest)
    return found
