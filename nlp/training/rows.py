"""Texts as the numbers that training works on: their word pieces, and what the untouched encoder makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from nlp.encoder import LONGEST
from nlp.training import base
from nlp.training.data import Example
from nlp.training.model import pieces, upon


@dataclass(frozen=True)
class Row:
    """One example as numbers."""

    ids: list[int]
    example: Example
    meant: NDArray[np.float32]
    """The untouched encoder's sentence embedding."""


def rows(examples: Sequence[Example], tokenizer: Tokenizer) -> list[Row]:
    """Examples with their word pieces and what the untouched encoder makes of them."""
    found = base.folder()
    plain = Tokenizer.from_file(str(found / "tokenizer.json"))
    plain.no_padding()
    plain.enable_truncation(LONGEST)
    untouched = upon(found, {}).eval().to("cuda" if torch.cuda.is_available() else "cpu")
    old = [plain.encode(example.text).ids for example in examples]
    meant = np.zeros((len(examples), untouched.encoder.config.hidden_size), dtype=np.float32)
    order = sorted(range(len(examples)), key=lambda at: len(old[at]))
    with torch.no_grad(), torch.autocast(untouched.device.type, torch.bfloat16):
        for start in range(0, len(order), 64):
            part = order[start : start + 64]
            said = untouched(**pieces([old[at] for at in part], untouched.device))
            meant[part] = said["sentence_embedding"].float().cpu().numpy()
    return [Row(tokenizer.encode(example.text).ids, example, meant[at]) for at, example in enumerate(examples)]
