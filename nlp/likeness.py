"""How alike two texts are: 64 MinHash values over runs of five characters, a pure function of the text.

The constants are fixed arithmetic, so that values from any process, machine or year can be compared. Knows
nothing of stories: the store, which sees every post, joins what is alike.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

SIZE = 64
RUN = 5
BLOCK = 4096
"""Runs hashed at a time: 256 kB of text costs 2 MB, not 130."""

Words64 = NDArray[np.uint64]

_ADDRESSES = re.compile(r"https?://\S+|www\.\S+|@\w+")
_BETWEEN_WORDS = re.compile(r"[\W_]+")


def _spread(value: int) -> int:
    """One step of the SplitMix64 generator (Steele, Lea, Flood 2014), in plain integers."""
    value = (value + 0x9E3779B97F4A7C15) % 2**64
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) % 2**64
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) % 2**64
    return value ^ (value >> 31)


def _constants(salt: int) -> Words64:
    return np.array([_spread(salt * 1000 + index) for index in range(SIZE)], dtype=np.uint64)


_FACTORS = (_constants(1) | np.uint64(1))[:, None]
_SHIFTS = _constants(2)[:, None]
_PLACES = _constants(3)[:RUN] | np.uint64(1)
_MIX, _HALF, _TOP = np.uint64(0xBF58476D1CE4E5B9), np.uint64(29), np.uint64(32)


def normalised(text: str) -> str:
    """Lower case, one space between words, without links and handles: what a copy keeps of its original.

    A text of nothing but signs or emoji is kept as it is, so that it is alike only to itself.
    """
    folded = unicodedata.normalize("NFKC", text).lower()
    return _BETWEEN_WORDS.sub(" ", _ADDRESSES.sub(" ", folded)).strip() or folded.strip()


def likeness(text: str) -> tuple[int, ...]:
    """64 unsigned 32-bit values; none for an empty text."""
    letters = np.frombuffer(normalised(text).encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint64)
    if not len(letters):
        return ()
    lowest = np.full(SIZE, 2**32 - 1, dtype=np.uint64)
    for runs in _blocks(_run_hashes(letters)):
        np.minimum(lowest, ((_FACTORS * runs + _SHIFTS) >> _TOP).min(axis=1), out=lowest)
    return tuple(lowest.tolist())


def _run_hashes(letters: Words64) -> Words64:
    """One 64-bit number for each run of five letters; for a shorter text, one for the whole."""
    width = min(RUN, len(letters))
    count = len(letters) - width + 1
    hashed = np.zeros(count, dtype=np.uint64)
    for offset in range(width):
        hashed += (letters[offset : offset + count] + np.uint64(1)) * _PLACES[offset]
    hashed = (hashed ^ (hashed >> _HALF)) * _MIX
    return hashed ^ (hashed >> _TOP)


def _blocks(hashes: Words64) -> Iterable[Words64]:
    return (hashes[start : start + BLOCK] for start in range(0, len(hashes), BLOCK))


def resemblance(one: Sequence[int], other: Sequence[int]) -> float:
    """The estimated share of runs that two texts have in common, 0 to 1; 0 when either has none."""
    if not one or not other:
        return 0.0
    return sum(left == right for left, right in zip(one, other, strict=True)) / len(one)
