"""A named model at work: texts in, three probabilities out. Needs onnxruntime and tokenizers, never torch.

One text at a time. In 8 bits a text's company would change its answer (docs/decisions/0020-models-by-name.md), and on
one core a batch is no faster. Knows nothing of languages and of what is made of the answers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from nlp.models.labels import Shares, meanings, shares
from nlp.models.naming import Named
from nlp.models.shelf import NETWORK, TOKENIZER, Made
from nlp.network import session, tokenizer

LETTERS = 40
"""Letters that are looked at for each piece that fits: more than pieces have, and a megabyte of text costs nothing."""

_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_HANDLE = re.compile(r"@(?:\[…\]|[\w.]*\w)")
_MASK = re.compile(r"\[…\]")
_SPACE = re.compile(r"\s+")


class Model:
    """One converted model, loaded."""

    def __init__(self, folder: Path, made: Made, named: Named) -> None:
        self.title = made.title
        self._moods = meanings(made.labels, named.labels, made.model)
        self._session = session(folder / NETWORK)
        self._tokenizer = tokenizer(folder / TOKENIZER, made.longest)
        self._letters = made.longest * LETTERS

    def probabilities(self, texts: Sequence[str]) -> list[Shares]:
        """Of each text, in their order. Raises UnicodeError for half a character."""
        return [shares(self._one(given(text)[: self._letters]), self._moods) for text in texts]

    def _one(self, text: str) -> list[float]:
        text.encode()  # half a character: tokenizers would call it no text at all
        return softmax(answer(self._session, self._tokenizer.encode(text).ids))


def given(text: str) -> str:
    """A text as models of public posts were mostly trained: `@user` for who is spoken to, `http` for a link, no masks.

    https://github.com/cardiffnlp/tweeteval asks for it, and it costs the others nothing.
    """
    text = _MASK.sub(" ", _HANDLE.sub("@user", _LINK.sub("http", text)))
    return _SPACE.sub(" ", text).strip()


def answer(network: Any, pieces: Sequence[int]) -> Any:
    """One number for each label."""
    ids = np.array([pieces], dtype=np.int64)
    [found] = network.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
    return found[0]


def softmax(logits: Any) -> list[float]:
    """Numbers as probabilities."""
    raw = np.asarray(logits, dtype=np.float64)
    powers = np.exp(raw - raw.max())
    return [float(power) for power in powers / powers.sum()]
