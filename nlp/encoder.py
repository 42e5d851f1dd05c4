"""What the model hears in a text: its meaning as 384 numbers, and how surely it has each feeling and each speech act.

One forward pass for all of it (docs/model-card.md), and a second one for the meaning of a text that names somebody:
feelings, acts and topics are judged without that (nlp/evenhanded.py). One text at a time: in 8 bits the company of
other texts would move an answer, and on a processor it would gain no time. Knows nothing of what the numbers become.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlp.cleaning import clean
from nlp.dialects import standard
from nlp.evenhanded import evenhanded
from nlp.network import session, tokenizer

LONGEST = 256
"""Word pieces that are read of a text, some 200 words: what it was trained on."""
LETTERS = 4_000
"""Letters that are looked at, blanks in a row counted as one: few texts have more in LONGEST pieces."""
SCALE = 127
"""A component of 1.0 as a number of 8 bits."""
SIZE = 384
EMPTY = 2
"""Word pieces of a text without any: where it begins and where it ends."""
ANSWERS = ("sentence_embedding", "sentiment", "acts")
"""The model's outputs by name: their order in the file is nobody's promise."""
Numbers = NDArray[np.float32]


@dataclass(frozen=True)
class Heard:
    """The model's answer to one text, before anything is decided."""

    meaning: Numbers
    """SIZE numbers, of length 1."""
    moods: Numbers
    """One logit for each mood, in the order of the model's labels (nlp/judging.py)."""
    acts: Numbers
    """One logit for each speech act that it knows."""
    about: Numbers
    """The meaning of the text as it is judged: what tells its topics, whoever it names."""
    judged: str
    """The text as it is judged (nlp/evenhanded.py)."""
    empty: bool = False
    """Whether nothing was there to hear."""

    @property
    def embedding(self) -> tuple[int, ...]:
        """The meaning as it is kept: whole numbers from -127 to 127; none of an empty text."""
        if self.empty:
            return ()
        return tuple(int(number) for number in np.rint(self.meaning * SCALE))


class Encoder:
    """The model, loaded. One process has one."""

    def __init__(self, folder: Path | None = None) -> None:
        """From a folder; without one, the model that came with the package."""
        with as_file(files("nlp") / "model") as shipped:
            found = folder or shipped
            self._tokenizer = tokenizer(found / "tokenizer.json", LONGEST)
            self._session = session(found / "encoder.onnx")

    def hear(self, text: str) -> Heard:
        """One text. Raises UnicodeEncodeError for half a character."""
        own = standard(text)
        even = evenhanded(own)
        pieces, (about, moods, acts) = self._run(even)
        meaning = about if even == own else self._run(own)[1][0]
        return Heard(meaning[0], moods[0], acts[0], about[0], even, empty=pieces <= EMPTY)

    def _run(self, text: str) -> tuple[int, Sequence[Numbers]]:
        """How many pieces a text has, and the model's answers, one row each."""
        pieces = np.array([self._tokenizer.encode(clean(" ".join(text.split())[:LETTERS])).ids], dtype=np.int64)
        given = {"input_ids": pieces, "attention_mask": np.ones_like(pieces)}
        return pieces.shape[1], self._session.run(ANSWERS, given)


@cache
def encoder() -> Encoder:
    """The one of this process."""
    return Encoder()
